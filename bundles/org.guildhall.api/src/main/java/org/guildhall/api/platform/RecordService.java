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
     * @return the record as stored
     */
    Values create(CallContext context, RecordType type, Values values);

    /** A record; NOT_FOUND when there is none. */
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
