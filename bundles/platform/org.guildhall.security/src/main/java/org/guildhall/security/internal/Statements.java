/* Copyright the Guildhall authors. SPDX-License-Identifier: Apache-2.0 */
package org.guildhall.security.internal;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/** Plain statements over a connection that is given. */
final class Statements {
    private Statements() {}

    /** Reads one row. */
    @FunctionalInterface
    interface Reader<T> {
        T read(ResultSet row) throws SQLException;
    }

    static <T> List<T> select(Connection connection, String sql, Reader<T> reader, Object... parameters)
            throws SQLException {
        try (PreparedStatement select = connection.prepareStatement(sql)) {
            set(select, parameters);
            try (ResultSet row = select.executeQuery()) {
                List<T> rows = new ArrayList<>();
                while (row.next()) {
                    rows.add(reader.read(row));
                }
                return rows;
            }
        }
    }

    /** The number that a statement counts. */
    static long count(Connection connection, String sql, Object... parameters) throws SQLException {
        return select(connection, sql, row -> row.getLong(1), parameters).get(0);
    }

    /** How many rows a statement has changed. */
    static int change(Connection connection, String sql, Object... parameters) throws SQLException {
        try (PreparedStatement change = connection.prepareStatement(sql)) {
            set(change, parameters);
            return change.executeUpdate();
        }
    }

    /** As many question marks as there are values. */
    static String places(int values) {
        return String.join(", ", java.util.Collections.nCopies(values, "?"));
    }

    private static void set(PreparedStatement statement, Object... parameters) throws SQLException {
        for (int i = 0; i < parameters.length; i++) {
            if (parameters[i] instanceof Boolean yes) {
                statement.setBoolean(i + 1, yes);
            } else if (parameters[i] instanceof Long number) {
                statement.setLong(i + 1, number);
            } else {
                statement.setString(i + 1, (String) parameters[i]);
            }
        }
    }

    /** A failure inside a unit of work, whose cause tells it what happened. */
    static RuntimeException failure(SQLException failure) {
        return new IllegalStateException("A statement of the users, teams and roles failed", failure);
    }
}
