/* Copyright the Guildhall authors. SPDX-License-Identifier: Apache-2.0 */
package org.guildhall.persistence.internal;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.guildhall.api.Values;
import org.guildhall.api.platform.RecordQuery;
import org.guildhall.api.platform.Table;
import org.guildhall.api.platform.Table.Column;
import org.guildhall.api.platform.Visibility;

/** Reads the records of a type straight into values: one statement for the rows, and one for each kind of nested part. */
final class RowReader {
    /** How long a query may take; what else is read goes by ids. */
    private static final int QUERY_SECONDS = 5;

    private static final Set<String> ALWAYS = Set.of("id", "version");

    private final TypeTable table;
    private final Dialect dialect;
    private final Map<String, RowReader> parts = new LinkedHashMap<>();
    private final Projection everything;

    /** A field and where its columns begin in a row. */
    private record Cells(String name, FieldStorage storage, int index) {}

    /** Some fields, as columns of the alias r. */
    private record Projection(String columns, int count, List<Cells> fields, Collection<String> parts) {}

    RowReader(TypeTable table, Dialect dialect) {
        this.table = table;
        this.dialect = dialect;
        table.parts().forEach((name, part) -> parts.put(name, new RowReader(part, dialect)));
        this.everything = projection(null);
    }

    TypeTable table() {
        return table;
    }

    /** @param names null for everything */
    private Projection projection(Set<String> names) {
        List<Cells> fields = new ArrayList<>();
        List<String> columns = new ArrayList<>();
        table.fields().forEach((name, field) -> {
            if (names == null || names.contains(name) || ALWAYS.contains(name)) {
                fields.add(new Cells(name, field.storage(), columns.size() + 1));
                field.columns().stream()
                        .filter(column -> column.type() != Table.Type.SORT_KEY)
                        .map(Column::name)
                        .map(column -> "r." + column)
                        .forEach(columns::add);
            }
        });
        return new Projection(
                String.join(", ", columns),
                columns.size(),
                fields,
                table.nestedParts().stream()
                        .filter(part -> names == null || names.contains(part))
                        .toList());
    }

    /** The live records of some ids that are reached. */
    List<Values> find(
            Connection connection, ConditionSql conditions, Collection<Long> ids, boolean binned, Visibility visibility)
            throws SQLException {
        Sql out = new Sql().add("select " + everything.columns() + " from " + table.table() + " r where r.id");
        if (ids.size() == 1) {
            out.add(" = ").bind(ids.iterator().next());
        } else {
            out.add(" in ").bindAll(ids);
        }
        out.add(binned ? " and r.bin = r.id" : " and r.bin = 0");
        conditions.visible(out, table, "r", visibility);
        return withParts(
                connection, out.rows(connection, 0, row -> values(row, everything.fields())), everything.parts());
    }

    /** Locks the row of an id until the end of the transaction. */
    void lock(Connection connection, long id) throws SQLException {
        new Sql()
                .add("select id from " + table.table() + " where id = ")
                .bind(id)
                .add(dialect.forUpdate())
                .rows(connection, 0, row -> row.getLong(1));
    }

    /** Those of some ids that are records and are reached. */
    Set<Long> existing(
            Connection connection, ConditionSql conditions, Collection<Long> ids, boolean binned, Visibility visibility)
            throws SQLException {
        Sql out = new Sql()
                .add("select r.id from " + table.table() + " r where r.bin = " + (binned ? "r.id" : "0")
                        + " and r.id in ")
                .bindAll(ids);
        conditions.visible(out, table, "r", visibility);
        return Set.copyOf(out.rows(connection, 0, row -> row.getLong(1)));
    }

