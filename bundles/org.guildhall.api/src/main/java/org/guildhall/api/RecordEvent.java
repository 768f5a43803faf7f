/* Copyright the Guildhall authors. SPDX-License-Identifier: Apache-2.0 */
package org.guildhall.api;

import java.time.Instant;
import java.util.List;

/**
 * That something happened to a record, and nothing of what it holds: whoever wants to know reads it, with the rights of
 * whom it is for.
 *
 * @param sequence its place among all events; later ones have higher numbers, and no number comes between two that were
 *     handed out
 * @param record the record
 * @param version the record's version after it
 * @param name a past tense: {@code created}, {@code updated}, {@code deleted}, {@code restored}, {@code purged},
 *     {@code shared}, {@code unshared}, or what the type declares with {@link Emits}
 * @param changed the fields that an update wrote; empty for other events
 * @param actor the user who did it; 0 for the server
 * @param requestId the call that did it, as in the log and the history
 * @param occurredAt when that call began
 */
public record RecordEvent(
        long sequence,
        Ref record,
        long version,
        String name,
        List<String> changed,
        long actor,
        String requestId,
        Instant occurredAt) {
    public RecordEvent {
        changed = List.copyOf(changed);
    }

    /** Its full name, such as {@code customer.contact.created}. */
    public String type() {
        return record.type() + "." + name;
    }
}
