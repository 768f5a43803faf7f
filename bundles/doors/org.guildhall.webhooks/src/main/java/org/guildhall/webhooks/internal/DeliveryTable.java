/* Copyright the Guildhall authors. SPDX-License-Identifier: Apache-2.0 */
package org.guildhall.webhooks.internal;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.guildhall.api.Ref;
import org.guildhall.api.platform.Schema;
import org.guildhall.api.platform.Table;
import org.guildhall.api.platform.Table.Column;
import org.guildhall.api.platform.Table.Index;
import org.guildhall.api.platform.Table.Type;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/**
 * What is to be sent and what was ({@code gh_delivery}), and up to which event that is written
 * ({@code gh_delivery_cursor}). Times are milliseconds.
 */
@Component(service = DeliveryTable.class)
public final class DeliveryTable {
    static final int WAITING = 0;
    static final int DELIVERED = 1;
    static final int FAILED = 2;

    private static final int MOST_OF_AN_ERROR = 255;
    private static final Table DELIVERIES = new Table(
                    "gh_delivery",
                    List.of(
                            new Column("id", Type.INTEGER, 0, true),
                            new Column("webhook", Type.INTEGER, 0, true),
                            new Column("seq", Type.INTEGER, 0, true),
                            new Column("record_type", Type.TEXT, 83, true),
                            new Column("record_id", Type.INTEGER, 0, true),
                            new Column("record_version", Type.INTEGER, 0, true),
                            new Column("event", Type.TEXT, 41, true),
                            new Column("changed", Type.LONG_TEXT, 0, false),
                            new Column("actor", Type.INTEGER, 0, true),
                            new Column("request_id", Type.TEXT, 64, false),
                            new Column("occurred_at", Type.TEXT, 40, true),
                            new Column("state", Type.INTEGER, 0, true),
                            new Column("attempts", Type.INTEGER, 0, true),
                            new Column("due", Type.INTEGER, 0, true),
                            new Column("answer", Type.INTEGER, 0, true),
                            new Column("error", Type.TEXT, MOST_OF_AN_ERROR, false),
                            new Column("created_at", Type.INTEGER, 0, true),
                            new Column("tried_at", Type.INTEGER, 0, true)),
                    List.of("id"),
                    List.of(new Index(false, "webhook", "state", "due"), new Index(false, "webhook", "id")))
            .heldFor("record_type");
    private static final Table CURSOR = new Table(
            "gh_delivery_cursor",
            List.of(new Column("name", Type.TEXT, 41, true), new Column("cursor_seq", Type.INTEGER, 0, true)),
            List.of("name"),
            List.of());
    private static final String NAME = "webhooks";

    private final Schema schema;

    @Activate
    public DeliveryTable(@Reference Schema schema) {
        this.schema = schema;
        schema.ensure(DELIVERIES);
        schema.ensure(CURSOR);
    }

    /** Up to which event deliveries are written; begins behind {@code last} where none is. */
    long cursor(long last) {
        return schema.call(connection -> {
            try (PreparedStatement select =
                    connection.prepareStatement("select cursor_seq from gh_delivery_cursor where name = ?")) {
                select.setString(1, NAME);
                try (ResultSet row = select.executeQuery()) {
                    if (row.next()) {
                        return row.getLong(1);
                    }
                }
            }
            try (PreparedStatement insert =
                    connection.prepareStatement("insert into gh_delivery_cursor (name, cursor_seq) values (?, ?)")) {
                insert.setString(1, NAME);
                insert.setLong(2, last);
                insert.executeUpdate();
            }
            return last;
        });
    }

    /**
     * Writes deliveries, and in the same transaction how far it is.
     *
     * @throws IllegalStateException when another server has moved on meanwhile: nothing is written
     */
    void write(Collection<Delivery> deliveries, long from, long to, long now) {
        schema.call(connection -> {
            advance(connection, from, to);
            try (PreparedStatement insert = connection.prepareStatement(
                    "insert into gh_delivery (id, webhook, seq, record_type, record_id, record_version, event, changed,"
                            + " actor, request_id, occurred_at, state, attempts, due, answer, created_at, tried_at)"
                            + " values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 0, 0, ?, 0, ?, 0)")) {
                for (Delivery one : deliveries) {
                    insert.setLong(1, one.id());
                    insert.setLong(2, one.webhook());
                    insert.setLong(3, one.sequence());
                    insert.setString(4, one.record().type());
                    insert.setLong(5, one.record().id());
                    insert.setLong(6, one.version());
                    insert.setString(7, one.event());
                    insert.setString(8, Delivery.join(one.changed()));
                    insert.setLong(9, one.actor());
                    insert.setString(10, one.requestId());
                    insert.setString(11, one.occurredAt());
                    insert.setLong(12, now);
                    insert.setLong(13, now);
                    insert.addBatch();
                }
                if (!deliveries.isEmpty()) {
                    insert.executeBatch();
                }
            }
            return null;
        });
    }

    private static void advance(Connection connection, long from, long to) throws SQLException {
        try (PreparedStatement update = connection.prepareStatement(
                "update gh_delivery_cursor set cursor_seq = ? where name = ? and cursor_seq = ?")) {
            update.setLong(1, to);
            update.setString(2, NAME);
            update.setLong(3, from);
            if (update.executeUpdate() != 1) {
                throw new IllegalStateException("Another server writes the deliveries of webhooks.");
            }
        }
    }

