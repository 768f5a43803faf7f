/* Copyright the Guildhall authors. SPDX-License-Identifier: Apache-2.0 */
package org.guildhall.api;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.osgi.service.component.annotations.ComponentPropertyType;

/** The record type that a component contributes to. */
@ComponentPropertyType
@Retention(RetentionPolicy.CLASS)
@Target(ElementType.TYPE)
public @interface ForRecord {
    /** What the names of the service properties begin with. */
    String PREFIX_ = "guildhall.";

    /** The service property that holds the type. */
    String PROPERTY = "guildhall.for.record";

    /** The type, {@code plugin.record}. */
    String value();
}
