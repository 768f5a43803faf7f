/* Copyright the Guildhall authors. SPDX-License-Identifier: Apache-2.0 */
package org.guildhall.api.platform;

import java.util.List;
import java.util.Set;
import org.guildhall.api.CallContext;
import org.guildhall.api.RecordEvent;
import org.guildhall.api.Values;
import org.osgi.annotation.versioning.ProviderType;

/** What happened to records, as a caller may know of it. */
@ProviderType
public interface RecordEvents {
    /** The most events that are looked at in one call. */
    int MAX_LOOK = 1_000;

    /**
     * Events behind a number, of the records that the caller sees now, alive or in the bin, without the names of fields
     * that are hidden from him. Of a record that was purged he hears where he sees every record of the type.
     *
     * @param types the record types; all of them when empty
     * @throws org.guildhall.api.Problem {@code events.expired} when the number is behind what is kept, or no number of
     *     this database
     */
    Events after(CallContext context, Set<String> types, long sequence);

    /**
     * The records of a type that changed behind a number, each once, as they are now; as many as a page holds at most.
     *
     * @throws org.guildhall.api.Problem as {@link #after}
     */
    Changes changes(CallContext context, RecordType type, long sequence);

    /** The number of the last event: who begins behind it reads the records first. */
    long last();

    /**
     * Events.
     *
     * @param next the number to go on behind: the last that was looked at, whether or not it is among the events. What lies
     *     behind the first event of a plugin that is being replaced is not looked at before that is back or gone.
     */
    record Events(List<RecordEvent> events, long next) {}

    /**
     * Changed records, in the order of their last changes.
     *
     * @param more whether there are more now
     */
    record Changes(List<Change> changes, long next, boolean more) {}

    /**
     * A changed record.
     *
     * @param last its last event
     * @param record null for one that is gone
     */
    record Change(RecordEvent last, Values record) {}
}
