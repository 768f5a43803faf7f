/* Copyright the Guildhall authors. SPDX-License-Identifier: Apache-2.0 */
package org.guildhall.journal.internal;

import java.sql.SQLException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.guildhall.api.CallContext;
import org.guildhall.api.Caller;
import org.guildhall.api.Problem;
import org.guildhall.api.RecordEvent;
import org.guildhall.api.RecordListener;
import org.guildhall.api.Ref;
import org.guildhall.api.platform.Duties;
import org.guildhall.api.platform.EventLog;
import org.guildhall.journal.internal.SubscriberTable.Failed;
import org.guildhall.journal.internal.SubscriberTable.Row;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells one listener of events, as long as it is this server's duty. Events come in batches that share a transaction with
 * the listener's place; one that fails is kept, with those of its record that follow, and tried again.
 */
final class ListenerSubscription {
    private static final Logger LOG = LoggerFactory.getLogger(ListenerSubscription.class);
    private static final int BATCH = 500;
    private static final long BATCH_NANOS = TimeUnit.MILLISECONDS.toNanos(200);
    private static final long SAVE_NANOS = TimeUnit.SECONDS.toNanos(1);
    private static final long STOP_MILLIS = 10_000;
    /** Behind so many that wait, nothing more is taken: what always fails is not helped by failing at everything. */
    static final int MOST_FAILED = 1_000;

    private static final long[] RETRY_SECONDS = {
        1, 5, 30, 120, 600, 1_800, 7_200, 18_000, 36_000, 50_400, 72_000, 72_000
    };

    private final Listener listener;
    private final String name;
    private final Relay relay;
    private final EventLog log;
    private final SubscriberTable table;
    private final AtomicInteger signals = new AtomicInteger();
    private final Map<Long, Waiting> failed = new TreeMap<>();
    private volatile Duties.Duty duty;
    private volatile boolean closed;
    private volatile boolean assigned;
    private boolean loaded;
    private long cursor;
    private long saved;
    private long savedAt;
    private boolean failing;

    /** An event that has not been heard, and when it is tried. */
    private record Waiting(Ref record, int attempts, long due) {}

    /** A listener, and what it may. */
    record Listener(String name, String plugin, String recordType, RecordListener service) {}

    ListenerSubscription(Listener listener, Relay relay) {
        this.listener = listener;
        this.name = listener.name();
        this.relay = relay;
        this.log = relay.log();
        this.table = relay.table();
    }

    void start() {
        table.begin(name, listener.recordType(), log.last());
        duty = relay.duties().apply(duty(name), () -> {
            assigned = true;
            signal();
        });
    }

    static String duty(String subscriber) {
        return "listener." + subscriber;
    }

    Listener listener() {
        return listener;
    }

    /** There may be something to do. */
    void signal() {
        if (!closed && signals.getAndIncrement() == 0) {
            relay.execute(this::run);
        }
    }

    /** Ends when what is told at this moment has been heard, or after ten seconds. */
    void close() throws InterruptedException {
        closed = true;
        if (duty != null) {
            duty.close();
        }
        long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(STOP_MILLIS);
        while (signals.get() > 0 && System.nanoTime() < end) {
            Thread.sleep(5);
        }
    }

    private void run() {
        int seen;
        do {
            seen = signals.get();
            try {
                work();
                failing = false;
            } catch (Throwable e) {
                if (!failing) {
                    LOG.warn("{} can't be told of events; it is tried again every second", name, e);
                }
                failing = true;
                loaded = false;
            }
        } while (!signals.compareAndSet(seen, 0));
    }

    private synchronized void work() {
        if (!goesOn()) {
            loaded = false;
            return;
        }
        if (!loaded || assigned) {
            assigned = false;
            load();
        }
        retryDue();
        while (goesOn() && cursor < log.last() && waiting() < MOST_FAILED) {
            List<RecordEvent> events = log.after(cursor, BATCH);
            if (events.isEmpty()) {
                break;
            }
            if (events.stream().noneMatch(this::isMine)) {
                cursor = last(events);
            } else {
                deliver(events);
            }
        }
        if (cursor > saved && System.nanoTime() - savedAt > SAVE_NANOS) {
            relay.schema().call(connection -> {
                SubscriberTable.advance(connection, name, saved, cursor);
                return null;
            });
            saved();
        }
    }

    private boolean goesOn() {
        return !closed && duty != null && duty.isMine() && relay.isReady(listener.plugin());
    }

    private boolean isMine(RecordEvent event) {
        return event.record().type().equals(listener.recordType());
    }

    private static long last(List<RecordEvent> events) {
        return events.get(events.size() - 1).sequence();
    }

    private void saved() {
        saved = cursor;
        savedAt = System.nanoTime();
    }

    private void load() {
        Row row = table.find(name).orElseThrow();
        cursor = row.cursor();
        if (cursor < log.expired()) {
            long skipped = table.skip(row, log.expired());
            LOG.warn("{} was away for longer than events are kept: {} of them are skipped", name, skipped);
            cursor = log.expired();
        }
        saved();
        failed.clear();
        for (Failed one : table.failed(name)) {
            failed.put(one.sequence(), new Waiting(one.record(), one.attempts(), due(one.attempts())));
        }
        loaded = true;
    }

