/* Copyright the Guildhall authors. SPDX-License-Identifier: Apache-2.0 */
package org.guildhall.api.platform;

import java.util.List;
import java.util.Optional;
import org.guildhall.api.Values;
import org.osgi.annotation.versioning.ProviderType;

/** Reads stored records: one SQL statement a call, never through entities. */
@ProviderType
public interface RecordReader {
    /** The record with all its fields, or nothing. */
    Optional<Values> find(RecordType type, long id);

    /** At most {@code limit} live records with an id above {@code after}, by id. */
    List<Values> page(RecordType type, long after, int limit);
}
