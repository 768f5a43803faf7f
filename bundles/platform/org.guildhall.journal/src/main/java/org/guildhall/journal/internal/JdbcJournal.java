/* Copyright the Guildhall authors. SPDX-License-Identifier: Apache-2.0 */
package org.guildhall.journal.internal;

import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;
import org.guildhall.api.CallContext;
import org.guildhall.api.RecordEvent;
import org.guildhall.api.Ref;
import org.guildhall.api.Values;
import org.guildhall.api.Verb;
import org.guildhall.api.platform.EventLog;
import org.guildhall.api.platform.IdSource;
import org.guildhall.api.platform.Journal;
import org.guildhall.api.platform.RecordType;
import org.guildhall.api.platform.Schema;
import org.guildhall.api.platform.Table;
import org.guildhall.api.platform.Table.Column;
import org.guildhall.api.platform.Table.Index;
import org.guildhall.api.platform.Table.Type;
import org.guildhall.api.platform.Transaction;
import org.guildhall.api.platform.ValuesFormat;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;

/** Writes {@code gh_journal} over the connection of the change, and reads it. */
@Component(configurationPid = "org.guildhall.journal")
public final class JdbcJournal implements Journal, EventLog {
    private static final Table JOURNAL = new Table(
                    "gh_journal",
                    List.of(
                            new Column("id", Type.INTEGER, 0, true),
                            new Column("occurred_at", Type.TIMESTAMP, 0, true),
                            new Column("record_type", Type.TEXT, 83, true),
                            new Column("record_id", Type.INTEGER, 0, true),
                            new Column("record_version", Type.INTEGER, 0, true),
                            new Column("verb", Type.TEXT, 40, true),
                            new Column("actor_id", Type.INTEGER, 0, true),
                            new Column("request_id", Type.TEXT, 64, true),
                            new Column("changes", Type.LONG_TEXT, 0, true),
                            new Column("former", Type.LONG_TEXT, 0, false),
                            new Column("changed_fields", Type.LONG_TEXT, 0, false),
                            new Column("seq", Type.INTEGER, 0, false)),
                    List.of("id"),
                    List.of(
                            new Index(false, "record_type", "record_id", "record_version"),
                            new Index(false, "seq", "id")))
            .heldFor("record_type");
    private static final int MOST_OF_A_VERSION = 100;

    private static final String INSERT = "insert into gh_journal"
            + " (id, occurred_at, record_type, record_id, record_version, verb, actor_id, request_id, changes, former,"
            + " changed_fields) values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)";

    private static final String HISTORY =
            "select record_version, verb, occurred_at, actor_id, request_id, former, changes"
                    + " from gh_journal where record_type = ? and record_id = ? and record_version < ?"
                    + " order by record_version desc, id desc";

    private static final String EVENTS =
            "select seq, record_type, record_id, record_version, verb, changed_fields, actor_id, request_id, occurred_at"
                    + " from gh_journal where seq > ? order by seq fetch first ";
    private static final Set<String> VERBS = Arrays.stream(Verb.values())
            .map(verb -> verb.name().toLowerCase(Locale.ROOT))
            .collect(Collectors.toUnmodifiableSet());
    private static final String UPDATE = Verb.UPDATE.name().toLowerCase(Locale.ROOT);

    /** etc/org.guildhall.journal.cfg. */
    public @interface Configuration {
        /** How long events are handed out, as ISO 8601 writes it. */
        String eventsKept() default "P30D";
    }

    private final Schema schema;
    private final IdSource ids;
    private final ValuesFormat format;
    private final Sequencer sequencer;

    @Activate
    public JdbcJournal(
            Configuration configuration,
            @Reference Schema schema,
            @Reference IdSource ids,
            @Reference ValuesFormat format) {
        this.schema = schema;
        this.ids = ids;
        this.format = format;
        schema.ensure(JOURNAL);
        this.sequencer = new Sequencer(schema, kept(configuration.eventsKept()));
    }

    private static Duration kept(String text) {
        try {
            Duration kept = Duration.parse(text);
            if (!kept.isNegative() && !kept.isZero()) {
                return kept;
            }
        } catch (DateTimeException e) {
            // Told below.
        }
        throw new IllegalArgumentException("eventsKept of etc/org.guildhall.journal.cfg is " + text
                + " and must be a duration as ISO 8601 writes it, such as P30D.");
    }

