/* Copyright the Guildhall authors. SPDX-License-Identifier: Apache-2.0 */
package org.guildhall.api.platform;

import java.time.Instant;
import java.util.List;
import org.guildhall.api.Values;
import org.guildhall.api.Verb;
import org.osgi.annotation.versioning.ProviderType;

/** What happened to records: a row for each change, written in the transaction of the change, or the change fails. */
@ProviderType
public interface Journal {
    /**
     * Writes the row of a change.
     *
     * @param transaction the change's own transaction
     * @param verb what was done: a verb of {@link Verb} in small letters, or an event of the type
     * @param id the record
     * @param version the record's version after the change
     * @param former what the fields that were written held before; no fields for a new record
     * @param changes the fields that were written, with their new values
     */
    void append(
            Transaction transaction,
            RecordType type,
            String verb,
            long id,
            long version,
            Values former,
            Values changes);

    /** The rows of a record with a version below one, the last first; for callers that are in no unit of work. */
    List<Entry> history(RecordType type, long id, long before, int limit);

    /** Empties the values of a record's rows. */
    void blank(Transaction transaction, RecordType type, long id);

    /**
     * A row.
     *
     * @param former the values before
     * @param changes the values after
     */
    record Entry(
            long version,
            String verb,
            Instant occurredAt,
            long actor,
            String requestId,
            Values former,
            Values changes) {}
}
