/* Copyright the Guildhall authors. SPDX-License-Identifier: Apache-2.0 */
package org.guildhall.jobs.internal;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.guildhall.api.Ref;
import org.guildhall.api.platform.Jobs.FailedTimer;
import org.guildhall.api.platform.Schema;
import org.guildhall.api.platform.Table;
import org.guildhall.api.platform.Table.Column;
import org.guildhall.api.platform.Table.Index;
import org.guildhall.api.platform.Table.Type;

/** {@code gh_timer}: what is due on records. A timer that failed is due again later. */
final class TimerTable {
    private static final int MOST_OF_AN_ERROR = 255;
    private static final Table TIMERS = new Table(
                    "gh_timer",
                    List.of(
                            new Column("id", Type.INTEGER, 0, true),
                            new Column("name", Type.TEXT, 83, true),
                            new Column("record_type", Type.TEXT, 83, true),
                            new Column("record_id", Type.INTEGER, 0, true),
                            new Column("owner", Type.INTEGER, 0, true),
                            new Column("due_at", Type.TIMESTAMP, 0, true),
                            new Column("next_at", Type.TIMESTAMP, 0, true),
                            new Column("attempts", Type.INTEGER, 0, true),
                            new Column("error", Type.TEXT, MOST_OF_AN_ERROR, false)),
                    List.of("id"),
                    List.of(
                            new Index(true, "record_id", "record_type", "name"),
                            new Index(false, "name", "next_at"),
                            new Index(false, "attempts")))
            .heldFor("name");

    private final Schema schema;

    /**
     * A timer.
     *
     * @param next when it is tried: the time that was set, or a later one
     */
    record Row(long id, String name, Ref on, long owner, Instant due, Instant next, int attempts) {}

    TimerTable(Schema schema) {
        this.schema = schema;
        schema.ensure(TIMERS);
    }

    static void set(Connection connection, Row timer) throws SQLException {
        cancel(connection, timer.name(), timer.on());
        try (PreparedStatement insert = connection.prepareStatement(
                "insert into gh_timer (id, name, record_type, record_id, owner, due_at, next_at,"
                        + " attempts) values (?, ?, ?, ?, ?, ?, ?, 0)")) {
            insert.setLong(1, timer.id());
            insert.setString(2, timer.name());
            insert.setString(3, timer.on().type());
            insert.setLong(4, timer.on().id());
            insert.setLong(5, timer.owner());
            insert.setTimestamp(6, Timestamp.from(timer.due()));
            insert.setTimestamp(7, Timestamp.from(timer.next()));
            insert.executeUpdate();
        }
    }

    static void cancel(Connection connection, String name, Ref on) throws SQLException {
        try (PreparedStatement delete = connection.prepareStatement(
                "delete from gh_timer where record_id = ? and record_type = ? and name = ?")) {
            delete.setLong(1, on.id());
            delete.setString(2, on.type());
            delete.setString(3, name);
            delete.executeUpdate();
        }
    }

    /** Takes a timer away in the transaction of what it does; whether it was still set so. */
    static boolean goOff(Connection connection, Row timer) throws SQLException {
        try (PreparedStatement delete =
                connection.prepareStatement("delete from gh_timer where id = ? and attempts = ?")) {
            delete.setLong(1, timer.id());
            delete.setInt(2, timer.attempts());
            return delete.executeUpdate() == 1;
        }
    }

    List<Row> due(String name, Instant now, int limit) {
        return schema.read(connection -> {
            try (PreparedStatement select =
                    connection.prepareStatement("select id, record_type, record_id, owner, due_at, next_at, attempts"
                            + " from gh_timer where name = ? and next_at <= ? order by next_at fetch first " + limit
                            + " rows only")) {
                select.setString(1, name);
                select.setTimestamp(2, Timestamp.from(now));
                try (ResultSet rows = select.executeQuery()) {
                    List<Row> due = new ArrayList<>();
                    while (rows.next()) {
                        due.add(new Row(
                                rows.getLong(1),
                                name,
                                new Ref(rows.getString(2), rows.getLong(3)),
                                rows.getLong(4),
                                rows.getTimestamp(5).toInstant(),
                                rows.getTimestamp(6).toInstant(),
                                rows.getInt(7)));
                    }
                    return due;
                }
            }
        });
    }

    void failed(Row timer, String error, Instant next) {
        schema.call(connection -> {
            try (PreparedStatement update =
                    connection.prepareStatement("update gh_timer set attempts = attempts + 1, error = ?, next_at = ?"
                            + " where id = ? and attempts = ?")) {
                update.setString(1, error.length() > MOST_OF_AN_ERROR ? error.substring(0, MOST_OF_AN_ERROR) : error);
                update.setTimestamp(2, Timestamp.from(next));
                update.setLong(3, timer.id());
                update.setInt(4, timer.attempts());
                return update.executeUpdate();
            }
        });
    }

    /** Has those that failed go off once more now. */
    void again(String name, Instant now) {
        schema.call(connection -> {
            try (PreparedStatement update = connection.prepareStatement(
                    "update gh_timer set next_at = ? where name = ? and attempts > 0 and next_at > ?")) {
                update.setTimestamp(1, Timestamp.from(now));
                update.setString(2, name);
                update.setTimestamp(3, Timestamp.from(now));
                return update.executeUpdate();
            }
        });
    }

    /** How many timers of each name failed last time. */
    Map<String, Long> failing() {
        return schema.read(connection -> JobTable.counts(
                connection, "select name, count(*) from gh_timer where attempts > 0 group by name order by name"));
    }

    List<FailedTimer> failed(int limit) {
        return schema.read(connection -> {
            try (PreparedStatement select =
                            connection.prepareStatement("select name, record_type, record_id, due_at, attempts, error"
                                    + " from gh_timer where attempts > 0 fetch first " + limit + " rows only");
                    ResultSet rows = select.executeQuery()) {
                List<FailedTimer> failed = new ArrayList<>();
                while (rows.next()) {
                    failed.add(new FailedTimer(
                            rows.getString(1),
                            new Ref(rows.getString(2), rows.getLong(3)),
                            rows.getTimestamp(4).toInstant(),
                            rows.getInt(5),
                            rows.getString(6)));
                }
                return failed;
            }
        });
    }
}