    @Override
    public void append(
            Transaction transaction,
            RecordType type,
            String verb,
            long id,
            long version,
            Values former,
            Values changes) {
        CallContext context = transaction.context();
        try (PreparedStatement insert = transaction.connection().prepareStatement(INSERT)) {
            insert.setLong(1, ids.next());
            insert.setTimestamp(2, Timestamp.from(context.time()));
            insert.setString(3, type.name());
            insert.setLong(4, id);
            insert.setLong(5, version);
            insert.setString(6, verb);
            insert.setLong(7, context.caller().id());
            insert.setString(8, context.requestId());
            insert.setString(9, format.json(type, changes));
            insert.setString(10, format.json(type, former));
            insert.setString(11, verb.equals(UPDATE) ? String.join(",", changes.names()) : null);
            insert.executeUpdate();
            transaction.afterCommit(sequencer::wake);
        } catch (SQLException e) {
            throw new IllegalStateException("The journal row of " + type + " could not be written", e);
        }
    }

    @Override
    public void blank(Transaction transaction, RecordType type, long id) {
        try (PreparedStatement update = transaction
                .connection()
                .prepareStatement(
                        "update gh_journal set changes = ?, former = ? where record_type = ? and record_id = ?")) {
            update.setString(1, "{}");
            update.setString(2, "{}");
            update.setString(3, type.name());
            update.setLong(4, id);
            update.executeUpdate();
        } catch (SQLException e) {
            throw new IllegalStateException("The journal rows of " + type + " could not be blanked", e);
        }
    }

    @Override
    public List<Entry> history(RecordType type, long id, long before, int limit) {
        return schema.call(connection -> {
            try (PreparedStatement select = connection.prepareStatement(HISTORY)) {
                select.setString(1, type.name());
                select.setLong(2, id);
                select.setLong(3, before);
                select.setMaxRows(limit + MOST_OF_A_VERSION);
                try (ResultSet rows = select.executeQuery()) {
                    List<Entry> entries = new ArrayList<>();
                    while (rows.next()
                            // A version and the events that came with it stay together.
                            && (entries.size() < limit
                                    || entries.get(entries.size() - 1).version() == rows.getLong(1))) {
                        String former = rows.getString(6);
                        entries.add(new Entry(
                                rows.getLong(1),
                                rows.getString(2),
                                rows.getTimestamp(3).toInstant(),
                                rows.getLong(4),
                                rows.getString(5),
                                format.values(type, former == null ? "{}" : former),
                                format.values(type, rows.getString(7))));
                    }
                    return entries;
                }
            }
        });
    }

    @Override
    public long last() {
        return sequencer.last();
    }

    @Override
    public boolean isKnown(long sequence) {
        return sequencer.isKnown(sequence);
    }

    @Override
    public long behind(long sequence) {
        return sequencer.behind(sequence);
    }

    @Override
    public long expired() {
        return sequencer.expired();
    }

    @Override
    public List<RecordEvent> after(long sequence, int limit) {
        return schema.read(connection -> {
            try (PreparedStatement select = connection.prepareStatement(EVENTS + limit + " rows only")) {
                select.setLong(1, sequence);
                try (ResultSet rows = select.executeQuery()) {
                    List<RecordEvent> events = new ArrayList<>();
                    while (rows.next()) {
                        events.add(event(rows));
                    }
                    return events;
                }
            }
        });
    }

    private static RecordEvent event(ResultSet row) throws SQLException {
        String verb = row.getString(5);
        String changed = row.getString(6);
        return new RecordEvent(
                row.getLong(1),
                new Ref(row.getString(2), row.getLong(3)),
                row.getLong(4),
                VERBS.contains(verb) ? verb + "d" : verb,
                changed == null || changed.isEmpty() ? List.of() : Arrays.asList(changed.split(",")),
                row.getLong(7),
                row.getString(8),
                row.getTimestamp(9).toInstant());
    }

    @Override
    public Subscription subscribe(Runnable signal) {
        return sequencer.subscribe(signal);
    }

    @Override
    public Waiting waiting(int most) {
        return schema.read(connection -> {
            try (PreparedStatement select = connection.prepareStatement(
                            "select occurred_at from gh_journal where seq is null order by seq, id" + " fetch first "
                                    + most + " rows only");
                    ResultSet rows = select.executeQuery()) {
                int changes = 0;
                Instant since = null;
                while (rows.next()) {
                    since = changes++ == 0 ? rows.getTimestamp(1).toInstant() : since;
                }
                return new Waiting(changes, since);
            }
        });
    }

    @Deactivate
    void stop() {
        sequencer.stop();
    }
}
