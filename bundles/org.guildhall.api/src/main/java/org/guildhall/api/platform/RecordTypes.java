/* Copyright the Guildhall authors. SPDX-License-Identifier: Apache-2.0 */
package org.guildhall.api.platform;

import java.util.List;
import java.util.Optional;
import org.osgi.annotation.versioning.ProviderType;

/** The record types that are here now, by name and by alias. */
@ProviderType
public interface RecordTypes {
    /** The type of a name or alias; NOT_FOUND where there is none. */
    RecordType get(String nameOrAlias);

    /** The type of a name. */
    Optional<RecordType> find(String name);

    /** Every type, by name. */
    List<RecordType> all();

    /** Whether the type's plural leads to it, and not to another type of the same plural. */
    boolean hasAlias(RecordType type);
}
