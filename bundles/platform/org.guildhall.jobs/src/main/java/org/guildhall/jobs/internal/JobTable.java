/* Copyright the Guildhall authors. SPDX-License-Identifier: Apache-2.0 */
package org.guildhall.jobs.internal;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.guildhall.api.JsonObject;
import org.guildhall.api.platform.Jobs.Line;
import org.guildhall.api.platform.Jobs.State;
import org.guildhall.api.platform.Schema;
import org.guildhall.api.platform.Table;
import org.guildhall.api.platform.Table.Column;
import org.guildhall.api.platform.Table.Index;
import org.guildhall.api.platform.Table.Type;

/** {@code gh_job} and {@code gh_job_line}. Each run has a number; one that has been followed by another changes nothing. */
final class JobTable {
    static final int MOST_LINES = 1_000;
    private static final int MOST_OF_AN_ERROR = 255;
    private static final Table JOBS = new Table(
                    "gh_job",
                    List.of(
                            new Column("id", Type.INTEGER, 0, true),
                            new Column("plugin", Type.TEXT, 41, true),
                            new Column("name", Type.TEXT, 83, true),
                            new Column("state", Type.TEXT, 20, true),
                            new Column("owner", Type.INTEGER, 0, true),
                            new Column("input_text", Type.LONG_TEXT, 0, true),
                            new Column("checkpoint_text", Type.LONG_TEXT, 0, false),
                            new Column("done_count", Type.INTEGER, 0, true),
                            new Column("total_count", Type.INTEGER, 0, true),
                            new Column("attempts", Type.INTEGER, 0, true),
                            new Column("run_number", Type.INTEGER, 0, true),
                            new Column("error", Type.TEXT, MOST_OF_AN_ERROR, false),
                            new Column("due_at", Type.TIMESTAMP, 0, true),
                            new Column("created_at", Type.TIMESTAMP, 0, true),
                            new Column("ended_at", Type.TIMESTAMP, 0, false)),
                    List.of("id"),
                    List.of(
                            new Index(false, "state", "due_at"),
                            new Index(false, "owner", "id"),
                            new Index(false, "ended_at")))
            .heldFor("plugin");
    private static final Table LINES = new Table(
            "gh_job_line",
            List.of(
                    new Column("job_id", Type.INTEGER, 0, true),
                    new Column("line_number", Type.INTEGER, 0, true),
                    new Column("written_at", Type.TIMESTAMP, 0, true),
                    new Column("line", Type.LONG_TEXT, 0, true)),
            List.of("job_id", "line_number"),
            List.of());
    private static final String COLUMNS = "select id, plugin, name, state, owner, done_count,"
            + " total_count, attempts, run_number, error, created_at, ended_at from gh_job";
    private static final String OPEN = " and state in ('WAITING', 'RUNNING')";
    /** What waits for no second attempt, or for longer than any does because a clock was set back, is due. */
    private static final String DUE = " and (attempts = 0 or due_at <= ? or due_at > ?)";

    private final Schema schema;

    /** A job. */
    record Row(
            long id,
            String plugin,
            String name,
            State state,
            long owner,
            long done,
            long total,
            int attempts,
            long run,
            String error,
            Instant createdAt,
            Instant endedAt) {}

    /** A job that is to be run, with its texts, which may be long. */
    record Task(Row job, JsonObject input, JsonObject checkpoint) {}

    JobTable(Schema schema) {
        this.schema = schema;
        schema.ensure(JOBS);
        schema.ensure(LINES);
    }

    static void insert(
            Connection connection, long id, String plugin, String name, long owner, String input, Instant now)
            throws SQLException {
        try (PreparedStatement insert = connection.prepareStatement(
                "insert into gh_job (id, plugin, name, state, owner, input_text, done_count,"
                        + " total_count, attempts, run_number, due_at, created_at)"
                        + " values (?, ?, ?, 'WAITING', ?, ?, 0, 0, 0, 0, ?, ?)")) {
            insert.setLong(1, id);
            insert.setString(2, plugin);
            insert.setString(3, name);
            insert.setLong(4, owner);
            insert.setString(5, input);
            insert.setTimestamp(6, Timestamp.from(now));
            insert.setTimestamp(7, Timestamp.from(now));
            insert.executeUpdate();
        }
    }

    Optional<Row> find(long id) {
        return select(COLUMNS + " where id = ?", id).stream().findFirst();
    }

