/* Copyright the Guildhall authors. SPDX-License-Identifier: Apache-2.0 */
package org.guildhall.journal.internal;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.guildhall.api.Ref;
import org.guildhall.api.platform.EventLog.Subscription;
import org.guildhall.api.platform.Schema;
import org.guildhall.api.platform.Table;
import org.guildhall.api.platform.Table.Column;
import org.guildhall.api.platform.Table.Type;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Numbers the rows of the journal once they are committed. Rows commit in another order than that of their ids: who read
 * on behind the last id would miss what was still open then. Every server numbers; the row that holds the last number lets
 * one do so at a time, and its lock ends with the connection of a server that dies.
 */
final class Sequencer {
    private static final Logger LOG = LoggerFactory.getLogger(Sequencer.class);
    private static final Table NUMBERS = new Table(
            "gh_sequence",
            List.of(
                    new Column("name", Type.TEXT, 60, true),
                    new Column("last_number", Type.INTEGER, 0, true),
                    new Column("expired_number", Type.INTEGER, 0, true)),
            List.of("name"),
            List.of());
    private static final int BATCH = 1_000;
    /** How soon what another server has written is seen. */
    private static final long LOOK_MILLIS = 100;

    /** How far apart it numbers at least, so that what is committed meanwhile shares a transaction. */
    private static final long GATHER_MILLIS = 50;

    private static final long RETRY_MILLIS = 1_000;
    private static final Duration MOST_BETWEEN_EXPIRIES = Duration.ofHours(1);

    private final Schema schema;
    private final Duration kept;
    private final Semaphore wakes = new Semaphore(0);
    private final List<Runnable> signals = new CopyOnWriteArrayList<>();
    private final Thread thread = new Thread(this::run, "guildhall-sequencer");
    private volatile boolean stopped;
    /** Where numbers are passed over, by where that begins and ends; a restoration leaves such a gap, without a server. */
    private final NavigableMap<Long, Long> gaps;

    private volatile long last;
    private volatile long expired;
    private boolean failing;
    private final long expireNanos;
    private long expiredAt;

    /** A row that has no number yet. */
    private record Row(long id, Ref record, long version) {}

    /** @param kept how long events are handed out */
    Sequencer(Schema schema, Duration kept) {
        this.schema = schema;
        this.kept = kept;
        Duration between = kept.dividedBy(2);
        this.expireNanos = (between.compareTo(MOST_BETWEEN_EXPIRIES) < 0 ? between : MOST_BETWEEN_EXPIRIES).toNanos();
        this.expiredAt = System.nanoTime() - expireNanos;
        schema.ensure(NUMBERS);
        if (!schema.call(this::look)) {
            begin();
        }
        this.gaps = schema.call(Sequencer::gaps);
        thread.start();
    }

    private void begin() {
        try {
            schema.call(connection -> {
                try (PreparedStatement insert = connection.prepareStatement(
                        "insert into gh_sequence (name, last_number, expired_number) values ('journal', 0, 0)")) {
                    return insert.executeUpdate();
                }
            });
        } catch (RuntimeException e) {
            // Another server does the same at this moment.
            if (!schema.call(this::look)) {
                throw e;
            }
        }
    }

    private static NavigableMap<Long, Long> gaps(Connection connection) throws SQLException {
        try (PreparedStatement select = connection.prepareStatement(
                        "select expired_number, last_number from gh_sequence where name <> 'journal'");
                ResultSet rows = select.executeQuery()) {
            NavigableMap<Long, Long> gaps = new TreeMap<>();
            while (rows.next()) {
                gaps.put(rows.getLong(1), rows.getLong(2));
            }
            return gaps;
        }
    }

    /** Whether who has read up to a number has missed nothing. */
    boolean isKnown(long number) {
        Map.Entry<Long, Long> gap = gaps.lowerEntry(number);
        return number >= expired && number <= last && (gap == null || number > gap.getValue());
    }

    /** How many numbers were given behind one. */
    long behind(long number) {
        long passedOver = gaps.tailMap(number).entrySet().stream()
                .filter(gap -> gap.getValue() <= last)
                .mapToLong(gap -> gap.getValue() - gap.getKey())
                .sum();
        return Math.max(0, last - number - passedOver);
    }

    void wake() {
        if (wakes.availablePermits() == 0) {
            wakes.release();
        }
    }

    long last() {
        return last;
    }

    long expired() {
        return expired;
    }

    Subscription subscribe(Runnable signal) {
        signals.add(signal);
        return () -> signals.remove(signal);
    }

