/* Copyright the Guildhall authors. SPDX-License-Identifier: Apache-2.0 */
package org.guildhall.webhooks.internal;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.guildhall.api.platform.Duties;
import org.guildhall.api.platform.EventLog;
import org.guildhall.api.platform.IdSource;
import org.guildhall.api.platform.RecordEvents;
import org.guildhall.api.platform.RecordService;
import org.guildhall.api.platform.RecordTypes;
import org.guildhall.webhooks.internal.Delivery.Kind;
import org.guildhall.webhooks.internal.Delivery.Outcome;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes deliveries and sends them, as long as it is this server's duty. One thread does all that asks the database; what
 * is under way waits for nobody, and comes back into a queue.
 */
@Component(service = Dispatcher.class, immediate = true)
public final class Dispatcher {
    private static final Logger LOG = LoggerFactory.getLogger(Dispatcher.class);
    private static final String DUTY = "webhooks";
    private static final int MOST_UNDER_WAY = 256;
    private static final long TICK_MILLIS = 1_000;
    private static final long STOP_MILLIS = 5_000;

    private final DeliveryTable table;
    private final Lanes lanes;
    private final EventReader reader;
    private final DeliveryBodies bodies;
    private final Settlement settlement;
    private final DeliveryLog deliveryLog;
    private final HttpSender sender;
    private final SteadyClock clock = new SteadyClock();
    private final Queue<Outcome> outcomes = new ConcurrentLinkedQueue<>();
    private final AtomicInteger underWay = new AtomicInteger();
    private final Semaphore signals = new Semaphore(0);
    private final Duties.Duty duty;
    private final EventLog.Subscription subscription;
    private final Thread thread;
    private volatile boolean assigned;
    private volatile boolean closed;
    private boolean loaded;
    private boolean failing;

    @Activate
    public Dispatcher(
            @Reference EventLog log,
            @Reference RecordEvents events,
            @Reference RecordTypes types,
            @Reference RecordService records,
            @Reference IdSource ids,
            @Reference Duties duties,
            @Reference DeliveryTable table,
            @Reference SecretTable secrets,
            @Reference BreakerTable breakers,
            @Reference WebhookType type,
            @Reference AddressGuard guard) {
        this.table = table;
        this.lanes = new Lanes(records, type, secrets, breakers);
        this.reader = new EventReader(log, events, types, ids, table, lanes);
        this.bodies = new DeliveryBodies(records, types);
        this.settlement = new Settlement(table, lanes);
        this.deliveryLog = new DeliveryLog(table, lanes);
        this.sender = new HttpSender(guard);
        this.duty = duties.apply(DUTY, () -> {
            assigned = true;
            signal();
        });
        this.subscription = log.subscribe(this::signal);
        this.thread = new Thread(this::run, "guildhall-webhooks");
        thread.start();
    }

    private void signal() {
        signals.release();
    }

    private void run() {
        while (!closed) {
            boolean busy = false;
            try {
                busy = work();
                failing = false;
            } catch (RuntimeException e) {
                if (!failing && !closed) {
                    LOG.warn("Webhooks can't be served; it is tried again every second", e);
                }
                failing = true;
                loaded = false;
            }
            if (!busy) {
                await();
            }
        }
    }

    private void await() {
        try {
            if (failing) {
                TimeUnit.MILLISECONDS.sleep(TICK_MILLIS);
            } else {
                signals.tryAcquire(pause(), TimeUnit.MILLISECONDS);
            }
            signals.drainPermits();
        } catch (InterruptedException e) {
            // The server stops.
            closed = true;
        }
    }

    private long pause() {
        long now = clock.millis();
        long due = now + TICK_MILLIS;
        for (Lane lane : lanes.all()) {
            due = Math.min(due, Math.max(lane.nextDue(), now + 1));
        }
        // What is due and may not be sent yet is no reason to hurry.
        return due > now + 1 ? due - now : TICK_MILLIS;
    }

    /** Whether there may be more to do. */
    private boolean work() {
        long now = clock.millis();
        boolean settled = settlement.settle(outcomes, now);
        if (closed || !duty.isMine()) {
            loaded = false;
            return settled;
        }
        if (!loaded || assigned) {
            assigned = false;
            table.clamp(now);
            lanes.load(now);
            reader.load();
            loaded = true;
        }
        boolean read = reader.read(now);
        boolean sent = false;
        for (Lane lane : List.copyOf(lanes.all())) {
            sent |= fill(lane, now);
        }
        boolean cleaned = deliveryLog.cleanUp(now);
        return settled || read || sent || cleaned;
    }

    private boolean fill(Lane lane, long now) {
        int room = Math.min(lane.room(now), MOST_UNDER_WAY - underWay.get());
        if (room <= 0) {
            return false;
        }
        int limit = room + lane.underWay().size();
        List<Delivery> due = table.due(lane.settings().id(), now, limit);
        List<Delivery> some = due.stream()
                .filter(one -> !lane.underWay().contains(one.id()))
                .limit(room)
                .toList();
        lane.nothingBefore(due.size() < limit ? table.nextDue(lane.settings().id(), now) : now);
        if (some.isEmpty()) {
            return false;
        }
        DeliveryBodies.Prepared prepared = bodies.prepare(lane.settings(), some);
        some.forEach(one -> lane.underWay().add(one.id()));
        outcomes.addAll(prepared.done());
        prepared.ready().forEach((delivery, body) -> send(lane.settings(), delivery, body));
        return true;
    }

    private void send(WebhookSettings webhook, Delivery delivery, byte[] body) {
        if (webhook.url() == null) {
            outcomes.add(new Outcome(delivery, Kind.HOPELESS, 0, "no address"));
            return;
        }
        Instant now = Instant.now();
        List<HttpSender.Header> headers = new ArrayList<>();
        headers.add(new HttpSender.Header("webhook-id", delivery.message()));
        headers.add(new HttpSender.Header("webhook-timestamp", Long.toString(now.getEpochSecond())));
        headers.add(new HttpSender.Header(
                "webhook-signature",
                Signatures.header(webhook.secrets().at(now), delivery.message(), now.getEpochSecond(), body)));
        underWay.incrementAndGet();
        try {
            sender.send(webhook.url(), headers, body, (status, error) -> answered(delivery, status, error));
        } catch (RuntimeException e) {
            answered(delivery, 0, e.getClass().getSimpleName());
        }
    }

    private void answered(Delivery delivery, int status, String error) {
        Kind kind = error == null ? Kind.DELIVERED : status == 410 ? Kind.GONE : Kind.FAILED;
        outcomes.add(new Outcome(delivery, kind, status, error));
        underWay.decrementAndGet();
        signal();
    }

    /** Waits a little for what is under way: what is not stored is sent again. */
    @Deactivate
    void stop() throws InterruptedException {
        closed = true;
        subscription.close();
        signal();
        thread.join(STOP_MILLIS);
        long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(STOP_MILLIS);
        while (underWay.get() > 0 && System.nanoTime() < end) {
            Thread.sleep(5);
        }
        sender.close();
        try {
            settlement.settle(outcomes, clock.millis());
        } catch (RuntimeException e) {
            LOG.debug("What was sent last is sent again", e);
        }
        duty.close();
    }
}
