/* Copyright the Guildhall authors. SPDX-License-Identifier: Apache-2.0 */
package org.guildhall.api;

import java.util.List;
import org.osgi.annotation.versioning.ConsumerType;

/** A rule that every change of a record keeps; a service with {@link ForRecord}. */
@ConsumerType
public interface RecordRule {
    /**
     * Runs inside the transaction, before the change is stored and after the record's own declarations were found to be
     * kept. It may query and lock through the work, and should not change anything. What else it throws fails the change.
     *
     * @return what is wrong; empty when the change keeps the rule
     */
    List<Finding> check(Change change, Work work);

    /**
     * A change that is about to be stored.
     *
     * @param verb CREATE, UPDATE, DELETE, RESTORE or PURGE
     * @param record the record; its id is 0 while it is new
     * @param before the record as it is; no fields when it is new
     * @param after the record as it will be; no fields when it goes
     * @param changed the fields that differ
     */
    record Change(Verb verb, Ref record, Values before, Values after, Values changed) {}
}
