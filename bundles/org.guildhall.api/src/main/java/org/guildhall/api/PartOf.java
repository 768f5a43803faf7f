/* Copyright the Guildhall authors. SPDX-License-Identifier: Apache-2.0 */
package org.guildhall.api;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Makes a {@link CrmRecord} a part of another record of the same plugin: an order line, an e-mail address, a message. A
 * part lives and dies with its parent, and whoever may see the parent may see it; it is no type of its own at the doors.
 */
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.TYPE)
public @interface PartOf {
    /** The parent's type, {@code plugin.record}. */
    String value();

    /** The parent's field that holds the parts, {@code [a-z][A-Za-z0-9]{0,40}}. */
    String field();

    /** Whether the parts are nested in the parent's body; else they are read a page at a time. */
    boolean nested() default true;

    /** The most parts of one parent, from 1 to {@value #MAX}. */
    int max() default 100;

    /** The most that {@link #max} may say. */
    int MAX = 10_000;
}
