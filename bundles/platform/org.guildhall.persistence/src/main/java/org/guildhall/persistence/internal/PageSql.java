/* Copyright the Guildhall authors. SPDX-License-Identifier: Apache-2.0 */
package org.guildhall.persistence.internal;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.guildhall.api.Condition;
import org.guildhall.api.Query.Sort;
import org.guildhall.api.platform.RecordQuery;
import org.guildhall.api.platform.Table.Type;
import org.guildhall.api.platform.Visibility;
import org.guildhall.persistence.internal.TypeTable.FieldColumns;

/**
 * The statements of one page: after the place where the page before ended, in an order that ends with the id. Empty fields
 * come last, so the records whose first sorted field is empty are asked for by themselves, when the others are through.
 * Each way to reach records (own, a team's, shared) is a statement of its own too, that an index serves, and the pages of
 * these are merged.
 */
final class PageSql {
    private final Dialect dialect;
    private final TypeTable table;
    private final RecordQuery query;
    private final ConditionSql conditions;
    private final String columns;
    private final int sortIndex;
    private final List<Order> orders = new ArrayList<>();

    /** One column of the order. */
    private record Order(String column, boolean descending, boolean canBeEmpty, Type type) {}

    /** A row, and what it is sorted by. */
    record Row<T>(T value, List<Object> cells) {}

    /**
     * @param columns what is read of each row, of the alias r
     * @param count how many columns that are
     */
    PageSql(Dialect dialect, TypeTable table, RecordQuery query, ConditionSql conditions, String columns, int count) {
        this.dialect = dialect;
        this.table = table;
        this.query = query;
        this.conditions = conditions;
        this.columns = columns;
        this.sortIndex = count + 1;
        boolean descending = false;
        if (isByWord()) {
            orders.add(new Order("w.word", false, false, Type.TEXT));
        }
        for (Sort sort : query.sort()) {
            FieldColumns field = table.field(sort.field());
            descending = sort.descending();
            orders.add(new Order(
                    "r." + field.sorted(),
                    descending,
                    field.canBeEmpty(),
                    field.columns().get(field.isKeyed() ? 1 : 0).type()));
            if (sort.field().equals("id")) {
                // Nothing is left to be decided, and the id is to be the last.
                break;
            }
        }
        if (orders.stream().noneMatch(order -> order.column().equals("r.id"))) {
            orders.add(new Order(isByWord() ? "w.record_id" : "r.id", descending, false, Type.INTEGER));
        }
    }

    /** Whether the best words come first: the order of quick find when no other is asked for. */
    private boolean isByWord() {
        return !query.words().isEmpty() && query.sort().isEmpty();
    }

    <T> List<Row<T>> rows(Connection connection, int seconds, Sql.RowFunction<T> function) throws SQLException {
        List<Row<T>> rows = new ArrayList<>();
        List<Object> after = query.after();
        boolean canBeEmpty = orders.get(0).canBeEmpty();
        if (after == null || after.get(0) != null || !canBeEmpty) {
            rows.addAll(merged(connection, seconds, function, false, query.limit()));
        }
        if (canBeEmpty && rows.size() < query.limit()) {
            rows.addAll(merged(connection, seconds, function, true, query.limit() - rows.size()));
        }
        return rows;
    }

    /** The next rows of every way to reach them. */
    private <T> List<Row<T>> merged(
            Connection connection, int seconds, Sql.RowFunction<T> function, boolean empty, int limit)
            throws SQLException {
        List<Visibility> ways = ways();
        Map<Object, Row<T>> byId = new HashMap<>();
        List<Row<T>> only = List.of();
        for (Visibility way : ways) {
            only = statement(way, empty, limit)
                    .rows(connection, seconds, row -> new Row<>(function.apply(row), cells(row)));
            if (ways.size() > 1) {
                only.forEach(row -> byId.put(row.cells().get(row.cells().size() - 1), row));
            }
        }
        if (ways.size() == 1) {
            return only;
        }
        return byId.values().stream()
                .sorted(Comparator.comparing(Row::cells, this::compare))
                .limit(limit)
                .toList();
    }

