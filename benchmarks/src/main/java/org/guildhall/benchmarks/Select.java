/* Copyright the Guildhall authors. SPDX-License-Identifier: Apache-2.0 */
package org.guildhall.benchmarks;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/** A query and its parameters. */
final class Select {
    private final StringBuilder sql = new StringBuilder(512);
    private final List<Object> parameters = new ArrayList<>();

    interface Rows<T> {
        T row(ResultSet row) throws SQLException;
    }

    Select(String sql) {
        this.sql.append(sql);
    }

    Select add(String more, Object... values) {
        sql.append(more);
        parameters.addAll(List.of(values));
        return this;
    }

    /** Adds a list of parameters in parentheses; it is not empty. */
    Select addAll(List<Long> values) {
        sql.append("(?").append(", ?".repeat(values.size() - 1)).append(')');
        parameters.addAll(values);
        return this;
    }

    <T> List<T> rows(Connection connection, Rows<T> rows) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(sql.toString())) {
            for (int i = 0; i < parameters.size(); i++) {
                statement.setObject(i + 1, parameters.get(i));
            }
            try (ResultSet found = statement.executeQuery()) {
                List<T> all = new ArrayList<>();
                while (found.next()) {
                    all.add(rows.row(found));
                }
                return all;
            }
        }
    }
}
