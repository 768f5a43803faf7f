/* Copyright the Guildhall authors. SPDX-License-Identifier: Apache-2.0 */
package org.guildhall.api;

import java.time.Instant;
import org.osgi.annotation.versioning.ConsumerType;

/** Does what is due on a record; a service with {@link Handles}. A timer is set with {@link Work#timer}. */
@ConsumerType
public interface TimerHandler {
    /**
     * Runs within a second of the time, on one of the servers, once: in a unit of work that is committed together with the
     * fact that the timer has gone off, with what both the plugin and whoever set it may. It runs later where no server that
     * has the plugin was up, and also when the record has gone meanwhile. When it throws, its work is undone, and it
     * is run again, later and later over a day, and when its plugin comes back.
     *
     * @param due the time that was set
     */
    void due(Ref on, Instant due, Work work);
}
