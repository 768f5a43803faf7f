/* Copyright the Guildhall authors. SPDX-License-Identifier: Apache-2.0 */
package org.guildhall.api;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * The reference to the record that this one hangs on, as a note or a task does. Whoever sees that record sees this one, and
 * whoever may change it may make, change and delete this one; roles say nothing of the type itself. One field of a record
 * at most, which must have a value.
 */
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.FIELD)
public @interface OnRecord {}
