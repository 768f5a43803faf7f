/* Copyright the Guildhall authors. SPDX-License-Identifier: Apache-2.0 */
package org.guildhall.persistence.internal;

import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.zip.CRC32;
import org.guildhall.api.platform.Schema;
import org.guildhall.api.platform.Table;
import org.guildhall.api.platform.Table.Column;
import org.guildhall.api.platform.Table.Index;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Compares a table with the database's catalogue and writes what is missing, one statement after the other. */
@Component
public final class JdbcSchema implements Schema {
    private static final Logger LOG = LoggerFactory.getLogger(JdbcSchema.class);
    private static final int MAX_NAME = 60;

    private final Database database;

    @Activate
    public JdbcSchema(@Reference Database database) {
        this.database = database;
    }

    @Override
    public void ensure(Table table) {
        try (Connection connection = database.connection()) {
            Set<String> columns = names(
                    connection
                            .getMetaData()
                            .getColumns(
                                    connection.getCatalog(),
                                    connection.getSchema(),
                                    stored(connection, table.name()),
                                    null),
                    "COLUMN_NAME");
            if (columns.isEmpty()) {
                execute(connection, create(table));
            } else {
                for (Column column : table.columns()) {
                    if (!columns.contains(column.name())) {
                        execute(
                                connection,
                                "alter table " + table.name() + " add column " + column.name() + " "
                                        + database.dialect().type(column));
                    }
                }
            }
            Set<String> indexes = names(
                    connection
                            .getMetaData()
                            .getIndexInfo(
                                    connection.getCatalog(),
                                    connection.getSchema(),
                                    stored(connection, table.name()),
                                    false,
                                    true),
                    "INDEX_NAME");
            for (Index index : table.indexes()) {
                String name = indexName(table, index);
                if (!indexes.contains(name)) {
                    execute(
                            connection,
                            "create " + (index.unique() ? "unique " : "") + "index " + name + " on " + table.name()
                                    + " (" + String.join(", ", index.columns()) + ")");
                }
            }
        } catch (SQLException e) {
            throw StoreFailure.problem(e);
        }
    }

    @Override
    public <T> T call(SqlFunction<T> body) {
        try (Connection connection = database.connection()) {
            connection.setAutoCommit(false);
            try {
                T result = body.apply(connection);
                connection.commit();
                return result;
            } catch (SQLException | RuntimeException e) {
                connection.rollback();
                throw e;
            }
        } catch (SQLException e) {
            throw StoreFailure.problem(e);
        }
    }

    private String create(Table table) {
        return table.columns().stream()
                .map(column -> column.name() + " " + database.dialect().type(column)
                        + (column.required() || table.primaryKey().contains(column.name()) ? " not null" : ""))
                .collect(Collectors.joining(
                        ", ",
                        "create table " + table.name() + " (",
                        ", primary key (" + String.join(", ", table.primaryKey()) + "))"
                                + database.dialect().tableSuffix()));
    }

    private static void execute(Connection connection, String statement) throws SQLException {
        LOG.info("{}", statement);
        try (Statement jdbc = connection.createStatement()) {
            jdbc.execute(statement);
        }
    }

    /** A name as the catalogue has it: Derby's in capitals, the others' as written. */
    private static String stored(Connection connection, String name) throws SQLException {
        return connection.getMetaData().storesUpperCaseIdentifiers() ? name.toUpperCase(Locale.ROOT) : name;
    }

    private static Set<String> names(ResultSet rows, String column) throws SQLException {
        try (rows) {
            Set<String> names = new HashSet<>();
            while (rows.next()) {
                String name = rows.getString(column);
                if (name != null) {
                    names.add(name.toLowerCase(Locale.ROOT));
                }
            }
            return names;
        }
    }

    private static String indexName(Table table, Index index) {
        return shortened((index.unique() ? "u_" : "i_") + table.name() + "_" + String.join("_", index.columns()));
    }

    /** A name of at most {@value #MAX_NAME} characters; what is cut is replaced by a checksum of the whole. */
    static String shortened(String name) {
        if (name.length() <= MAX_NAME) {
            return name;
        }
        CRC32 checksum = new CRC32();
        checksum.update(name.getBytes(StandardCharsets.UTF_8));
        return name.substring(0, MAX_NAME - 9) + "_" + String.format(Locale.ROOT, "%08x", checksum.getValue());
    }

    /** The words of a Java name in lower snake case. */
    static String snakeCase(String name) {
        List<String> words = List.of(name.split("(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])"));
        return shortened(
                words.stream().map(word -> word.toLowerCase(Locale.ROOT)).collect(Collectors.joining("_")));
    }
}
