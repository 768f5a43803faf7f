/* Copyright the Guildhall authors. SPDX-License-Identifier: Apache-2.0 */
package org.guildhall.api;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** Events of a type beside those of the verbs; {@code confirmed} becomes {@code clinic.appointment.confirmed}. */
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.TYPE)
public @interface Emits {
    /** Past tenses, {@code [a-z][A-Za-z0-9]{0,40}}. */
    String[] value();
}
