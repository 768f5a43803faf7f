/* Copyright the Guildhall authors. SPDX-License-Identifier: Apache-2.0 */
package org.guildhall.webhooks.internal;

import java.util.Arrays;
import java.util.List;
import org.guildhall.api.Ids;
import org.guildhall.api.RecordEvent;
import org.guildhall.api.Ref;

/**
 * An event that is to be sent to a webhook, as thin as the event.
 *
 * @param attempts how often it was tried
 */
record Delivery(
        long id,
        long webhook,
        long sequence,
        Ref record,
        long version,
        String event,
        List<String> changed,
        long actor,
        String requestId,
        String occurredAt,
        int attempts) {
    private static final String PREFIX = "msg_";

    static Delivery of(long id, long webhook, RecordEvent event) {
        return new Delivery(
                id,
                webhook,
                event.sequence(),
                event.record(),
                event.version(),
                event.name(),
                event.changed(),
                event.actor(),
                event.requestId(),
                event.occurredAt().toString(),
                0);
    }

    /** Its outer id, the same for every attempt. */
    String message() {
        return message(id);
    }

    static String message(long id) {
        return PREFIX + Ids.format(id);
    }

    /** The id that an outer one stands for; -1 for none. */
    static long parse(String message) {
        return message.startsWith(PREFIX)
                ? Ids.parse(message.substring(PREFIX.length())).orElse(-1)
                : -1;
    }

    static String join(List<String> names) {
        return String.join(" ", names);
    }

    static List<String> split(String names) {
        return names == null || names.isEmpty() ? List.of() : Arrays.asList(names.split(" "));
    }

    /**
     * What became of an attempt.
     *
     * @param kind what follows
     * @param status of the answer; 0 for none
     * @param error why it failed; null when it did not
     */
    record Outcome(Delivery delivery, Kind kind, int status, String error) {}

    /** What follows from an attempt. */
    enum Kind {
        DELIVERED,
        /** It is tried again, later and later. */
        FAILED,
        /** It would fail again. */
        HOPELESS,
        /** The receiver wants no more. */
        GONE,
        /** It is not for the webhook's owner. */
        NOT_FOR_OWNER,
        /** It could not be tried. */
        NOT_NOW
    }
}
