/* Copyright the Guildhall authors. SPDX-License-Identifier: Apache-2.0 */
package org.guildhall.webhooks.internal;

import java.net.URI;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Locale;
import java.util.UUID;
import org.guildhall.api.CallContext;
import org.guildhall.api.Caller;
import org.guildhall.api.Condition;
import org.guildhall.api.Ids;
import org.guildhall.api.Problem;
import org.guildhall.api.RecordEvent;
import org.guildhall.api.Values;

/**
 * A webhook, as its record says.
 *
 * @param owner 0 for none, who sees nothing
 * @param url null for one that is not used
 * @param filter null for none
 * @param secrets null where there is none yet
 */
record WebhookSettings(
        long id,
        long version,
        long owner,
        String address,
        URI url,
        List<EventPattern> events,
        Condition filter,
        boolean active,
        boolean disabled,
        SecretTable.Secrets secrets) {
    static WebhookSettings of(Values record, SecretTable.Secrets secrets) {
        String address = (String) record.get("url");
        return new WebhookSettings(
                (Long) record.get("id"),
                (Long) record.get("version"),
                record.get("owner") instanceof Long owner ? owner : 0,
                address,
                AddressGuard.uri(address),
                WebhookRule.patterns(record),
                filter((String) record.get("filter")),
                Boolean.TRUE.equals(record.get("active")),
                record.get("disabledReason") != null,
                secrets);
    }

    private static Condition filter(String text) {
        try {
            return text == null ? null : Filters.parse(text);
        } catch (Problem problem) {
            // It was found to be good when it was stored; what can't be read any more holds for nothing.
            return Condition.any();
        }
    }

    boolean wants(RecordEvent event) {
        return active && owner != 0 && events.stream().anyMatch(pattern -> pattern.matches(event));
    }

    /** Whether anything is sent. */
    boolean isReady() {
        return active && owner != 0 && secrets != null;
    }

    /** Its owner, who asks for what is sent. */
    CallContext context() {
        return new CallContext(
                new Caller(owner, Ids.format(owner), List.of()),
                "webhooks",
                UUID.randomUUID().toString(),
                Locale.ENGLISH,
                Instant.now().truncatedTo(ChronoUnit.MICROS));
    }
}
