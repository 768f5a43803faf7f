/* Copyright the Guildhall authors. SPDX-License-Identifier: Apache-2.0 */
package org.guildhall.api;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.osgi.service.component.annotations.ComponentPropertyType;

/** Which of its plugin's jobs a {@link JobHandler}, or which of its timers a {@link TimerHandler} is for. */
@ComponentPropertyType
@Retention(RetentionPolicy.CLASS)
@Target(ElementType.TYPE)
public @interface Handles {
    /** What the names of the service properties begin with. */
    String PREFIX_ = "guildhall.";

    /** The service property that holds the name. */
    String PROPERTY = "guildhall.handles";

    /** The name within the plugin, {@code [a-z][A-Za-z0-9]{0,40}}. */
    String value();
}
