/* Copyright the Guildhall authors. SPDX-License-Identifier: Apache-2.0 */
package org.guildhall.persistence.internal;

import java.sql.Connection;
import java.sql.DatabaseMetaData;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.guildhall.api.platform.Table;
import org.guildhall.api.platform.Table.Index;

/** The tables that the database has, with their columns and indexes, in lower case. */
final class Catalogue {
    private final Map<String, Set<String>> columns = new HashMap<>();
    private final Map<String, Set<Index>> indexes = new HashMap<>();

    /** Reads what there is of some tables. */
    static Catalogue read(Dialect dialect, Connection connection, Collection<Table> tables) throws SQLException {
        Catalogue catalogue = new Catalogue();
        Set<String> uniqueConstraints = dialect.uniqueConstraints(connection);
        DatabaseMetaData data = connection.getMetaData();
        for (Table table : tables) {
            String stored = stored(data, table.name());
            try (ResultSet rows = data.getColumns(connection.getCatalog(), connection.getSchema(), stored, null)) {
                while (rows.next()) {
                    String name = rows.getString("TABLE_NAME");
                    // The name is a pattern, whose underscores stand for any character.
                    if (name.equals(stored)) {
                        catalogue
                                .columns
                                .computeIfAbsent(table.name(), key -> new LinkedHashSet<>())
                                .add(rows.getString("COLUMN_NAME").toLowerCase(Locale.ROOT));
                    }
                }
            }
            if (catalogue.has(table.name())) {
                catalogue.indexes.put(table.name(), indexes(connection, stored, uniqueConstraints));
            }
        }
        return catalogue;
    }

    private static Set<Index> indexes(Connection connection, String table, Set<String> uniqueConstraints)
            throws SQLException {
        Map<String, List<String>> columns = new TreeMap<>();
        Map<String, Boolean> unique = new HashMap<>();
        try (ResultSet rows = connection
                .getMetaData()
                .getIndexInfo(connection.getCatalog(), connection.getSchema(), table, false, true)) {
            while (rows.next()) {
                String index = rows.getString("INDEX_NAME");
                if (index != null) {
                    unique.put(index, !rows.getBoolean("NON_UNIQUE") || uniqueConstraints.contains(index));
                    columns.computeIfAbsent(index, key -> new ArrayList<>())
                            .add(("D".equals(rows.getString("ASC_OR_DESC")) ? "-" : "")
                                    + rows.getString("COLUMN_NAME").toLowerCase(Locale.ROOT));
                }
            }
        }
        Set<Index> indexes = new LinkedHashSet<>();
        columns.forEach((name, list) -> indexes.add(new Index(unique.get(name), list)));
        return indexes;
    }

    /** A name as the database writes it: Derby in capitals, the others as given. */
    private static String stored(DatabaseMetaData data, String name) throws SQLException {
        return data.storesUpperCaseIdentifiers() ? name.toUpperCase(Locale.ROOT) : name;
    }

    boolean has(String table) {
        return columns.containsKey(table);
    }

    boolean has(String table, String column) {
        return columns.getOrDefault(table, Set.of()).contains(column);
    }

    /** Whether an index of the same columns in the same order is there. */
    boolean has(String table, Index index) {
        return indexes.getOrDefault(table, Set.of()).contains(index);
    }

    Set<Index> indexes(String table) {
        return indexes.getOrDefault(table, Set.of());
    }

    /** What the renaming of a column will make of the catalogue. */
    void rename(String table, String from, String to) {
        Set<String> names = columns.get(table);
        names.remove(from);
        names.add(to);
        Set<Index> renamed = new LinkedHashSet<>();
        for (Index index : indexes.get(table)) {
            renamed.add(new Index(
                    index.unique(),
                    index.columns().stream()
                            .map(column -> column.equals(from) ? to : column.equals("-" + from) ? "-" + to : column)
                            .toList()));
        }
        indexes.put(table, renamed);
    }
}
