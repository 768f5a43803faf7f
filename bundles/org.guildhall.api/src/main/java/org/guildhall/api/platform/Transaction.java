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
}
