/* Copyright the Guildhall authors. SPDX-License-Identifier: Apache-2.0 */
package org.guildhall.api;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** A field that only callers with a permission see and write. */
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.FIELD)
public @interface Restricted {
    /** The permission within the plugin, {@code [a-z][A-Za-z0-9]{0,40}}: {@code clinical} is {@code clinic.clinical}. */
    String value();
}
