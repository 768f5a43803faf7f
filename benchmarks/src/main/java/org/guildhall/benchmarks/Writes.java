/* Copyright the Guildhall authors. SPDX-License-Identifier: Apache-2.0 */
package org.guildhall.benchmarks;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.util.UUID;

/** What goes with every new record. */
final class Writes {
    private static final String INSERT_JOURNAL = "insert into gh_journal (id, occurred_at, record_type, record_id,"
            + " record_version, verb, actor_id, request_id, changes, former) values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)";

    private Writes() {}

    static void side(Connection connection, String table, long id) throws SQLException {
        try (PreparedStatement insert = connection.prepareStatement("insert into " + table + " (id) values (?)")) {
            insert.setLong(1, id);
            insert.executeUpdate();
        }
    }

    static void journal(Connection connection, long id, String type, Stamps stamps, String changes)
            throws SQLException {
        try (PreparedStatement insert = connection.prepareStatement(INSERT_JOURNAL)) {
            insert.setLong(1, id);
            insert.setTimestamp(2, Timestamp.from(stamps.createdAt()));
            insert.setString(3, type);
            insert.setLong(4, stamps.id());
            insert.setLong(5, stamps.version());
            insert.setString(6, "create");
            insert.setLong(7, stamps.createdBy());
            insert.setString(8, UUID.randomUUID().toString());
            insert.setString(9, changes);
            insert.setString(10, "{}");
            insert.executeUpdate();
        }
    }
}
