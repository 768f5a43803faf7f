/* Copyright the Guildhall authors. SPDX-License-Identifier: Apache-2.0 */
package org.guildhall.api;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.osgi.service.component.annotations.ComponentPropertyType;

/** What an {@link Operation} is called, and who may. */
@ComponentPropertyType
@Retention(RetentionPolicy.CLASS)
@Target(ElementType.TYPE)
public @interface Operates {
    /** What the names of the service properties begin with. */
    String PREFIX_ = "guildhall.operation.";

    /** The service property that holds the name. */
    String NAME = "guildhall.operation.name";

    /** The service property that holds the permission. */
    String PERMISSION = "guildhall.operation.permission";

    /** Its name at the doors, {@code [a-z][A-Za-z0-9]{0,40}}. */
    String name();

    /** What a caller needs, {@code plugin.permission}; when empty, the verb UPDATE on the record. */
    String permission() default "";
}