    void stop() {
        stopped = true;
        thread.interrupt();
        try {
            thread.join(RETRY_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void run() {
        boolean woken = false;
        while (!stopped) {
            try {
                long before = last;
                long begun = System.nanoTime();
                boolean sure = woken;
                int numbered = schema.call(connection -> number(connection, sure));
                expire();
                failing = false;
                if (last > before) {
                    signals.forEach(Runnable::run);
                }
                woken = numbered == BATCH || wakes.tryAcquire(LOOK_MILLIS, TimeUnit.MILLISECONDS);
                if (woken && numbered < BATCH) {
                    Thread.sleep(Math.max(0, GATHER_MILLIS - (System.nanoTime() - begun) / 1_000_000));
                    wakes.drainPermits();
                }
            } catch (InterruptedException e) {
                return;
            } catch (RuntimeException e) {
                pause(e);
            }
        }
    }

    private void pause(RuntimeException failure) {
        if (!failing && !stopped) {
            LOG.warn("Changes could not be numbered; it is tried again every second", failure);
        }
        failing = true;
        try {
            Thread.sleep(RETRY_MILLIS);
        } catch (InterruptedException e) {
            stopped = true;
        }
    }

    /** @param sure whether something waits surely, so that it need not be looked for before others are kept from numbering */
    private int number(Connection connection, boolean sure) throws SQLException {
        if (!sure && waiting(connection, 1).isEmpty()) {
            look(connection);
            return 0;
        }
        try (PreparedStatement lock = connection.prepareStatement(
                "update gh_sequence set last_number = last_number where name = 'journal'")) {
            lock.executeUpdate();
        }
        look(connection);
        List<Row> rows = waiting(connection, BATCH);
        if (rows.isEmpty()) {
            return 0;
        }
        long next = gaps.getOrDefault(last, last);
        try (PreparedStatement update = connection.prepareStatement("update gh_journal set seq = ? where id = ?")) {
            for (Row row : inOrderOfVersions(rows)) {
                update.setLong(1, ++next);
                update.setLong(2, row.id());
                update.addBatch();
            }
            update.executeBatch();
        }
        try (PreparedStatement update =
                connection.prepareStatement("update gh_sequence set last_number = ? where name = 'journal'")) {
            update.setLong(1, next);
            update.executeUpdate();
        }
        connection.commit();
        last = next;
        return rows.size();
    }

    private boolean look(Connection connection) throws SQLException {
        try (PreparedStatement select = connection.prepareStatement(
                        "select last_number, expired_number from gh_sequence where name = 'journal'");
                ResultSet row = select.executeQuery()) {
            boolean there = row.next();
            if (there) {
                last = row.getLong(1);
                expired = row.getLong(2);
            }
            return there;
        }
    }

    private static List<Row> waiting(Connection connection, int most) throws SQLException {
        try (PreparedStatement select =
                        // Ordered by seq too, so that no database reads all rows by their id.
                        connection.prepareStatement("select id, record_type, record_id, record_version from gh_journal"
                                + " where seq is null order by seq, id fetch first " + most + " rows only");
                ResultSet rows = select.executeQuery()) {
            List<Row> waiting = new ArrayList<>();
            while (rows.next()) {
                waiting.add(new Row(rows.getLong(1), new Ref(rows.getString(2), rows.getLong(3)), rows.getLong(4)));
            }
            return waiting;
        }
    }

    /** Clocks of servers differ, and ids with them: rows of one record change places until their versions are in order. */
    private static List<Row> inOrderOfVersions(List<Row> rows) {
        Map<Ref, List<Row>> byRecord = new HashMap<>();
        rows.forEach(row -> byRecord.computeIfAbsent(row.record(), none -> new ArrayList<>(1))
                .add(row));
        if (byRecord.size() == rows.size()) {
            return rows;
        }
        Map<Ref, Iterator<Row>> inOrder = new HashMap<>();
        byRecord.forEach((record, some) -> {
            some.sort(Comparator.comparingLong(Row::version));
            inOrder.put(record, some.iterator());
        });
        return rows.stream().map(row -> inOrder.get(row.record()).next()).toList();
    }

    /** Looks now and then which events are too old to be handed out. */
    private void expire() {
        if (System.nanoTime() - expiredAt < expireNanos) {
            return;
        }
        expiredAt = System.nanoTime();
        Instant limit = Instant.now().minus(kept);
        schema.call(connection -> {
            // Numbers rise with time, nearly.
            long low = expired;
            long high = last;
            try (PreparedStatement select =
                    connection.prepareStatement("select seq, occurred_at from gh_journal where seq >= ? order by seq"
                            + " fetch first 1 rows only")) {
                while (low < high) {
                    long middle = low + (high - low + 1) / 2;
                    select.setLong(1, middle);
                    try (ResultSet row = select.executeQuery()) {
                        if (row.next() && row.getTimestamp(2).before(Timestamp.from(limit))) {
                            low = middle;
                        } else {
                            high = middle - 1;
                        }
                    }
                }
            }
            try (PreparedStatement update = connection.prepareStatement(
                    "update gh_sequence set expired_number = ? where name = 'journal' and expired_number < ?")) {
                update.setLong(1, low);
                update.setLong(2, low);
                update.executeUpdate();
            }
            expired = Math.max(expired, low);
            return null;
        });
    }
}
