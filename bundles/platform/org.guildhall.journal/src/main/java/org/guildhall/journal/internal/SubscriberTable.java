/* Copyright the Guildhall authors. SPDX-License-Identifier: Apache-2.0 */
package org.guildhall.journal.internal;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.guildhall.api.RecordEvent;
import org.guildhall.api.Ref;
import org.guildhall.api.platform.Schema;
import org.guildhall.api.platform.Table;
import org.guildhall.api.platform.Table.Column;
import org.guildhall.api.platform.Table.Type;

/**
 * How far each subscriber is ({@code gh_subscriber}), and the events that it failed at or that wait behind such a one
 * ({@code gh_failed_event}).
 */
final class SubscriberTable {
    private static final int MOST_OF_AN_ERROR = 255;
    private static final Table SUBSCRIBERS = new Table(
                    "gh_subscriber",
                    List.of(
                            new Column("name", Type.TEXT, 191, true),
                            new Column("record_type", Type.TEXT, 83, true),
                            new Column("cursor_seq", Type.INTEGER, 0, true),
                            new Column("skipped", Type.INTEGER, 0, true)),
                    List.of("name"),
                    List.of())
            .heldFor("name");
    private static final Table FAILED = new Table(
                    "gh_failed_event",
                    List.of(
                            new Column("subscriber", Type.TEXT, 191, true),
                            new Column("seq", Type.INTEGER, 0, true),
                            new Column("record_type", Type.TEXT, 83, true),
                            new Column("record_id", Type.INTEGER, 0, true),
                            new Column("attempts", Type.INTEGER, 0, true),
                            new Column("error", Type.TEXT, MOST_OF_AN_ERROR, false)),
                    List.of("subscriber", "seq"),
                    List.of())
            .heldFor("subscriber");

    private final Schema schema;

    /** A subscriber. */
    record Row(String name, String recordType, long cursor, long skipped) {}

    /**
     * An event that has not been heard.
     *
     * @param attempts how often it was tried; 0 while it waits behind another of its record
     */
    record Failed(long sequence, Ref record, int attempts, String error) {}

    SubscriberTable(Schema schema) {
        this.schema = schema;
        schema.ensure(SUBSCRIBERS);
        schema.ensure(FAILED);
    }

    List<Row> all() {
        return schema.read(connection -> {
            try (PreparedStatement select = connection.prepareStatement(
                            "select name, record_type, cursor_seq, skipped from gh_subscriber order by name");
                    ResultSet rows = select.executeQuery()) {
                List<Row> all = new ArrayList<>();
                while (rows.next()) {
                    all.add(row(rows));
                }
                return all;
            }
        });
    }

    Optional<Row> find(String name) {
        return schema.read(connection -> {
            try (PreparedStatement select = connection.prepareStatement(
                    "select name, record_type, cursor_seq, skipped from gh_subscriber where name = ?")) {
                select.setString(1, name);
                try (ResultSet rows = select.executeQuery()) {
                    return rows.next() ? Optional.of(row(rows)) : Optional.empty();
                }
            }
        });
    }

    private static Row row(ResultSet row) throws SQLException {
        return new Row(row.getString(1), row.getString(2), row.getLong(3), row.getLong(4));
    }

    /** Begins to tell a subscriber of what is behind a number, unless it is known. */
    void begin(String name, String recordType, long cursor) {
        if (find(name).isPresent()) {
            return;
        }
        try {
            schema.call(connection -> {
                try (PreparedStatement insert = connection.prepareStatement(
                        "insert into gh_subscriber (name, record_type, cursor_seq, skipped) values (?, ?, ?, 0)")) {
                    insert.setString(1, name);
                    insert.setString(2, recordType);
                    insert.setLong(3, cursor);
                    return insert.executeUpdate();
                }
            });
        } catch (RuntimeException e) {
            // Another server may have been faster.
            if (find(name).isEmpty()) {
                throw e;
            }
        }
    }

    /**
     * Moves on in the transaction of what was done.
     *
     * @throws IllegalStateException when another server has moved it meanwhile: what was done is undone
     */
    static void advance(Connection connection, String name, long from, long to) throws SQLException {
        try (PreparedStatement update = connection.prepareStatement(
                "update gh_subscriber set cursor_seq = ? where name = ? and cursor_seq = ?")) {
            update.setLong(1, to);
            update.setString(2, name);
            update.setLong(3, from);
            if (update.executeUpdate() != 1) {
                throw new IllegalStateException("Another server tells the subscriber " + name + ".");
            }
        }
    }

    /** Passes over events that have expired. */
    long skip(Row row, long expired) {
        return schema.call(connection -> {
            long skipped;
            try (PreparedStatement count = connection.prepareStatement(
                    "select count(*) from gh_journal where seq > ? and seq <= ? and record_type = ?")) {
                count.setLong(1, row.cursor());
                count.setLong(2, expired);
                count.setString(3, row.recordType());
                try (ResultSet counted = count.executeQuery()) {
                    counted.next();
                    skipped = counted.getLong(1);
                }
            }
            advance(connection, row.name(), row.cursor(), expired);
            addSkipped(connection, row.name(), skipped);
            return skipped;
        });
    }

