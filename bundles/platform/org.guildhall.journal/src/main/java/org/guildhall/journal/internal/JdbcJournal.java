/* Copyright the Guildhall authors. SPDX-License-Identifier: Apache-2.0 */
package org.guildhall.journal.internal;

import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.util.List;
import org.guildhall.api.CallContext;
import org.guildhall.api.Values;
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
import org.osgi.service.component.annotations.Reference;

/** Writes {@code gh_journal} over the connection of the change. */
@Component
public final class JdbcJournal implements Journal {
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
                    new Column("changes", Type.LONG_TEXT, 0, true)),
            List.of("id"),
            List.of(new Index(false, "record_type", "record_id", "record_version")));
    private static final String INSERT = "insert into gh_journal"
            + " (id, occurred_at, record_type, record_id, record_version, verb, actor_id, request_id, changes) values (?, ?, ?, ?, ?, ?, ?, ?, ?)";

    private final IdSource ids;
    private final ValuesFormat format;

    @Activate
    public JdbcJournal(@Reference Schema schema, @Reference IdSource ids, @Reference ValuesFormat format) {
        this.ids = ids;
        this.format = format;
        schema.ensure(JOURNAL);
    }

    @Override
    public void append(Transaction transaction, RecordType type, String verb, long id, long version, Values changes) {
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
            insert.executeUpdate();
        } catch (SQLException e) {
            throw new IllegalStateException("The journal row of " + type + " could not be written", e);
        }
    }
}
