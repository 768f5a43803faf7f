/* Copyright the Guildhall authors. SPDX-License-Identifier: Apache-2.0 */
package org.guildhall.api;

import org.osgi.annotation.versioning.ConsumerType;

/** What a new record has where its maker said nothing; a service with {@link ForRecord}. */
@ConsumerType
public interface RecordDefaults {
    /**
     * Runs inside the transaction, before the record is checked.
     *
     * @param given what the maker said, and what the declarations add
     * @return more fields; those that were given already stay as they were given
     */
    Values defaults(Values given, Work work);
}
