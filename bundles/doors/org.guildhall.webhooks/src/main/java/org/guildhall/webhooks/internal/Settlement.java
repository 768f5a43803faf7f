/* Copyright the Guildhall authors. SPDX-License-Identifier: Apache-2.0 */
package org.guildhall.webhooks.internal;

import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import org.guildhall.api.Problem;
import org.guildhall.api.Values;
import org.guildhall.webhooks.internal.Delivery.Kind;
import org.guildhall.webhooks.internal.Delivery.Outcome;
import org.guildhall.webhooks.internal.DeliveryTable.Change;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Stores what became of deliveries, and what follows for their webhooks; used by one thread. */
final class Settlement {
    private static final Logger LOG = LoggerFactory.getLogger(Settlement.class);
    private static final int BATCH = 500;
    private static final long NOT_NOW_MILLIS = 15_000;
    private static final Set<Kind> FAILURES = EnumSet.of(Kind.FAILED, Kind.GONE);

    private final DeliveryTable table;
    private final Lanes lanes;
    /** What could not be stored. */
    private final List<Outcome> kept = new ArrayList<>();

    Settlement(DeliveryTable table, Lanes lanes) {
        this.table = table;
        this.lanes = lanes;
    }

    /** Whether there was anything. */
    boolean settle(Queue<Outcome> outcomes, long now) {
        for (Outcome next = null; kept.size() < BATCH && (next = outcomes.poll()) != null; ) {
            kept.add(next);
        }
        if (kept.isEmpty()) {
            return false;
        }
        Map<Long, Breaker> breakers = new HashMap<>();
        Map<Long, String> disabled = new HashMap<>();
        List<Change> changes = new ArrayList<>();
        for (Outcome outcome : kept) {
            Change change = change(outcome, now);
            changes.add(change);
            Lane lane = lanes.get(outcome.delivery().webhook());
            if (lane != null) {
                Breaker before = breakers.getOrDefault(lane.settings().id(), lane.breaker());
                Breaker after = next(before, outcome, now);
                if (!after.equals(before)) {
                    breakers.put(lane.settings().id(), after);
                }
                String reason = reason(outcome, change, after);
                if (reason != null) {
                    disabled.put(lane.settings().id(), reason);
                }
            }
        }
        Set<Long> left = table.schema().call(connection -> {
            Set<Long> replayed = DeliveryTable.store(connection, changes, now);
            for (Map.Entry<Long, Breaker> entry : breakers.entrySet()) {
                BreakerTable.store(connection, entry.getKey(), entry.getValue());
            }
            return replayed;
        });
        kept.clear();
        breakers.forEach((webhook, breaker) -> lanes.get(webhook).breaker(breaker));
        changes.forEach(change -> release(change, left));
        disabled.forEach(this::disable);
        return true;
    }

    private static Change change(Outcome outcome, long now) {
        int attempts = outcome.delivery().attempts();
        return switch (outcome.kind()) {
            case DELIVERED -> new Change(outcome, DeliveryTable.DELIVERED, attempts + 1, now);
            case HOPELESS, GONE -> new Change(outcome, DeliveryTable.FAILED, attempts + 1, now);
            case FAILED ->
                attempts + 1 < BackOff.MOST_ATTEMPTS
                        ? new Change(outcome, DeliveryTable.WAITING, attempts + 1, now + BackOff.retry(attempts + 1))
                        : new Change(outcome, DeliveryTable.FAILED, attempts + 1, now);
            case NOT_NOW, NOT_FOR_OWNER -> new Change(outcome, DeliveryTable.WAITING, attempts, now + NOT_NOW_MILLIS);
        };
    }

    private static Breaker next(Breaker before, Outcome outcome, long now) {
        return outcome.kind() == Kind.DELIVERED
                ? Breaker.CLOSED
                : FAILURES.contains(outcome.kind()) ? before.failed(outcome.error(), now) : before;
    }

    /** Why the webhook is switched off; null where it is not. */
    private static String reason(Outcome outcome, Change change, Breaker breaker) {
        if (outcome.kind() == Kind.GONE) {
            return "gone";
        }
        // Nothing has got through since the first attempt of one that was tried for three days.
        boolean gaveUp = outcome.kind() == Kind.FAILED
                && change.state() == DeliveryTable.FAILED
                && breaker.failures() >= BackOff.MOST_ATTEMPTS;
        return gaveUp || (breaker.failures() > 0 && breaker.isHopeless()) ? "failing" : null;
    }

    private void release(Change change, Set<Long> replayed) {
        Delivery delivery = change.outcome().delivery();
        Lane lane = lanes.get(delivery.webhook());
        if (lane != null) {
            lane.underWay().remove(delivery.id());
            if (replayed.contains(delivery.id())) {
                // It was under way when it was to be sent once more, and was passed over then.
                lane.dueAt(0);
            }
            if (change.state() == DeliveryTable.WAITING && change.outcome().kind() != Kind.NOT_FOR_OWNER) {
                lane.dueAt(change.due());
            }
        }
    }

    private void disable(long webhook, String reason) {
        Lane lane = lanes.get(webhook);
        if (lane == null || !lane.settings().active()) {
            return;
        }
        try {
            lanes.update(
                    webhook,
                    Values.builder()
                            .put("active", false)
                            .put("disabledReason", reason)
                            .build());
            LOG.warn(
                    "The webhook {} is switched off ({}): {}",
                    lane.settings().address(),
                    reason,
                    lane.breaker().error());
        } catch (Problem problem) {
            LOG.warn("The webhook {} can't be switched off", lane.settings().address(), problem);
        }
        lanes.reload();
    }
}
