/* Copyright the Guildhall authors. SPDX-License-Identifier: Apache-2.0 */
package org.guildhall.api;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.osgi.service.component.annotations.ComponentPropertyType;

/** Has a {@link Scheduled} run at even distances, from the moment on where a clock is set back. */
@ComponentPropertyType
@Retention(RetentionPolicy.CLASS)
@Target(ElementType.TYPE)
public @interface Every {
    /** What the names of the service properties begin with. */
    String PREFIX_ = "guildhall.";

    /** The service property that holds the distance. */
    String PROPERTY = "guildhall.every";

    /** The distance as ISO 8601 writes a duration, from {@code PT1S} to {@code P366D}. */
    String value();
}
