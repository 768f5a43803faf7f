/* Copyright the Guildhall authors. SPDX-License-Identifier: Apache-2.0 */
package org.guildhall.api.platform;

import java.util.List;
import org.guildhall.api.CallContext;
import org.guildhall.api.Values;
import org.osgi.annotation.versioning.ProviderType;

/**
 * The one way to records: every door calls it, and every rule holds behind it. A failure is a
 * {@link org.guildhall.api.Problem}, and then nothing is stored.
 */
@ProviderType
public interface RecordService {
    /** The most records of one page. */
    int MAX_LIMIT = 200;

    /**
     * Makes a record.
     *
     * @param idempotencyKey names the call, so that it can be repeated: the same caller's same key within 24 hours gives
     *     the record that was made the first time; null for a call without
     * @return the record as stored
     */
    Values create(CallContext context, RecordType type, Values values, String idempotencyKey);

    /**
     * Changes the fields that are named, and leaves the others as they are; {@code null} empties a field. A list of parts
     * takes the place of the parts that are there; those that come with their id are kept and changed. What is as it was
     * already is no change; a change without any makes no version.
     *
     * @param expectedVersion the version that the change was made from, or 0 for whichever it is: CONFLICT with
     *     {@code record.stale} when the record has another
     * @return the record as stored
     */
    Values update(CallContext context, RecordType type, long id, long expectedVersion, Values changes);

    /**
     * Puts a record into the bin, as far as the references to it allow.
     *
     * @param expectedVersion as in {@link #update}
     */
    void delete(CallContext context, RecordType type, long id, long expectedVersion);

    /**
     * Takes a record out of the bin; CONFLICT with findings when another has its key meanwhile.
     *
     * @return the record as stored
     */
    Values restore(CallContext context, RecordType type, long id);

    /**
     * What happened to a record, the last first.
     *
     * @param before only versions below this one; 0 for all
     * @param limit from 1 to {@link #MAX_LIMIT}
     */
    List<Journal.Entry> history(CallContext context, RecordType type, long id, long before, int limit);

    /** A record; NOT_FOUND when there is none, or it is in the bin. */
    Values read(CallContext context, RecordType type, long id);

    /**
     * A page of records in the order in which they were made.
     *
     * @param after the last id of the page before, 0 for the first page
     * @param limit from 1 to {@link #MAX_LIMIT}
     */
    Page list(CallContext context, RecordType type, long after, int limit);

    /**
     * A page.
     *
     * @param next what the next page comes after, 0 when there is none
     */
    record Page(List<Values> items, long next) {}
}
