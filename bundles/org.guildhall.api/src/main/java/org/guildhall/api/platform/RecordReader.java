/* Copyright the Guildhall authors. SPDX-License-Identifier: Apache-2.0 */
package org.guildhall.api.platform;

import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.guildhall.api.Values;
import org.osgi.annotation.versioning.ProviderType;

/** Reads stored records: one SQL statement a call, never through entities. */
@ProviderType
public interface RecordReader {
    /** The record with all its fields, or nothing. */
    Optional<Values> find(RecordType type, long id);

    /** At most {@code limit} live records with an id above {@code after}, by id. */
    List<Values> page(RecordType type, long after, int limit);

    /** The record of an id that is in the bin, or nothing. */
    Optional<Values> findBinned(RecordType type, long id);

    /** Those of some ids that are ids of live records; of no type that the database has tables of, none. */
    Set<Long> existing(String type, Collection<Long> ids);

    /**
     * Live records that refer to a record, themselves or by a part; at most {@code limit}.
     *
     * @param part the part that the field belongs to; null for a field of the record
     * @param field of kind REFERENCE or REFERENCE_TO_ANY
     */
    List<Long> referring(RecordType type, RecordPart part, RecordField field, long id, int limit);
}
