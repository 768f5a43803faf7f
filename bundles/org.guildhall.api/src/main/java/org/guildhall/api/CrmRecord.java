/* Copyright the Guildhall authors. SPDX-License-Identifier: Apache-2.0 */
package org.guildhall.api;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Makes an entity a record type, named {@code plugin.record} after its plugin and its class ({@code customer.contact}
 * for {@code Contact}). Read once at deployment.
 */
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.TYPE)
public @interface CrmRecord {
    /** The alias in URLs, {@code [a-z][A-Za-z0-9]{0,40}}; when empty, the record's name and an s. */
    String plural() default "";

    /** What a record is called in lists: fields in braces, such as {@code {number} {reason}}; when empty, its id. */
    String title() default "";
}
