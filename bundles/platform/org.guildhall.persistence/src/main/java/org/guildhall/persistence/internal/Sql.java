/* Copyright the Guildhall authors. SPDX-License-Identifier: Apache-2.0 */
package org.guildhall.persistence.internal;

import java.math.BigDecimal;
import java.sql.Connection;
import java.sql.Date;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/** A statement that is being written, and its parameters: no value ever becomes part of the text. */
final class Sql {
    private final StringBuilder text = new StringBuilder(512);
    private final List<Object> parameters = new ArrayList<>();

    /** Adds text of our own. */
    Sql add(String more) {
        text.append(more);
        return this;
    }

    /** Adds a parameter: a cell of {@link FieldStorage}, or an {@code Integer}. */
    Sql bind(Object cell) {
        parameters.add(cell);
        text.append('?');
        return this;
    }

    /** Adds a list of parameters in parentheses; it is not empty. */
    Sql bindAll(Collection<?> cells) {
        String separator = "(";
        for (Object cell : cells) {
            add(separator).bind(cell);
            separator = ", ";
        }
        return add(")");
    }

    /** The same for ids, some of them twice, so that there are few different statements for the database to know. */
    Sql bindIds(List<Long> ids) {
        List<Long> padded = new ArrayList<>(ids);
        int size = Integer.highestOneBit(Math.max(1, ids.size() - 1)) * 2;
        while (padded.size() < size) {
            padded.add(ids.get(0));
        }
        return bindAll(padded);
    }

    Sql add(Sql more) {
        text.append(more.text);
        parameters.addAll(more.parameters);
        return this;
    }

    /** The text with the parameters: the same for two that find the same. */
    String question() {
        return text + "\n" + parameters;
    }

    @Override
    public String toString() {
        return text.toString();
    }

    interface RowFunction<T> {
        T apply(ResultSet row) throws SQLException;
    }

    /** Runs the query; without a limit of time when the seconds are 0. */
    <T> List<T> rows(Connection connection, int seconds, RowFunction<T> function) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(text.toString())) {
            if (seconds > 0) {
                statement.setQueryTimeout(seconds);
            }
            bindTo(statement);
            try (ResultSet rows = statement.executeQuery()) {
                List<T> all = new ArrayList<>();
                while (rows.next()) {
                    all.add(function.apply(rows));
                }
                return all;
            }
        }
    }

    int update(Connection connection) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(text.toString())) {
            bindTo(statement);
            return statement.executeUpdate();
        }
    }

    private void bindTo(PreparedStatement statement) throws SQLException {
        for (int i = 0; i < parameters.size(); i++) {
            bind(statement, i + 1, parameters.get(i));
        }
    }

    private static void bind(PreparedStatement statement, int index, Object cell) throws SQLException {
        if (cell instanceof Long number) {
            statement.setLong(index, number);
        } else if (cell instanceof Integer number) {
            statement.setInt(index, number);
        } else if (cell instanceof BigDecimal number) {
            statement.setBigDecimal(index, number);
        } else if (cell instanceof Boolean yes) {
            statement.setBoolean(index, yes);
        } else if (cell instanceof LocalDate date) {
            statement.setDate(index, Date.valueOf(date));
        } else if (cell instanceof LocalDateTime time) {
            statement.setTimestamp(index, Timestamp.valueOf(time));
        } else {
            statement.setString(index, (String) cell);
        }
    }
}