    /** What was given up after three days waits for nobody. */
    private long waiting() {
        return failed.values().stream().filter(one -> !isGivenUp(one)).count();
    }

    private static boolean isGivenUp(Waiting one) {
        return one.attempts() >= RETRY_SECONDS.length;
    }

    private static long due(int attempts) {
        return System.nanoTime()
                + (attempts == 0
                        ? 0
                        : TimeUnit.SECONDS.toNanos(RETRY_SECONDS[Math.min(attempts, RETRY_SECONDS.length) - 1]));
    }

    private Set<Ref> heldRecords() {
        Set<Ref> held = new HashSet<>();
        failed.values().stream().filter(one -> !isGivenUp(one)).forEach(one -> held.add(one.record()));
        return held;
    }

    private void deliver(List<RecordEvent> events) {
        try {
            tell(events);
        } catch (Throwable e) {
            if (closed || !duty.isMine()) {
                throw e;
            }
            if (events.size() == 1) {
                keep(events.get(0), e);
                return;
            }
            // One of them failed: each by itself.
            for (RecordEvent event : events) {
                if (!goesOn()) {
                    return;
                }
                if (event.sequence() > cursor) {
                    deliver(List.of(event));
                }
            }
        }
    }

    private void tell(List<RecordEvent> events) {
        Set<Ref> held = heldRecords();
        List<RecordEvent> kept = new ArrayList<>();
        long until = System.nanoTime() + BATCH_NANOS;
        long end = relay.work().run(listener.plugin(), context(events.get(0)), false, (work, transaction) -> {
            long reached = cursor;
            try {
                for (RecordEvent event : events) {
                    if (isMine(event)) {
                        if (held.contains(event.record())) {
                            SubscriberTable.keep(transaction.connection(), name, event, 0, null);
                            kept.add(event);
                        } else {
                            listener.service().happened(event, work);
                        }
                    }
                    reached = event.sequence();
                    if (System.nanoTime() - until > 0) {
                        break;
                    }
                }
                SubscriberTable.advance(transaction.connection(), name, saved, reached);
                return reached;
            } catch (SQLException e) {
                throw new IllegalStateException(e);
            }
        });
        kept.forEach(event -> failed.put(event.sequence(), new Waiting(event.record(), 0, System.nanoTime())));
        cursor = end;
        saved();
    }

    private CallContext context(RecordEvent event) {
        return new CallContext(
                Caller.SERVER,
                "listener",
                event.requestId(),
                Locale.ENGLISH,
                Instant.now().truncatedTo(ChronoUnit.MICROS));
    }

    private void keep(RecordEvent event, Throwable failure) {
        LOG.warn("{} failed at event {} ({}); it is tried again", name, event.sequence(), event.type(), failure);
        relay.schema().call(connection -> {
            SubscriberTable.keep(connection, name, event, 1, Problem.line(failure));
            SubscriberTable.advance(connection, name, saved, event.sequence());
            return null;
        });
        failed.put(event.sequence(), new Waiting(event.record(), 1, due(1)));
        cursor = event.sequence();
        saved();
    }

    private void retryDue() {
        Set<Ref> held = new HashSet<>();
        for (Map.Entry<Long, Waiting> entry : List.copyOf(failed.entrySet())) {
            Waiting one = entry.getValue();
            if (!goesOn()) {
                return;
            }
            if (isGivenUp(one)) {
                dropExpired(entry.getKey());
            } else if (!held.contains(one.record())
                    && (System.nanoTime() - one.due() < 0 || !retry(entry.getKey(), one))) {
                held.add(one.record());
            }
        }
    }

    private boolean retry(long sequence, Waiting one) {
        if (dropExpired(sequence)) {
            return true;
        }
        RecordEvent event = log.after(sequence - 1, 1).get(0);
        try {
            relay.work().run(listener.plugin(), context(event), false, (work, transaction) -> {
                try {
                    SubscriberTable.heard(transaction.connection(), name, sequence);
                } catch (SQLException e) {
                    throw new IllegalStateException(e);
                }
                listener.service().happened(event, work);
                return null;
            });
            failed.remove(sequence);
            return true;
        } catch (Throwable e) {
            int attempts = one.attempts() + 1;
            if (!table.failedAgain(name, sequence, attempts, Problem.line(e))) {
                failed.remove(sequence);
                return true;
            }
            Waiting again = new Waiting(one.record(), attempts, due(attempts));
            failed.put(sequence, again);
            if (isGivenUp(again)) {
                LOG.error(
                        "{} failed at event {} ({}) {} times, and is told of it no more",
                        name,
                        sequence,
                        event.type(),
                        attempts,
                        e);
            }
            return isGivenUp(again);
        }
    }

    private boolean dropExpired(long sequence) {
        if (sequence > log.expired()) {
            return false;
        }
        table.giveUp(name, sequence, sequence);
        failed.remove(sequence);
        return true;
    }
}
