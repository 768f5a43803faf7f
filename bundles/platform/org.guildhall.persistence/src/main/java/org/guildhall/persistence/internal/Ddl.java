/* Copyright the Guildhall authors. SPDX-License-Identifier: Apache-2.0 */
package org.guildhall.persistence.internal;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.guildhall.api.platform.Table;
import org.guildhall.api.platform.Table.Column;
import org.guildhall.api.platform.Table.Index;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The statements that change tables, one for each change. A statement waits less than a second for those who use the
 * table, because everybody else waits behind it, and is then repeated.
 */
record Ddl(String sql, boolean online) {
    private static final Logger LOG = LoggerFactory.getLogger(Ddl.class);
    private static final int ATTEMPTS = 60;
    private static final long PAUSE_MILLIS = 500;

    static Ddl create(Dialect dialect, Table table) {
        return new Ddl(
                table.columns().stream()
                        .map(column -> column.name() + " " + dialect.type(column)
                                + (column.required() || table.primaryKey().contains(column.name()) ? " not null" : ""))
                        .collect(Collectors.joining(
                                ", ",
                                "create table " + table.name() + " (",
                                ", primary key (" + String.join(", ", table.primaryKey()) + "))"
                                        + dialect.tableSuffix())),
                false);
    }

    static Ddl addColumn(Dialect dialect, String table, Column column) {
        return new Ddl("alter table " + table + " add column " + column.name() + " " + dialect.type(column), false);
    }

    static Ddl widen(Dialect dialect, String table, Column column) {
        return new Ddl(dialect.widen(table, column), false);
    }

    static Ddl rename(Dialect dialect, String table, String from, String to) {
        return new Ddl(dialect.rename(table, from, to), false);
    }

    /** @param online whether rows may be in the table and written meanwhile */
    static Ddl createIndex(Dialect dialect, String table, Index index, boolean online) {
        String name = name(table, index);
        String columns = index.columns().stream()
                .map(column -> column.startsWith("-") ? column.substring(1) + " desc" : column)
                .collect(Collectors.joining(", "));
        return index.unique() && dialect == Dialect.DERBY
                // A unique index of Derby takes one null only, a constraint takes many.
                ? new Ddl("alter table " + table + " add constraint " + name + " unique (" + columns + ")", false)
                : new Ddl(
                        "create " + (index.unique() ? "unique " : "") + "index "
                                + (online ? dialect.concurrently() : "") + name + " on " + table + " (" + columns + ")",
                        online && !dialect.concurrently().isEmpty());
    }

    static String name(String table, Index index) {
        List<String> words = new ArrayList<>(List.of(index.unique() ? "u" : "i", table));
        index.columns().forEach(column -> words.add(column.startsWith("-") ? column.substring(1) + "_desc" : column));
        return Names.shortened(String.join("_", words));
    }

    void run(Dialect dialect, Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            if (!online) {
                for (String setting : dialect.shortWaits(true)) {
                    statement.execute(setting);
                }
            }
            try {
                repeat(statement);
            } finally {
                if (!online) {
                    for (String setting : dialect.shortWaits(false)) {
                        statement.execute(setting);
                    }
                }
            }
        }
    }

    private void repeat(Statement statement) throws SQLException {
        LOG.info("{}", sql);
        for (int attempt = 1; ; attempt++) {
            try {
                statement.execute(sql);
                return;
            } catch (SQLException e) {
                if (!Dialect.isWaitTooLong(e)) {
                    throw e;
                }
                if (attempt == ATTEMPTS) {
                    throw new IllegalArgumentException(
                            "The table has been in use for a minute and more, and could not be" + " changed: " + sql
                                    + ". Deploy the plugin again when long transactions have ended.");
                }
                LOG.info("The table is in use; attempt {} of {} failed", attempt, ATTEMPTS);
                pause();
            }
        }
    }

    private static void pause() {
        try {
            Thread.sleep(PAUSE_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("The server stops.", e);
        }
    }
}
