/* Copyright the Guildhall authors. SPDX-License-Identifier: Apache-2.0 */
package org.guildhall.api;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Makes a field a reference to another record: a {@code Long} to a record of one type, a {@link Ref} to a record of any
 * type. No relation in the database: the other plugin may leave.
 */
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.FIELD)
public @interface Refers {
    /** The type that it refers to, {@code plugin.record}; empty for any, on a field of type {@link Ref} only. */
    String value() default "";

    /** What happens to the reference when the record that it refers to is to be deleted. */
    OnDelete onDelete() default OnDelete.BLOCK;
}
