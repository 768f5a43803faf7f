/* Copyright the Guildhall authors. SPDX-License-Identifier: Apache-2.0 */
package org.guildhall.api;

import java.time.Instant;
import org.osgi.annotation.versioning.ConsumerType;

/** Does something again and again; a service with {@link Every} or {@link Cron}. */
@ConsumerType
public interface Scheduled {
    /**
     * Runs within a second of the time, on one of the servers, once: in a unit of work with the plugin's rights. What was
     * missed while no server had the plugin is made up for once. When it throws, its work is undone, and it runs at the
     * next time.
     *
     * @param due the time for which it runs
     */
    void run(Instant due, Work work);
}
