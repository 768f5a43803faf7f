/* Copyright the Guildhall authors. SPDX-License-Identifier: Apache-2.0 */
package org.guildhall.api;

import org.osgi.annotation.versioning.ConsumerType;

/**
 * Hears of what happened to records of a type; a service with {@link ForRecord}. It hears of everything from its first
 * arrival on, on one of the servers, also of what happens while its plugin is away, for as long as events are kept.
 */
@ConsumerType
public interface RecordListener {
    /**
     * Runs soon after the change was committed, in a unit of work of its own with the plugin's rights. Events of one record
     * come in order; those of others may overtake one that failed.
     *
     * <p>What it does through the work is done once: it is committed together with the fact that the event was heard.
     * What it does elsewhere may be done again after a failure. When it throws, its work is undone, and it hears of the
     * event again, later and later over three days.
     */
    void happened(RecordEvent event, Work work);
}