    private static void addSkipped(Connection connection, String name, long skipped) throws SQLException {
        try (PreparedStatement update =
                connection.prepareStatement("update gh_subscriber set skipped = skipped + ? where name = ?")) {
            update.setLong(1, skipped);
            update.setString(2, name);
            update.executeUpdate();
        }
    }

    List<Failed> failed(String name) {
        return schema.read(connection -> {
            try (PreparedStatement select = connection.prepareStatement(
                    "select seq, record_type, record_id, attempts, error from gh_failed_event"
                            + " where subscriber = ? order by seq")) {
                select.setString(1, name);
                try (ResultSet rows = select.executeQuery()) {
                    List<Failed> failed = new ArrayList<>();
                    while (rows.next()) {
                        failed.add(new Failed(
                                rows.getLong(1),
                                new Ref(rows.getString(2), rows.getLong(3)),
                                rows.getInt(4),
                                rows.getString(5)));
                    }
                    return failed;
                }
            }
        });
    }

    /** What a subscriber failed at: how many events, and what one of them said. */
    record Failures(int events, String error) {
        static final Failures NONE = new Failures(0, null);
    }

    /** By subscriber. */
    Map<String, Failures> failures() {
        return schema.read(connection -> {
            try (PreparedStatement select = connection.prepareStatement(
                            "select subscriber, count(*), max(error) from gh_failed_event group by subscriber");
                    ResultSet rows = select.executeQuery()) {
                Map<String, Failures> failures = new HashMap<>();
                while (rows.next()) {
                    failures.put(rows.getString(1), new Failures(rows.getInt(2), rows.getString(3)));
                }
                return failures;
            }
        });
    }

    /** Keeps an event for later. */
    static void keep(Connection connection, String name, RecordEvent event, int attempts, String error)
            throws SQLException {
        try (PreparedStatement insert = connection.prepareStatement(
                "insert into gh_failed_event (subscriber, seq, record_type, record_id, attempts,"
                        + " error) values (?, ?, ?, ?, ?, ?)")) {
            insert.setString(1, name);
            insert.setLong(2, event.sequence());
            insert.setString(3, event.record().type());
            insert.setLong(4, event.record().id());
            insert.setInt(5, attempts);
            insert.setString(6, cut(error));
            insert.executeUpdate();
        }
    }

    /** Whether it is still to be heard. */
    boolean failedAgain(String name, long sequence, int attempts, String error) {
        return schema.call(connection -> {
            try (PreparedStatement update = connection.prepareStatement(
                    "update gh_failed_event set attempts = ?, error = ? where subscriber = ? and seq = ?")) {
                update.setInt(1, attempts);
                update.setString(2, cut(error));
                update.setString(3, name);
                update.setLong(4, sequence);
                return update.executeUpdate() == 1;
            }
        });
    }

    /** Has what failed tried as if it had failed once. */
    int retry(String name) {
        return schema.call(connection -> {
            try (PreparedStatement update = connection.prepareStatement(
                    "update gh_failed_event set attempts = 1 where subscriber = ? and attempts > 0")) {
                update.setString(1, name);
                return update.executeUpdate();
            }
        });
    }

    /**
     * An event has been heard.
     *
     * @throws IllegalStateException when another server has told of it meanwhile: what was done is undone
     */
    static void heard(Connection connection, String name, long sequence) throws SQLException {
        try (PreparedStatement delete =
                connection.prepareStatement("delete from gh_failed_event where subscriber = ? and seq = ?")) {
            delete.setString(1, name);
            delete.setLong(2, sequence);
            if (delete.executeUpdate() != 1) {
                throw new IllegalStateException("Another server tells the subscriber " + name + ".");
            }
        }
    }

    /** Gives events up: one, or all that failed. */
    int giveUp(String name, long from, long to) {
        return schema.call(connection -> {
            int given;
            try (PreparedStatement delete = connection.prepareStatement(
                    "delete from gh_failed_event where subscriber = ? and seq between ? and ?")) {
                delete.setString(1, name);
                delete.setLong(2, from);
                delete.setLong(3, to);
                given = delete.executeUpdate();
            }
            addSkipped(connection, name, given);
            return given;
        });
    }

    void forget(String name) {
        schema.call(connection -> {
            for (String delete : List.of(
                    "delete from gh_failed_event where subscriber = ?", "delete from gh_subscriber where name = ?")) {
                try (PreparedStatement statement = connection.prepareStatement(delete)) {
                    statement.setString(1, name);
                    statement.executeUpdate();
                }
            }
            return null;
        });
    }

    private static String cut(String error) {
        return error == null || error.length() <= MOST_OF_AN_ERROR ? error : error.substring(0, MOST_OF_AN_ERROR);
    }
}
