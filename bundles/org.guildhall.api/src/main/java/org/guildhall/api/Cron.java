/* Copyright the Guildhall authors. SPDX-License-Identifier: Apache-2.0 */
package org.guildhall.api;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.osgi.service.component.annotations.ComponentPropertyType;

/** Has a {@link Scheduled} run at times of the clock; where it is set back, not again for a time that was. */
@ComponentPropertyType
@Retention(RetentionPolicy.CLASS)
@Target(ElementType.TYPE)
public @interface Cron {
    /** What the names of the service properties begin with. */
    String PREFIX_ = "guildhall.";

    /** The service property that holds the times. */
    String PROPERTY = "guildhall.cron";

    /** The service property that holds the zone. */
    String ZONE = "guildhall.zone";

    /** Minute, hour, day of the month, month and day of the week, as crontab(5) has them: {@code 30 3 * * 1-5}. */
    String value();

    /** Whose clock, such as {@code Europe/Berlin}. A time that it skips in spring runs at the next that it has. */
    String zone() default "UTC";
}
