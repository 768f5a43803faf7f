/* Copyright the Guildhall authors. SPDX-License-Identifier: Apache-2.0 */
package org.guildhall.api.platform;

import java.sql.Connection;
import org.guildhall.api.CallContext;
import org.guildhall.api.Values;
import org.osgi.annotation.versioning.ProviderType;

/**
 * The work of one transaction; valid until the body of {@link UnitOfWork#write} returns, on its thread. Access and rules
 * are the pipeline's: here everything is done that is asked for.
 */
@ProviderType
public interface Transaction extends RecordReader {
    CallContext context();

    /** The transaction's one connection; commit, rollback and close on it do nothing. */
    Connection connection();

    /** Runs something once the transaction is committed, and not when it fails. */
    void afterCommit(Runnable action);

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

    /** Ends a record for good, with its parts, its shares and its external ids. */
    void purge(RecordType type, long id);

    /**
     * Adds a part that is not nested, and counts the record's version up.
     *
     * @return the part
     */
    Values insertPart(RecordType type, RecordPart part, long parent, Values values);

    /** Changes the named fields of such a part, and counts the record's version up. */
    Values updatePart(RecordType type, RecordPart part, long parent, long id, Values values);

    /** Takes such a part away, and counts the record's version up. */
    void deletePart(RecordType type, RecordPart part, long parent, long id);

    /** The entity of a record, to be changed by its plugin. */
    <T> T entity(RecordType type, Class<T> entity, long id);

    /** The record of an entity's class; NOT_FOUND where the class is no record of a plugin that is here. */
    String typeOf(Class<?> entity);

    /** What an entity holds now, without parts. */
    Values entityValues(RecordType type, Object entity);

    /** Shares a record with a user or a team, or shares it otherwise than before. */
    void share(RecordType type, long id, Share share);

    /** Takes a share back. */
    void unshare(RecordType type, long id, long grantee);

    /** Says by which id another system knows a record; INVALID with {@code record.duplicate} when another has it. */
    void nameExternally(RecordType type, long id, String system, String externalId);
}