    private List<Visibility> ways() {
        if (isByWord() || !(query.visibility() instanceof Visibility.Rows rows) || rows.all()) {
            return List.of(query.visibility());
        }
        List<Visibility> ways = new ArrayList<>();
        if (!rows.owners().isEmpty()) {
            ways.add(way(rows, rows.owners(), Set.of(), Set.of()));
        }
        if (!rows.teams().isEmpty()) {
            ways.add(way(rows, Set.of(), rows.teams(), Set.of()));
        }
        if (!rows.grantees().isEmpty()) {
            ways.add(way(rows, Set.of(), Set.of(), rows.grantees()));
        }
        return ways;
    }

    private static Visibility way(Visibility.Rows rows, Set<Long> owners, Set<Long> teams, Set<Long> grantees) {
        return new Visibility.Rows(false, owners, teams, grantees, rows.changing(), rows.conditions(), rows.targets());
    }

    private List<Object> cells(ResultSet row) throws SQLException {
        List<Object> cells = new ArrayList<>(orders.size());
        for (int i = 0; i < orders.size(); i++) {
            cells.add(FieldStorage.cell(row, sortIndex + i, orders.get(i).type()));
        }
        return cells;
    }

    /** As the database orders. */
    private int compare(List<Object> first, List<Object> second) {
        for (int i = 0; i < orders.size(); i++) {
            Object one = first.get(i);
            Object other = second.get(i);
            int order;
            if (one == null || other == null) {
                order = Boolean.compare(one == null, other == null);
            } else {
                order = one instanceof String text ? dialect.compare(text, (String) other) : compared(one, other);
                order = orders.get(i).descending() ? -order : order;
            }
            if (order != 0) {
                return order;
            }
        }
        return 0;
    }

    @SuppressWarnings("unchecked")
    private static int compared(Object one, Object other) {
        return ((Comparable<Object>) one).compareTo(other);
    }

    /** @param empty whether the first sorted field is to be empty, instead of not */
    private Sql statement(Visibility way, boolean empty, int limit) throws SQLException {
        Sql where = new Sql();
        if (isByWord()) {
            // The longest word leads; the others are looked up for each of its records.
            where(where, way, query.words().subList(1, query.words().size()));
            byWord(where, query.words().get(0));
        } else {
            where(where, way, query.words());
        }
        if (orders.get(0).canBeEmpty()) {
            where.add(" and " + orders.get(0).column() + (empty ? " is null" : " is not null"));
        }
        if (query.after() != null && !(empty && query.after().get(0) != null)) {
            where.add(" and ");
            after(where, empty ? 1 : 0);
        }
        String order = order(empty);
        Sql out = new Sql().add("select " + columns);
        orders.forEach(one -> out.add(", " + one.column()));
        out.add(" from");
        if (isByWord()) {
            out.add(dialect.inThisOrder() + table.wordTable() + " w" + dialect.hint(table.wordIndex()) + " join "
                    + table.table() + " r" + dialect.rowByRow() + " on r.id = w.record_id");
        } else {
            out.add(" " + table.table() + " r" + hint(way, empty));
        }
        return out.add(where).add(order + dialect.limit(limit));
    }

    private String order(boolean empty) {
        StringBuilder by = new StringBuilder();
        for (int i = empty ? 1 : 0; i < orders.size(); i++) {
            Order order = orders.get(i);
            by.append(by.isEmpty() ? " order by " : ", ")
                    .append(
                            order.canBeEmpty() && i > 0
                                    ? dialect.emptyLast(order.column(), order.descending())
                                    : order.column() + (order.descending() ? " desc" : ""));
        }
        return by.toString();
    }

    /** Whether the one condition that there is holds for many records. */
    private boolean isWalk() {
        Condition filter = query.filter();
        boolean one =
                filter == null ? query.words().size() == 1 : query.words().isEmpty() && ConditionSql.isLeaf(filter);
        return one && conditions.isWalking();
    }

    private boolean isFiltered() {
        return query.filter() != null || !query.words().isEmpty();
    }

