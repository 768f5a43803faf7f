/* Copyright the Guildhall authors. SPDX-License-Identifier: Apache-2.0 */
package org.guildhall.persistence.internal;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.guildhall.api.Values;
import org.guildhall.api.platform.Table.Column;
import org.guildhall.persistence.internal.TableModel.PartTable;
import org.guildhall.persistence.internal.TableModel.StoredField;

/** Reads the records of a type straight into values: one statement for the rows, and one for each kind of nested part. */
final class RowReader {
    private final List<Cells> fields = new ArrayList<>();
    private final Map<String, RowReader> parts = new LinkedHashMap<>();
    private final Map<String, RowReader> allParts = new HashMap<>();
    private final Map<String, String> references = new HashMap<>();
    private final String select;
    private final String table;
    private final String from;
    private final Dialect dialect;

    /** A field and where its columns begin in a row. */
    private record Cells(String name, FieldStorage storage, int index) {}

    RowReader(TableModel model, Dialect dialect) {
        this.dialect = dialect;
        List<String> columns = new ArrayList<>();
        for (StoredField stored : model.fields()) {
            if (!stored.removed()) {
                FieldStorage storage = FieldStorage.of(stored.field());
                fields.add(new Cells(stored.field().name(), storage, columns.size() + 1));
                stored.columns().stream().map(Column::name).forEach(columns::add);
                // Of a reference, the id's column is the only or the last one.
                references.put(
                        stored.field().name(),
                        stored.columns().get(stored.columns().size() - 1).name());
            }
        }
        for (PartTable part : model.parts()) {
            RowReader reader = new RowReader(part.model(), dialect);
            allParts.put(part.name(), reader);
            if (part.nested()) {
                parts.put(part.name(), reader);
            }
        }
        select = "select " + String.join(", ", columns);
        table = model.table();
        from = " from " + table;
    }

    /** The live record of an id. */
    List<Values> find(Connection connection, long id) throws SQLException {
        return withParts(connection, rows(connection, select + from + " where id = ? and bin = 0", id));
    }

    /** Locks the row of an id until the end of the transaction. */
    void lock(Connection connection, long id) throws SQLException {
        try (PreparedStatement statement =
                connection.prepareStatement("select id" + from + " where id = ?" + dialect.forUpdate())) {
            statement.setLong(1, id);
            ids(statement);
        }
    }

    /** The record of an id that is in the bin. */
    List<Values> findBinned(Connection connection, long id) throws SQLException {
        return withParts(connection, rows(connection, select + from + " where id = ? and bin = ?", id, id));
    }

    /** Those of some ids that are live records. */
    Set<Long> existing(Connection connection, Collection<Long> ids) throws SQLException {
        String query = "select id" + from + " where bin = 0 and id in ("
                + ids.stream().map(id -> "?").collect(Collectors.joining(", ")) + ")";
        try (PreparedStatement statement = connection.prepareStatement(query)) {
            int index = 1;
            for (Long id : ids) {
                statement.setLong(index++, id);
            }
            return Set.copyOf(ids(statement));
        }
    }

    /** Live records that refer to a record by a field, or by the field of a part. */
    List<Long> referring(Connection connection, String part, String field, long id, int limit) throws SQLException {
        RowReader owner = part == null ? this : allParts.get(part);
        String query = part == null
                ? "select r.id from " + table + " r where r.bin = 0 and r." + references.get(field)
                        + " = ? order by r.id"
                : "select distinct r.id from " + table + " r join " + owner.table + " p on p." + TableModel.PARENT
                        + " = r.id where r.bin = 0 and p." + owner.references.get(field) + " = ? order by r.id";
        try (PreparedStatement statement = connection.prepareStatement(query + dialect.limit())) {
            statement.setLong(1, id);
            statement.setInt(2, limit);
            return ids(statement);
        }
    }

    private static List<Long> ids(PreparedStatement statement) throws SQLException {
        try (ResultSet rows = statement.executeQuery()) {
            List<Long> ids = new ArrayList<>();
            while (rows.next()) {
                ids.add(rows.getLong(1));
            }
            return ids;
        }
    }

    /** Live records above an id, by id. */
    List<Values> page(Connection connection, long after, int limit) throws SQLException {
        return withParts(
                connection,
                rows(
                        connection,
                        select + from + " where bin = 0 and id > ? order by id" + dialect.limit(),
                        after,
                        limit));
    }

    private List<Values> rows(Connection connection, String query, long... parameters) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(query)) {
            for (int i = 0; i < parameters.length; i++) {
                statement.setLong(i + 1, parameters[i]);
            }
            try (ResultSet rows = statement.executeQuery()) {
                List<Values> values = new ArrayList<>();
                while (rows.next()) {
                    values.add(values(rows).build());
                }
                return values;
            }
        }
    }

    private Values.Builder values(ResultSet row) throws SQLException {
        Values.Builder values = Values.builder();
        for (Cells field : fields) {
            values.put(field.name(), field.storage().read(row, field.index()));
        }
        return values;
    }

    private List<Values> withParts(Connection connection, List<Values> records) throws SQLException {
        if (parts.isEmpty() || records.isEmpty()) {
            return records;
        }
        List<Long> ids = records.stream().map(record -> (Long) record.get("id")).toList();
        Map<String, Map<Long, List<Values>>> found = new HashMap<>();
        for (Map.Entry<String, RowReader> part : parts.entrySet()) {
            found.put(part.getKey(), part.getValue().byParent(connection, ids));
        }
        List<Values> whole = new ArrayList<>();
        for (Values record : records) {
            Values.Builder values = Values.builder();
            record.forEach(values::put);
            parts.keySet()
                    .forEach(
                            name -> values.put(name, found.get(name).getOrDefault((Long) record.get("id"), List.of())));
            whole.add(values.build());
        }
        return whole;
    }

    /** The parts of some parents, each parent's in their order. */
    Map<Long, List<Values>> byParent(Connection connection, Collection<Long> parents) throws SQLException {
        String query = select + ", " + TableModel.PARENT + from + " where " + TableModel.PARENT + " in ("
                + parents.stream().map(parent -> "?").collect(Collectors.joining(", ")) + ") order by "
                + TableModel.PARENT + ", " + TableModel.POSITION + ", id";
        try (PreparedStatement statement = connection.prepareStatement(query)) {
            int index = 1;
            for (Long parent : parents) {
                statement.setLong(index++, parent);
            }
            try (ResultSet rows = statement.executeQuery()) {
                Map<Long, List<Values>> byParent = new HashMap<>();
                while (rows.next()) {
                    byParent.computeIfAbsent(rows.getLong(TableModel.PARENT), parent -> new ArrayList<>())
                            .add(values(rows).build());
                }
                return byParent;
            }
        }
    }
}
