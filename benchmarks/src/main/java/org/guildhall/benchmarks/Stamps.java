/* Copyright the Guildhall authors. SPDX-License-Identifier: Apache-2.0 */
package org.guildhall.benchmarks;

import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.sql.Types;
import java.time.Instant;
import java.time.temporal.ChronoUnit;

/** What every record has: the first eight columns, and the first members of its JSON. */
record Stamps(
        long id,
        long version,
        Long owner,
        Long team,
        Instant createdAt,
        long createdBy,
        Instant changedAt,
        long changedBy) {
    static final String COLUMNS = "id, version, owner, team, created_at, created_by, changed_at, changed_by";
    /** The index of the first column behind these. */
    static final int NEXT = 9;

    static Stamps ofNew(long id, long caller) {
        Instant now = Instant.now().truncatedTo(ChronoUnit.MICROS);
        return new Stamps(id, 1, caller, null, now, caller, now, caller);
    }

    static Stamps read(ResultSet row) throws SQLException {
        return new Stamps(
                row.getLong(1),
                row.getLong(2),
                reference(row, 3),
                reference(row, 4),
                row.getTimestamp(5).toInstant(),
                row.getLong(6),
                row.getTimestamp(7).toInstant(),
                row.getLong(8));
    }

    private static Long reference(ResultSet row, int column) throws SQLException {
        long id = row.getLong(column);
        return row.wasNull() ? null : (Long) id;
    }

    void bind(PreparedStatement insert) throws SQLException {
        insert.setLong(1, id);
        insert.setLong(2, version);
        insert.setObject(3, owner, Types.BIGINT);
        insert.setObject(4, team, Types.BIGINT);
        insert.setTimestamp(5, Timestamp.from(createdAt));
        insert.setLong(6, createdBy);
        insert.setTimestamp(7, Timestamp.from(changedAt));
        insert.setLong(8, changedBy);
    }

    void write(JsonGenerator out) throws IOException {
        out.writeStringField("id", Ids.format(id));
        out.writeNumberField("version", version);
        out.writeStringField("owner", owner == null ? null : Ids.format(owner));
        out.writeStringField("team", team == null ? null : Ids.format(team));
        out.writeStringField("createdAt", createdAt.toString());
        out.writeStringField("createdBy", Ids.format(createdBy));
        out.writeStringField("changedAt", changedAt.toString());
        out.writeStringField("changedBy", Ids.format(changedBy));
    }
}