    /** How many records there are, at most so many. */
    int count(Connection connection, int seconds, int most) throws SQLException {
        Sql out = new Sql().add("select count(*) from (select r.id from " + table.table() + " r");
        where(out, query.visibility(), query.words());
        out.add(dialect.limit(most)).add(") c");
        return out.rows(connection, seconds, row -> row.getInt(1)).get(0);
    }

    private void where(Sql out, Visibility way, List<String> words) throws SQLException {
        out.add(" where r.bin " + (query.binned() ? "> 0" : "= 0"));
        for (String word : words) {
            Sql isWord = new Sql();
            ConditionSql.prefix(isWord, dialect, "w1.word", word);
            searched(isWord, "w1");
            out.add(" and ");
            conditions.hasWord(out, table, isWord, words.size() == query.words().size());
        }
        if (query.filter() != null) {
            out.add(" and ");
            conditions.condition(out, table, "r", query.filter(), query.targets());
        }
        conditions.visible(out, table, "r", way);
    }

    /** The records of the words that begin with one; a record comes with the first of its words. */
    private void byWord(Sql out, String word) {
        out.add(" and ");
        ConditionSql.prefix(out, dialect, "w.word", word);
        searched(out, "w");
        out.add(" and not exists (select 1 from " + table.wordTable()
                + " v where v.record_id = w.record_id and v.word >= ");
        out.bind(word).add(" and (v.word < w.word or (v.word = w.word and v.field_name < w.field_name))");
        searched(out, "v");
        out.add(")");
    }

    /** Only the words of fields that the caller sees. */
    private void searched(Sql out, String alias) {
        if (query.searched() != null) {
            out.add(" and " + alias + ".field_name in ").bindAll(query.searched());
        }
    }

    /** The rows that come after the place where the page before ended, from one column of the order on. */
    private void after(Sql out, int from) {
        Order order = orders.get(from);
        Object cell = query.after().get(from);
        String sign = order.descending() ? " < " : " > ";
        if (from == orders.size() - 1) {
            out.add(order.column() + sign).bind(cell);
            return;
        }
        boolean canBeEmpty = order.canBeEmpty() && from > 0;
        if (cell == null) {
            out.add("(" + order.column() + " is null and ");
            after(out, from + 1);
            out.add(")");
        } else if (!canBeEmpty && dialect.comparesRows() && isOneWay(from)) {
            String separator = "(";
            for (Order one : orders.subList(from, orders.size())) {
                out.add(separator + one.column());
                separator = ", ";
            }
            out.add(")" + sign).bindAll(query.after().subList(from, orders.size()));
        } else {
            out.add(canBeEmpty ? "(" + order.column() + " is null or (" : "(");
            if (dialect.rangesOverAlternatives()) {
                out.add(order.column() + sign).bind(cell);
                out.add(" or (" + order.column() + " = ").bind(cell).add(" and ");
                after(out, from + 1);
                out.add(")");
            } else {
                out.add(order.column() + (order.descending() ? " <= " : " >= ")).bind(cell);
                out.add(" and (" + order.column() + sign).bind(cell).add(" or ");
                after(out, from + 1);
                out.add(")");
            }
            out.add(canBeEmpty ? "))" : ")");
        }
    }

    /** Whether the columns from one on go in one direction and are never empty. */
    private boolean isOneWay(int from) {
        boolean descending = orders.get(from).descending();
        return orders.subList(from, orders.size()).stream()
                .allMatch(order ->
                        order.descending() == descending && (!order.canBeEmpty() || order == orders.get(from)));
    }

    /** Tells a database that does not find out by itself which index gives the order. */
    private String hint(Visibility way, boolean empty) {
        if (!dialect.wantsHints() || isFiltered() && !isWalk() || empty) {
            return "";
        }
        List<String> wanted = new ArrayList<>();
        wanted.add(TableModel.BIN);
        if (way instanceof Visibility.Rows rows && !rows.all()) {
            if (rows.owners().size() != 1
                    || !rows.teams().isEmpty()
                    || !query.sort().isEmpty()) {
                return "";
            }
            wanted.add("owner");
        }
        for (Order order : orders) {
            wanted.add((order.descending() ? "-" : "") + order.column().substring(2));
        }
        String index = table.index(wanted);
        return index == null ? "" : dialect.hint(index);
    }
}