    List<Row> last(long owner, int limit) {
        String order = " order by id desc fetch first " + limit + " rows only";
        return owner == 0 ? select(COLUMNS + order) : select(COLUMNS + " where owner = ?" + order, owner);
    }

    /** Jobs that some server may run now, those that have waited longest first. */
    List<Row> due(Collection<String> names, Instant now, int limit) {
        if (names.isEmpty()) {
            return List.of();
        }
        List<Object> parameters = new ArrayList<>(names);
        parameters.add(Timestamp.from(now));
        parameters.add(Timestamp.from(now.plus(JobRunner.LONGEST_WAIT)));
        return select(
                COLUMNS + " where name in (" + String.join(", ", Collections.nCopies(names.size(), "?")) + ")" + OPEN
                        + DUE + " order by due_at fetch first " + limit + " rows only",
                parameters.toArray());
    }

    private List<Row> select(String query, Object... parameters) {
        return schema.read(connection -> {
            try (PreparedStatement select = connection.prepareStatement(query)) {
                for (int i = 0; i < parameters.length; i++) {
                    select.setObject(i + 1, parameters[i]);
                }
                try (ResultSet rows = select.executeQuery()) {
                    List<Row> found = new ArrayList<>();
                    while (rows.next()) {
                        found.add(row(rows));
                    }
                    return found;
                }
            }
        });
    }

    private static Row row(ResultSet row) throws SQLException {
        Timestamp endedAt = row.getTimestamp(12);
        return new Row(
                row.getLong(1),
                row.getString(2),
                row.getString(3),
                State.valueOf(row.getString(4)),
                row.getLong(5),
                row.getLong(6),
                row.getLong(7),
                row.getInt(8),
                row.getLong(9),
                row.getString(10),
                row.getTimestamp(11).toInstant(),
                endedAt == null ? null : endedAt.toInstant());
    }

    /** Begins a run of a job that is open; nothing where it is not, or not yet due. */
    Optional<Task> take(long id, Instant now) {
        int taken = update(
                "update gh_job set state = 'RUNNING', run_number = run_number + 1 where id = ?" + OPEN + DUE,
                id,
                Timestamp.from(now),
                Timestamp.from(now.plus(JobRunner.LONGEST_WAIT)));
        return taken == 1 ? find(id).map(this::task) : Optional.empty();
    }

    private Task task(Row job) {
        return schema.read(connection -> {
            try (PreparedStatement select =
                    connection.prepareStatement("select input_text, checkpoint_text from gh_job where id = ?")) {
                select.setLong(1, job.id());
                try (ResultSet row = select.executeQuery()) {
                    row.next();
                    String checkpoint = row.getString(2);
                    return new Task(
                            job,
                            new JsonObject(row.getString(1)),
                            checkpoint == null ? null : new JsonObject(checkpoint));
                }
            }
        });
    }

    /** Keeps a checkpoint in the transaction of its step; whether the run is the job's current one. */
    static boolean keep(Connection connection, Row job, JsonObject checkpoint, long done, long total)
            throws SQLException {
        try (PreparedStatement update = connection.prepareStatement(
                "update gh_job set checkpoint_text = ?, done_count = ?, total_count = ?, attempts = 0,"
                        + " error = null where id = ? and run_number = ? and state = 'RUNNING'")) {
            update.setString(1, checkpoint == null ? null : checkpoint.text());
            update.setLong(2, done);
            update.setLong(3, total);
            update.setLong(4, job.id());
            update.setLong(5, job.run());
            return update.executeUpdate() == 1;
        }
    }

    boolean progress(Row job, long done, long total) {
        return update(
                        "update gh_job set done_count = ?, total_count = ? where id = ? and run_number = ?"
                                + " and state = 'RUNNING'",
                        done,
                        total,
                        job.id(),
                        job.run())
                == 1;
    }

    void end(Row job, State state, Instant now) {
        update(
                "update gh_job set state = ?, ended_at = ? where id = ? and run_number = ? and state = 'RUNNING'",
                state.name(),
                Timestamp.from(now),
                job.id(),
                job.run());
    }

    /** Has a job wait; it has failed as often as is said. */
    void park(Row job, int attempts, String error, Instant due) {
        update(
                "update gh_job set state = 'WAITING', attempts = ?, error = ?, due_at = ? where id = ? and run_number = ?"
                        + " and state = 'RUNNING'",
                attempts,
                cut(error),
                Timestamp.from(due),
                job.id(),
                job.run());
    }

