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
     * @param id the record
     * @param version the record's version after the change
     * @param former what the fields that were written held before; no fields for a new record
     * @param changes the fields that were written, with their new values
     */
    void append(
            Transaction transaction, RecordType type, Verb verb, long id, long version, Values former, Values changes);

    /** The rows of a record with a version below one, the last first; for callers that are in no unit of work. */
    List<Entry> history(RecordType type, long id, long before, int limit);

    /**
     * A row.
     *
     * @param former a JSON object of the values before
     * @param changes a JSON object of the values after
     */
    record Entry(
            long version,
            String verb,
            Instant occurredAt,
            long actor,
            String requestId,
            String former,
            String changes) {}
}