    /** Live records that refer to a record by a field, or by the field of a part. */
    List<Long> referring(Connection connection, String part, String field, String target, long id, int limit)
            throws SQLException {
        TypeTable owner = part == null ? table : table.parts().get(part);
        String alias = part == null ? "r" : "p";
        TypeTable.FieldColumns reference = owner.field(field);
        Sql out = new Sql().add("select distinct r.id from " + table.table() + " r");
        if (part != null) {
            out.add(" join " + owner.table() + " p on p." + TableModel.PARENT + " = r.id");
        }
        out.add(" where r.bin = 0 and " + alias + "." + reference.last() + " = ")
                .bind(id);
        if (reference.columns().size() > 1) {
            out.add(" and " + alias + "." + reference.first() + " = ").bind(target);
        }
        return out.add(" order by r.id" + dialect.limit(limit)).rows(connection, 0, row -> row.getLong(1));
    }

    RecordQuery.Rows query(Connection connection, ConditionSql conditions, RecordQuery query) throws SQLException {
        Projection wanted = query.fields() == null ? everything : projection(query.fields());
        PageSql page = new PageSql(dialect, table, query, conditions, wanted.columns(), wanted.count());
        List<PageSql.Row<Values>> rows = page.rows(connection, QUERY_SECONDS, row -> values(row, wanted.fields()));
        List<Values> records = rows.stream().map(PageSql.Row::value).toList();
        return new RecordQuery.Rows(
                withParts(connection, records, wanted.parts()),
                rows.stream().map(PageSql.Row::cells).toList());
    }

    int count(Connection connection, ConditionSql conditions, RecordQuery query, int most) throws SQLException {
        return new PageSql(dialect, table, query, conditions, "", 0).count(connection, QUERY_SECONDS, most);
    }

    private static Values values(ResultSet row, List<Cells> fields) throws SQLException {
        Values.Builder values = Values.builder();
        for (Cells field : fields) {
            values.put(field.name(), field.storage().read(row, field.index()));
        }
        return values.build();
    }

    private List<Values> withParts(Connection connection, List<Values> records, Collection<String> names)
            throws SQLException {
        if (names.isEmpty() || records.isEmpty()) {
            return records;
        }
        List<Long> ids = records.stream().map(record -> (Long) record.get("id")).toList();
        Map<String, Map<Long, List<Values>>> found = new HashMap<>();
        for (String name : names) {
            found.put(name, parts.get(name).byParent(connection, ids));
        }
        List<Values> whole = new ArrayList<>();
        for (Values record : records) {
            Values.Builder values = Values.builder();
            record.forEach(values::put);
            names.forEach(name -> values.put(name, found.get(name).getOrDefault((Long) record.get("id"), List.of())));
            whole.add(values.build());
        }
        return whole;
    }

    /** The parts of some parents, each parent's in their order. */
    private Map<Long, List<Values>> byParent(Connection connection, Collection<Long> parents) throws SQLException {
        Map<Long, List<Values>> byParent = new HashMap<>();
        new Sql()
                .add("select " + everything.columns() + ", r." + TableModel.PARENT + " from " + table.table()
                        + " r where r." + TableModel.PARENT + " in ")
                .bindAll(parents)
                .add(" order by r." + TableModel.PARENT + ", r." + TableModel.POSITION + ", r.id")
                .rows(connection, 0, row -> byParent.computeIfAbsent(
                                row.getLong(everything.count() + 1), parent -> new ArrayList<>())
                        .add(values(row, everything.fields())));
        return byParent;
    }

    /** Parts of one parent above an id, by id; when {@code exact}, the part of the id. */
    List<Values> parts(Connection connection, String part, long parent, long id, boolean exact, int limit)
            throws SQLException {
        RowReader reader = parts.get(part);
        return new Sql()
                .add("select " + reader.everything.columns() + " from " + reader.table.table() + " r where r."
                        + TableModel.PARENT + " = ")
                .bind(parent)
                .add(exact ? " and r.id = " : " and r.id > ")
                .bind(id)
                .add(" order by r.id" + dialect.limit(limit))
                .rows(connection, QUERY_SECONDS, row -> values(row, reader.everything.fields()));
    }
}
