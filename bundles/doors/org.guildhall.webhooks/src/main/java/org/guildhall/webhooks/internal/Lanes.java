/* Copyright the Guildhall authors. SPDX-License-Identifier: Apache-2.0 */
package org.guildhall.webhooks.internal;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.guildhall.api.CallContext;
import org.guildhall.api.Caller;
import org.guildhall.api.Page;
import org.guildhall.api.Problem;
import org.guildhall.api.Query;
import org.guildhall.api.Values;
import org.guildhall.api.platform.RecordService;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The webhooks that there are, as their records and tables say; used by one thread. */
final class Lanes {
    private static final Logger LOG = LoggerFactory.getLogger(Lanes.class);

    private final RecordService records;
    private final WebhookType type;
    private final SecretTable secrets;
    private final BreakerTable breakers;
    private final Map<Long, Lane> lanes = new HashMap<>();

    Lanes(RecordService records, WebhookType type, SecretTable secrets, BreakerTable breakers) {
        this.records = records;
        this.type = type;
        this.secrets = secrets;
        this.breakers = breakers;
    }

    Collection<Lane> all() {
        return lanes.values();
    }

    Lane get(long webhook) {
        return lanes.get(webhook);
    }

    /** Reads all anew, also how they failed. */
    void load(long now) {
        lanes.values().removeIf(lane -> lane.underWay().isEmpty());
        reload();
        Map<Long, Breaker> stored = breakers.all();
        lanes.forEach((id, lane) ->
                lane.breaker(stored.getOrDefault(id, Breaker.CLOSED).clamped(now)));
    }

    /** Reads the webhooks anew after one of them was changed. */
    void reload() {
        Map<Long, SecretTable.Secrets> known = secrets.all();
        Set<Long> there = new HashSet<>();
        for (Values record : webhooks()) {
            WebhookSettings settings = WebhookSettings.of(record, known.get((Long) record.get("id")));
            there.add(settings.id());
            Lane lane = lanes.get(settings.id());
            if (lane == null) {
                lanes.put(settings.id(), new Lane(settings, Breaker.CLOSED));
            } else if (lane.settings(settings)
                    && settings.active()
                    && lane.breaker().failures() > 0) {
                // Whoever has changed it may have mended it.
                breakers.forget(settings.id());
                lane.breaker(Breaker.CLOSED);
            }
        }
        lanes.keySet().retainAll(there);
        lanes.values().stream()
                .map(Lane::settings)
                .filter(settings -> settings.active() && settings.disabled())
                .forEach(settings -> clearReason(settings.id()));
    }

    /** Who switches it on again has read why it was off. */
    private void clearReason(long webhook) {
        try {
            update(webhook, Values.of("disabledReason", null));
        } catch (Problem problem) {
            LOG.debug("The webhook {} is being changed", webhook, problem);
        }
    }

    List<Values> webhooks() {
        List<Values> all = new ArrayList<>();
        String next = null;
        do {
            Page page = records.query(
                    server(), type.get(), Query.ALL.limit(Query.MAX_LIMIT).after(next));
            all.addAll(page.items());
            next = page.next();
        } while (next != null);
        return all;
    }

    static CallContext server() {
        return new CallContext(
                Caller.SERVER,
                "webhooks",
                "webhooks",
                Locale.ENGLISH,
                Instant.now().truncatedTo(ChronoUnit.MICROS));
    }

    /** Writes into a webhook's record. */
    void update(long webhook, Values changes) {
        records.update(server(), type.get(), webhook, 0, changes);
    }
}
