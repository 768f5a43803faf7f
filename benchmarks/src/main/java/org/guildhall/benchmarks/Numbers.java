/* Copyright the Guildhall authors. SPDX-License-Identifier: Apache-2.0 */
package org.guildhall.benchmarks;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import javax.sql.DataSource;

/** The numbers of appointments, taken in blocks as Guildhall takes them. */
final class Numbers {
    private static final String NAME = "clinic.appointment.number";
    private static final int BLOCK = 20;

    private final DataSource pool;
    private long next;
    private long end;

    Numbers(DataSource pool) {
        this.pool = pool;
    }

    synchronized long next() throws SQLException {
        if (next == end) {
            try (Connection connection = pool.getConnection()) {
                connection.setAutoCommit(false);
                end = take(connection);
                connection.commit();
            }
            next = end - BLOCK;
        }
        return next++;
    }

    private static long take(Connection connection) throws SQLException {
        try (PreparedStatement update = connection.prepareStatement(
                        "update gh_number set next_number = next_number + ? where name = ?");
                PreparedStatement select =
                        connection.prepareStatement("select next_number from gh_number where name = ?")) {
            update.setInt(1, BLOCK);
            update.setString(2, NAME);
            update.executeUpdate();
            select.setString(1, NAME);
            try (ResultSet row = select.executeQuery()) {
                row.next();
                return row.getLong(1);
            }
        }
    }
}
