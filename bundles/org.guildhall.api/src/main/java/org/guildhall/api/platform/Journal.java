/* Copyright the Guildhall authors. SPDX-License-Identifier: Apache-2.0 */
package org.guildhall.api.platform;

import org.guildhall.api.Values;
import org.osgi.annotation.versioning.ProviderType;

/** What happened to records: a row for each change, written in the transaction of the change, or the change fails. */
@ProviderType
public interface Journal {
    /**
     * Writes the row of a change.
     *
     * @param transaction the change's own transaction
     * @param verb what was done: create, update
     * @param id the record
     * @param version the record's version after the change
     * @param changes the fields that were written, with their new values
     */
    void append(Transaction transaction, RecordType type, String verb, long id, long version, Values changes);
}
