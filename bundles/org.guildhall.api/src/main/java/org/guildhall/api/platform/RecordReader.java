/* Copyright the Guildhall authors. SPDX-License-Identifier: Apache-2.0 */
package org.guildhall.api.platform;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.guildhall.api.Values;
import org.osgi.annotation.versioning.ProviderType;

/**
 * Reads stored records: one SQL statement a call and one for each kind of nested part, never through entities. Who is
 * reached is part of the statement.
 */
@ProviderType
public interface RecordReader {
    /** The live record of an id, or nothing. */
    Optional<Values> find(RecordType type, long id, Visibility visibility);

    /** The record of an id that is in the bin, or nothing. */
    Optional<Values> findBinned(RecordType type, long id, Visibility visibility);

    /** The live records of some ids that are reached, by id. */
    Map<Long, Values> findAll(RecordType type, Collection<Long> ids, Visibility visibility);

    /**
     * Those of some ids that are ids of records and are reached.
     *
     * @param binned of records in the bin; else of live ones
     */
    Set<Long> existing(RecordType type, Collection<Long> ids, boolean binned, Visibility visibility);

    /**
     * A page of records.
     *
     * @throws org.guildhall.api.Problem TOO_EXPENSIVE when the statement takes longer than the server allows
     */
    RecordQuery.Rows query(RecordType type, RecordQuery query);

    /** The words of a text in the form in which quick find compares them, the longest first; ten at most. */
    List<String> words(String text);

    /** How many records there are, at most {@code most}. */
    int count(RecordType type, RecordQuery query, int most);

    /**
     * Parts of a record that are not nested in it, in the order in which they were made.
     *
     * @param after the last id of the page before, 0 for the first
     */
    List<Values> parts(RecordType type, RecordPart part, long parent, long after, int limit);

    /** A part of a record, or nothing. */
    Optional<Values> part(RecordType type, RecordPart part, long parent, long id);

    /**
     * Live records that refer to a record, themselves or by a part; at most {@code limit}.
     *
     * @param part the part that the field belongs to; null for a field of the record
     * @param field of kind REFERENCE or REFERENCE_TO_ANY
     * @param target the record's type
     */
    List<Long> referring(RecordType type, RecordPart part, RecordField field, String target, long id, int limit);

    /** The users and teams with whom a record is shared. */
    List<Share> shares(RecordType type, long id);

    /** The record that another system knows by an id of its own; 0 where there is none. */
    long byExternalId(RecordType type, String system, String externalId);

    /**
     * With whom a record is shared.
     *
     * @param grantee the id of a user or a team
     * @param changing whether for changing, not only for reading
     */
    record Share(long grantee, boolean changing) {}
}