    void fail(Row job, int attempts, String error, Instant now) {
        update(
                "update gh_job set state = 'FAILED', attempts = ?, error = ?, ended_at = ? where id = ?"
                        + " and run_number = ? and state = 'RUNNING'",
                attempts,
                cut(error),
                Timestamp.from(now),
                job.id(),
                job.run());
    }

    boolean cancel(long id, Instant now) {
        return update(
                        "update gh_job set state = 'CANCELLED', ended_at = ? where id = ?"
                                + " and state in ('WAITING', 'RUNNING', 'FAILED')",
                        Timestamp.from(now),
                        id)
                == 1;
    }

    boolean retry(long id, Instant now) {
        return update(
                        "update gh_job set state = 'WAITING', attempts = 0, ended_at = null, due_at = ? where id = ?"
                                + " and state = 'FAILED'",
                        Timestamp.from(now),
                        id)
                == 1;
    }

    private int update(String statement, Object... parameters) {
        return schema.call(connection -> {
            try (PreparedStatement update = connection.prepareStatement(statement)) {
                for (int i = 0; i < parameters.length; i++) {
                    if (parameters[i] == null) {
                        update.setNull(i + 1, java.sql.Types.VARCHAR);
                    } else {
                        update.setObject(i + 1, parameters[i]);
                    }
                }
                return update.executeUpdate();
            }
        });
    }

    /** Adds a line behind the last one, and takes the first away where there are too many. */
    void log(long job, String line, Instant now) {
        schema.call(connection -> {
            long next;
            try (PreparedStatement last =
                    connection.prepareStatement("select max(line_number) from gh_job_line where job_id = ?")) {
                last.setLong(1, job);
                try (ResultSet row = last.executeQuery()) {
                    row.next();
                    next = row.getLong(1) + 1;
                }
            }
            try (PreparedStatement insert = connection.prepareStatement(
                    "insert into gh_job_line (job_id, line_number, written_at, line) values (?, ?, ?, ?)")) {
                insert.setLong(1, job);
                insert.setLong(2, next);
                insert.setTimestamp(3, Timestamp.from(now));
                insert.setString(4, line);
                insert.executeUpdate();
            }
            try (PreparedStatement delete =
                    connection.prepareStatement("delete from gh_job_line where job_id = ? and line_number <= ?")) {
                delete.setLong(1, job);
                delete.setLong(2, next - MOST_LINES);
                return delete.executeUpdate();
            }
        });
    }

    List<Line> log(long job, int limit) {
        return schema.read(connection -> {
            try (PreparedStatement select =
                    connection.prepareStatement("select written_at, line from gh_job_line where job_id = ?"
                            + " order by line_number desc fetch first " + limit + " rows only")) {
                select.setLong(1, job);
                try (ResultSet rows = select.executeQuery()) {
                    List<Line> lines = new ArrayList<>();
                    while (rows.next()) {
                        lines.add(new Line(rows.getTimestamp(1).toInstant(), rows.getString(2)));
                    }
                    Collections.reverse(lines);
                    return lines;
                }
            }
        });
    }

    /** Jobs of a name that failed for good: how many, and the last of them. */
    record Failed(String name, long count, long last) {}

    List<Failed> failed() {
        return schema.read(connection -> {
            try (PreparedStatement select = connection.prepareStatement("select name, count(*), max(id) from gh_job"
                            + " where state = 'FAILED' group by name order by name");
                    ResultSet rows = select.executeQuery()) {
                List<Failed> failed = new ArrayList<>();
                while (rows.next()) {
                    failed.add(new Failed(rows.getString(1), rows.getLong(2), rows.getLong(3)));
                }
                return failed;
            }
        });
    }

    static Map<String, Long> counts(Connection connection, String query) throws SQLException {
        try (PreparedStatement select = connection.prepareStatement(query);
                ResultSet rows = select.executeQuery()) {
            Map<String, Long> counts = new LinkedHashMap<>();
            while (rows.next()) {
                counts.put(rows.getString(1), rows.getLong(2));
            }
            return counts;
        }
    }

    /** Takes away jobs that ended before a time. */
    void clean(Instant before) {
        String ended = "(select id from gh_job where ended_at < ?)";
        update("delete from gh_job_line where job_id in " + ended, Timestamp.from(before));
        update("delete from gh_job where ended_at < ?", Timestamp.from(before));
        // Those of purged plugins.
        update("delete from gh_job_line where job_id not in (select id from gh_job)");
    }

    private static String cut(String error) {
        return error == null || error.length() <= MOST_OF_AN_ERROR ? error : error.substring(0, MOST_OF_AN_ERROR);
    }
}
