/* Copyright the Guildhall authors. SPDX-License-Identifier: Apache-2.0 */
package org.guildhall.api.platform;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.guildhall.api.CallContext;
import org.guildhall.api.Page;
import org.guildhall.api.Problem;
import org.guildhall.api.Query;
import org.guildhall.api.Ref;
import org.guildhall.api.Values;
import org.guildhall.api.Verb;
import org.osgi.annotation.versioning.ProviderType;

/**
 * The one way to records: every door calls it, and every rule holds behind it. What comes back is what the caller may see.
 * A failure is a {@link Problem}, and then nothing is stored. A record that the caller may not see is NOT_FOUND; one that
 * the caller sees and may not treat so is FORBIDDEN.
 */
@ProviderType
public interface RecordService {
    /** The most changes of one batch. */
    int MAX_BATCH = 1_000;

    /** What the caller may do with a type. */
    TypeAccess access(CallContext context, RecordType type);

    /**
     * Makes a record.
     *
     * @param idempotencyKey names the call, so that it can be repeated: the same caller's same key within 24 hours gives
     *     the record that was made the first time; null for a call without
     * @return the record as stored
     */
    Values create(CallContext context, RecordType type, Values values, String idempotencyKey);

    /**
     * Changes the record that another system knows by an id of its own, or makes it where there is none; as
     * {@link #update} and {@link #create}. CONFLICT when the record is in the bin.
     *
     * @param system the other system's name, {@code [a-z][A-Za-z0-9]{0,40}}
     * @param externalId 1 to 191 characters
     */
    Upserted upsert(CallContext context, RecordType type, String system, String externalId, Values values);

    /** @param created whether there was none before */
    record Upserted(Values record, boolean created) {}

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

    /** Ends a record that is in the bin for good; what its history held is blanked. */
    void purge(CallContext context, RecordType type, long id);

    /** A record; NOT_FOUND when there is none, or it is in the bin. */
    Values read(CallContext context, RecordType type, long id);

    /** A page of records. */
    Page query(CallContext context, RecordType type, Query query);

    /** The records that others refer to in some fields, as far as the caller may see them. */
    Map<Ref, Values> expand(CallContext context, RecordType type, Collection<Values> records, Set<String> fields);

    /**
     * What happened to a record, the last first.
     *
     * @param before only versions below this one; 0 for all
     * @param limit from 1 to {@link Query#MAX_LIMIT}
     */
    List<Journal.Entry> history(CallContext context, RecordType type, long id, long before, int limit);

    /**
     * Makes changes one after another. When {@code atomic}, all or none: the first problem ends it, and the outcome of the
     * other changes is {@code batch.rolled-back}. Else each stands by itself.
     *
     * @param changes at most {@link #MAX_BATCH}
     * @return an outcome for each, in their order
     */
    List<Outcome> batch(CallContext context, RecordType type, List<Change> changes, boolean atomic);

    /**
     * One change of a batch.
     *
     * @param verb CREATE, UPDATE, DELETE or RESTORE; null for an upsert
     * @param id the record; 0 for CREATE and an upsert
     * @param expectedVersion as in {@link #update}
     * @param system as in {@link #upsert}; null for other changes
     * @param externalId as in {@link #upsert}; null for other changes
     * @param values what is written; no fields for DELETE and RESTORE
     */
    record Change(Verb verb, long id, long expectedVersion, String system, String externalId, Values values) {}

    /**
     * What became of a change.
     *
     * @param record the record as stored; null after DELETE and after a problem
     * @param created whether it was made
     * @param problem why nothing was stored; null when it was
     */
    record Outcome(Values record, boolean created, Problem problem) {}

    /**
     * Parts of a record that are not nested in it, in the order in which they were made.
     *
     * @param after the last id of the page before; 0 for the first
     */
    List<Values> parts(CallContext context, RecordType type, long id, RecordPart part, long after, int limit);

    Values readPart(CallContext context, RecordType type, long id, RecordPart part, long partId);

    /** Adds a part to a record. */
    Values createPart(CallContext context, RecordType type, long id, RecordPart part, Values values);

    /** Changes a part as {@link #update} does a record. */
    Values updatePart(CallContext context, RecordType type, long id, RecordPart part, long partId, Values changes);

    void deletePart(CallContext context, RecordType type, long id, RecordPart part, long partId);

    /** The operations of a type that the caller may run. */
    List<RecordOperation> operations(CallContext context, RecordType type);

    /** The operation of a name, whoever may run it. */
    Optional<RecordOperation> operation(RecordType type, String name);

    /** Runs an operation on a record. */
    Values operate(CallContext context, RecordType type, long id, RecordOperation operation, Values input);

    /**
     * Gives a record to another user or team.
     *
     * @param owner {@code owner}, {@code team} or both; null for none
     */
    Values assign(CallContext context, RecordType type, long id, long expectedVersion, Values owner);

    /** With whom a record is shared; for those who may change it. */
    List<RecordReader.Share> shares(CallContext context, RecordType type, long id);

    /** Shares a record, for those who may change it. */
    void share(CallContext context, RecordType type, long id, RecordReader.Share share);

    /** Takes a share back. */
    void unshare(CallContext context, RecordType type, long id, long grantee);
}