    /** What is to be tried now, the longest due first. */
    List<Delivery> due(long webhook, long now, int limit) {
        return schema.read(connection -> {
            try (PreparedStatement select = connection.prepareStatement(
                    "select id, webhook, seq, record_type, record_id, record_version, event, changed, actor,"
                            + " request_id, occurred_at, attempts from gh_delivery"
                            + " where webhook = ? and state = 0 and due <= ? order by due, id fetch first " + limit
                            + " rows only")) {
                select.setLong(1, webhook);
                select.setLong(2, now);
                try (ResultSet rows = select.executeQuery()) {
                    List<Delivery> due = new ArrayList<>();
                    while (rows.next()) {
                        due.add(delivery(rows));
                    }
                    return due;
                }
            }
        });
    }

    private static Delivery delivery(ResultSet row) throws SQLException {
        return new Delivery(
                row.getLong(1),
                row.getLong(2),
                row.getLong(3),
                new Ref(row.getString(4), row.getLong(5)),
                row.getLong(6),
                row.getString(7),
                Delivery.split(row.getString(8)),
                row.getLong(9),
                row.getString(10),
                row.getString(11),
                row.getInt(12));
    }

    /** When the next is due behind a time; the largest number where nothing waits. */
    long nextDue(long webhook, long now) {
        return schema.read(connection -> {
            try (PreparedStatement select = connection.prepareStatement(
                    "select min(due) from gh_delivery where webhook = ? and state = 0 and due > ?")) {
                select.setLong(1, webhook);
                select.setLong(2, now);
                try (ResultSet row = select.executeQuery()) {
                    row.next();
                    long due = row.getLong(1);
                    return row.wasNull() ? Long.MAX_VALUE : due;
                }
            }
        });
    }

    /** What is stored of an attempt. */
    record Change(Delivery.Outcome outcome, int state, int attempts, long due) {}

    /**
     * Stores what became of attempts; of one that was stored already, nothing.
     *
     * @return the deliveries of which nothing was stored, because they are to be sent once more since
     */
    static Set<Long> store(Connection connection, Collection<Change> changes, long now) throws SQLException {
        try (PreparedStatement update = connection.prepareStatement(
                        "update gh_delivery set state = ?, attempts = ?, due = ?, answer = ?, error = ?, tried_at = ?"
                                + " where id = ? and state = 0 and attempts = ?");
                PreparedStatement delete =
                        connection.prepareStatement("delete from gh_delivery where id = ? and state = 0")) {
            List<Long> updated = new ArrayList<>();
            boolean deleted = false;
            for (Change change : changes) {
                Delivery.Outcome outcome = change.outcome();
                if (outcome.kind() == Delivery.Kind.NOT_FOR_OWNER) {
                    delete.setLong(1, outcome.delivery().id());
                    delete.addBatch();
                    deleted = true;
                } else {
                    update.setInt(1, change.state());
                    update.setInt(2, change.attempts());
                    update.setLong(3, change.due());
                    update.setInt(4, outcome.status());
                    update.setString(5, cut(outcome.error()));
                    update.setLong(6, now);
                    update.setLong(7, outcome.delivery().id());
                    update.setInt(8, outcome.delivery().attempts());
                    update.addBatch();
                    updated.add(outcome.delivery().id());
                }
            }
            Set<Long> left = new HashSet<>();
            if (!updated.isEmpty()) {
                int[] rows = update.executeBatch();
                for (int i = 0; i < rows.length; i++) {
                    if (rows[i] == 0) {
                        left.add(updated.get(i));
                    }
                }
            }
            if (deleted) {
                delete.executeBatch();
            }
            return left;
        }
    }

    static String cut(String error) {
        return error == null || error.length() <= MOST_OF_AN_ERROR ? error : error.substring(0, MOST_OF_AN_ERROR);
    }

    /** After a step of the clock nothing waits longer than its attempts say. */
    void clamp(long now) {
        schema.call(connection -> {
            try (PreparedStatement update = connection.prepareStatement(
                    "update gh_delivery set due = ? where state = 0 and attempts = ? and due > ?")) {
                for (int attempts = 0; attempts < BackOff.MOST_ATTEMPTS; attempts++) {
                    long latest = now + BackOff.longest(attempts);
                    update.setLong(1, latest);
                    update.setInt(2, attempts);
                    update.setLong(3, latest);
                    update.executeUpdate();
                }
                return null;
            }
        });
    }

    /** How many deliveries of each webhook are waiting and have failed. */
    Map<Long, long[]> counts() {
        return schema.read(connection -> {
            try (PreparedStatement select = connection.prepareStatement(
                            "select webhook, state, count(*) from gh_delivery where state in (0, 2)"
                                    + " group by webhook, state");
                    ResultSet rows = select.executeQuery()) {
                Map<Long, long[]> counts = new HashMap<>();
                while (rows.next()) {
                    counts.computeIfAbsent(rows.getLong(1), none -> new long[FAILED + 1])[rows.getInt(2)] =
                            rows.getLong(3);
                }
                return counts;
            }
        });
    }

    Schema schema() {
        return schema;
    }
}
