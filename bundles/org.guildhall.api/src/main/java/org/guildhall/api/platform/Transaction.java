/* Copyright the Guildhall authors. SPDX-License-Identifier: Apache-2.0 */
package org.guildhall.api.platform;

import java.sql.Connection;
import org.guildhall.api.CallContext;
import org.guildhall.api.Values;
import org.osgi.annotation.versioning.ProviderType;

/** The work of one transaction; valid until the body of {@link UnitOfWork#write} returns, on its thread. */
@ProviderType
public interface Transaction extends RecordReader {
    CallContext context();

    /** The transaction's one connection; commit, rollback and close on it do nothing. */
    Connection connection();

    /**
     * Waits until no other transaction changes a record, and keeps them from it until this one ends. Who locks several
     * records does it by type and id, so that nobody waits in a circle.
     */
    void lock(RecordType type, long id);

    /**
     * Stores a new record; the id, the version and the stamps are the store's.
     *
     * @return the record with all its fields
     */
    Values insert(RecordType type, Values values);

    /**
     * Changes the named fields of a record.
     *
     * @param version the version that the change was made from; CONFLICT when the record has another
     * @return the record with all its fields
     */
    Values update(RecordType type, long id, long version, Values values);

    /** Puts a live record into the bin; CONFLICT when it has another version. */
    void bin(RecordType type, long id, long version);

    /**
     * Takes a record out of the bin.
     *
     * @return the record with all its fields
     */
    Values restore(RecordType type, long id, long version);
}
