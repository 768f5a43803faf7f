/* Copyright the Guildhall authors. SPDX-License-Identifier: Apache-2.0 */
package org.guildhall.persistence.internal;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;

/**
 * Computes the sort keys of the texts that are in a column already, in chunks that hold few rows for a short time. Whoever
 * writes a row meanwhile wins.
 */
record SortKeyFill(Dialect dialect, String table, String text, String key) {
    private static final int CHUNK = 500;

    String preview() {
        return "-- in chunks of " + CHUNK + " rows: update " + table + " set " + key + " = <sort key of " + text + ">";
    }

    void run(Connection connection) throws SQLException {
        connection.setAutoCommit(false);
        empty(connection);
        long last = Long.MIN_VALUE;
        int rows = CHUNK;
        try (PreparedStatement select = connection.prepareStatement("select id, " + text + " from " + table
                        + " where id > ? and " + text + " is not null order by id" + dialect.limit());
                PreparedStatement update = connection.prepareStatement(
                        "update " + table + " set " + key + " = ? where id = ? and " + text + " = ?")) {
            while (rows == CHUNK) {
                rows = 0;
                select.setLong(1, last);
                select.setInt(2, CHUNK);
                try (ResultSet found = select.executeQuery()) {
                    while (found.next()) {
                        rows++;
                        last = found.getLong(1);
                        String value = found.getString(2);
                        update.setString(1, SortKey.of(value));
                        update.setLong(2, last);
                        update.setString(3, value);
                        update.addBatch();
                    }
                }
                if (rows > 0) {
                    update.executeBatch();
                }
                connection.commit();
            }
        }
    }

    /** Keys of an older version's time may be of texts that have changed since. */
    private void empty(Connection connection) throws SQLException {
        List<Long> ids;
        do {
            ids = new Sql()
                    .add("select id from " + table + " where " + key + " is not null" + dialect.limit(CHUNK))
                    .rows(connection, 0, row -> row.getLong(1));
            if (!ids.isEmpty()) {
                new Sql()
                        .add("update " + table + " set " + key + " = null where id in ")
                        .bindAll(ids)
                        .update(connection);
            }
            connection.commit();
        } while (ids.size() == CHUNK);
    }
}
