/* Copyright the Guildhall authors. SPDX-License-Identifier: Apache-2.0 */
package org.guildhall.webhooks.internal;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.guildhall.api.RecordEvent;
import org.guildhall.api.platform.EventLog;
import org.guildhall.api.platform.IdSource;
import org.guildhall.api.platform.RecordEvents;
import org.guildhall.api.platform.RecordTypes;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Writes a delivery for each event and each webhook that wants it, in the order of events; used by one thread. */
final class EventReader {
    private static final Logger LOG = LoggerFactory.getLogger(EventReader.class);
    private static final long SAVE_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final EventLog log;
    private final RecordEvents events;
    private final RecordTypes types;
    private final IdSource ids;
    private final DeliveryTable table;
    private final Lanes lanes;
    private long cursor;
    private long saved;
    private long savedAt;

    EventReader(EventLog log, RecordEvents events, RecordTypes types, IdSource ids, DeliveryTable table, Lanes lanes) {
        this.log = log;
        this.events = events;
        this.types = types;
        this.ids = ids;
        this.table = table;
        this.lanes = lanes;
    }

    void load() {
        saved = table.cursor(log.last());
        cursor = saved;
        if (cursor < log.expired()) {
            LOG.warn("Webhooks were away for longer than events are kept: those up to {} are not sent", log.expired());
            cursor = log.expired();
        }
    }

    /** Deals with some events; whether there were any. */
    boolean read(long now) {
        List<RecordEvent> some = cursor < log.last() ? log.after(cursor, RecordEvents.MAX_LOOK) : List.of();
        if (some.isEmpty()) {
            if (cursor > saved && System.nanoTime() - savedAt > SAVE_NANOS) {
                save(List.of(), now);
            }
            return false;
        }
        if (some.stream().anyMatch(event -> event.record().type().equals(WebhookType.NAME))) {
            // What was made before an event is known before the event is looked at.
            lanes.reload();
        }
        List<Delivery> deliveries = deliveries(some);
        cursor = some.get(some.size() - 1).sequence();
        if (!deliveries.isEmpty() || System.nanoTime() - savedAt > SAVE_NANOS) {
            save(deliveries, now);
        }
        deliveries.stream().map(Delivery::webhook).distinct().forEach(webhook -> lanes.get(webhook)
                .dueAt(now));
        return true;
    }

    private void save(Collection<Delivery> deliveries, long now) {
        table.write(deliveries, saved, cursor, now);
        saved = cursor;
        savedAt = System.nanoTime();
    }

    /** What an owner looks at. */
    private record View(long owner, Set<String> types) {}

    /** What an owner sees of some events, and up to where that was looked at. */
    private record Seen(Set<Long> sequences, long next) {}

    private List<Delivery> deliveries(List<RecordEvent> some) {
        List<Delivery> deliveries = new ArrayList<>();
        Map<View, Seen> seen = new HashMap<>();
        for (Lane lane : lanes.all()) {
            WebhookSettings settings = lane.settings();
            List<RecordEvent> wanted = some.stream().filter(settings::wants).toList();
            if (!wanted.isEmpty()) {
                Set<String> names =
                        wanted.stream().map(event -> event.record().type()).collect(Collectors.toSet());
                Seen ofOwner = seen.computeIfAbsent(
                        new View(settings.owner(), names),
                        view -> seen(settings, names, some.get(0).sequence() - 1));
                wanted.stream()
                        .filter(event -> ofOwner.sequences().contains(event.sequence())
                                || event.sequence() > ofOwner.next()
                                || isAway(event))
                        .forEach(event -> deliveries.add(Delivery.of(ids.next(), settings.id(), event)));
            }
        }
        return deliveries;
    }

    private Seen seen(WebhookSettings settings, Set<String> names, long behind) {
        RecordEvents.Events found = events.after(settings.context(), names, behind);
        return new Seen(
                found.events().stream().map(RecordEvent::sequence).collect(Collectors.toCollection(HashSet::new)),
                found.next());
    }

    /** Whether nobody sees anything of its type just now: who may is asked when it is sent. */
    private boolean isAway(RecordEvent event) {
        return types.find(event.record().type()).isEmpty();
    }
}
