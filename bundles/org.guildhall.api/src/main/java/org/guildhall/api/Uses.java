/* Copyright the Guildhall authors. SPDX-License-Identifier: Apache-2.0 */
package org.guildhall.api;

import java.lang.annotation.Documented;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** What a plugin wants of another plugin's record type. */
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target({})
public @interface Uses {
    /** The type, {@code plugin.record}. */
    String type();

    /** What it does with the records. */
    Verb[] verbs() default {Verb.READ};

    /** The fields that it reads or writes; all of them when empty. */
    String[] fields() default {};
}
