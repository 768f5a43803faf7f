/* Copyright the Guildhall authors. SPDX-License-Identifier: Apache-2.0 */
package org.guildhall.itests;

import java.sql.Connection;
import java.sql.DatabaseMetaData;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.sql.Types;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** What a database's own catalogue says of some tables, in words that are the same for every database. */
final class CatalogueText {
    private CatalogueText() {}

    /** The tables whose names begin with a prefix, in lines that are sorted. */
    static String of(Connection connection, String prefix) throws SQLException {
        DatabaseMetaData data = connection.getMetaData();
        TreeSet<String> lines = new TreeSet<>();
        TreeSet<String> tables = new TreeSet<>();
        String pattern = data.storesUpperCaseIdentifiers() ? prefix.toUpperCase(Locale.ROOT) : prefix;
        try (ResultSet rows = data.getColumns(connection.getCatalog(), connection.getSchema(), pattern + "%", null)) {
            while (rows.next()) {
                tables.add(rows.getString("TABLE_NAME"));
                lines.add(lower(rows, "TABLE_NAME") + "." + lower(rows, "COLUMN_NAME") + " " + type(rows)
                        + (rows.getInt("NULLABLE") == DatabaseMetaData.columnNoNulls ? " not null" : ""));
            }
        }
        Set<String> constraints = constraints(connection);
        for (String table : tables) {
            Map<String, List<String>> indexes = new TreeMap<>();
            try (ResultSet rows =
                    data.getIndexInfo(connection.getCatalog(), connection.getSchema(), table, false, true)) {
                while (rows.next()) {
                    if (rows.getString("INDEX_NAME") != null) {
                        String kind =
                                rows.getBoolean("NON_UNIQUE") && !constraints.contains(rows.getString("INDEX_NAME"))
                                        ? "index"
                                        : "unique";
                        indexes.computeIfAbsent(kind + " " + rows.getString("INDEX_NAME"), name -> new ArrayList<>())
                                .add(lower(rows, "COLUMN_NAME")
                                        + ("D".equals(rows.getString("ASC_OR_DESC")) ? " desc" : ""));
                    }
                }
            }
            // Derby alone has each of these once more, to read it downwards.
            indexes.values().removeIf(columns -> columns.get(columns.size() - 1).equals("id desc"));
            indexes.forEach((name, columns) -> lines.add(table.toLowerCase(Locale.ROOT) + " "
                    + name.substring(0, name.indexOf(' ')) + " (" + String.join(", ", columns) + ")"));
        }
        return String.join("\n", lines) + "\n";
    }

    /** Derby's unique constraints, whose indexes its driver does not call unique. */
    private static Set<String> constraints(Connection connection) throws SQLException {
        Set<String> names = new TreeSet<>();
        if (connection.getMetaData().getDatabaseProductName().contains("Derby")) {
            try (Statement statement = connection.createStatement();
                    ResultSet rows = statement.executeQuery("select g.conglomeratename from sys.sysconstraints c"
                            + " join sys.syskeys k on k.constraintid = c.constraintid join sys.sysconglomerates g"
                            + " on g.conglomerateid = k.conglomerateid where c.type = 'U'")) {
                while (rows.next()) {
                    names.add(rows.getString(1));
                }
            }
        }
        return names;
    }

    private static String lower(ResultSet row, String column) throws SQLException {
        return row.getString(column).toLowerCase(Locale.ROOT);
    }

    private static String type(ResultSet row) throws SQLException {
        int size = row.getInt("COLUMN_SIZE");
        int type = row.getInt("DATA_TYPE");
        return switch (type) {
            case Types.BIGINT -> "integer";
            case Types.VARCHAR -> size > 32_000 ? "long text" : "text(" + size + ")";
            case Types.CLOB, Types.LONGVARCHAR -> "long text";
            case Types.DECIMAL, Types.NUMERIC -> "decimal(" + size + "," + row.getInt("DECIMAL_DIGITS") + ")";
            case Types.TIMESTAMP -> "timestamp";
            case Types.DATE -> "date";
            case Types.BOOLEAN, Types.BIT, Types.TINYINT -> "boolean";
            default -> throw new AssertionError("an unexpected type " + type + " of " + row.getString("COLUMN_NAME"));
        };
    }
}
