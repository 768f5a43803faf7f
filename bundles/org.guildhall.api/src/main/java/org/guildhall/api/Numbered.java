/* Copyright the Guildhall authors. SPDX-License-Identifier: Apache-2.0 */
package org.guildhall.api;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * A text that the server fills with a number when the record is made; nobody can write it. Numbers rise and are never
 * used twice; a number may be left out after a crash or a change that failed.
 */
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.FIELD)
public @interface Numbered {
    /** The text around the number, which stands as zeros in braces for its fewest digits: {@code A-{000000}}. */
    String value();
}
