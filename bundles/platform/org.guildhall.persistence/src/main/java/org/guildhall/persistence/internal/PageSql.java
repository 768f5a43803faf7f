/* Copyright the Guildhall authors. SPDX-License-Identifier: Apache-2.0 */
package org.guildhall.persistence.internal;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.guildhall.api.Condition;
import org.guildhall.api.Condition.All;
import org.guildhall.api.Condition.Compare;
import org.guildhall.api.Condition.Operator;
import org.guildhall.api.platform.RecordQuery;
import org.guildhall.api.platform.Visibility;
import org.guildhall.persistence.internal.ConditionSql.Lead;

/**
 * The statements of one page: after the place where the page before ended, in an order that ends with the id. Empty fields
 * come last, so the records whose first sorted field is empty are asked for by themselves, when the others are through.
 * Each way to reach records (own, a team's, shared) is a statement of its own too, that an index serves, and the pages of
 * these are merged. Where no index gives the order, the ids of the page are found first, in an index alone where it has all that
 * is asked, and its rows are read by them.
 */
final class PageSql {
    private final Dialect dialect;
    private final TypeTable table;
    private final RecordQuery query;
    private final ConditionSql conditions;
    private final String columns;
    private final int sortIndex;
    private final PageOrder order;
    private boolean idsFirst;

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
        this.order = new PageOrder(dialect, table, query.sort(), isByWord());
        // PostgreSQL has one plan for all values behind a reference, and for ids alone a slow one for frequent values.
        boolean isThrough = !query.targets().isEmpty() && !dialect.wantsHints();
        this.idsFirst = isFiltered() && !isByWord() && !isInOrder() && !isThrough;
    }

    /** Whether an index has what one of the terms holds for in the order that is wanted. */
    private boolean isInOrder() {
        Condition filter = query.filter();
        List<Condition> terms =
                filter instanceof All all ? all.conditions() : filter == null ? List.of() : List.of(filter);
        return terms.stream()
                .filter(term -> ConditionSql.isLeaf(term) && table.fields().containsKey(ConditionSql.field(term)))
                .anyMatch(this::givesOrder);
    }

    private boolean givesOrder(Condition term) {
        String column = table.field(ConditionSql.field(term)).sorted();
        boolean equal = term instanceof Compare compare && compare.operator() == Operator.EQUAL;
        return equal
                ? order.index(TableModel.BIN, column) != null || order.index(column, TableModel.BIN) != null
                : order.first().equals("r." + column) && order.index(TableModel.BIN) != null;
    }

    /** Whether the best words come first: the order of quick find when no other is asked for. */
    private boolean isByWord() {
        return !query.words().isEmpty() && query.sort().isEmpty();
    }

    <T> List<Row<T>> rows(Connection connection, int seconds, Sql.RowFunction<T> function) throws SQLException {
        List<Row<T>> rows = new ArrayList<>();
        List<Object> after = query.after();
        boolean canBeEmpty = order.canBeEmpty();
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
            only = read(connection, seconds, function, way, empty, limit);
            if (ways.size() > 1) {
                only.forEach(row -> byId.put(id(row.cells()), row));
            }
        }
        if (ways.size() == 1) {
            return only;
        }
        return byId.values().stream()
                .sorted(Comparator.comparing(Row::cells, order::compare))
                .limit(limit)
                .toList();
    }

    private <T> List<Row<T>> read(
            Connection connection, int seconds, Sql.RowFunction<T> function, Visibility way, boolean empty, int limit)
            throws SQLException {
        Sql where = where(way, empty);
        if (!idsFirst || !hint(way, empty).isEmpty()) {
            return statement(columns + ", ", where, way, empty, limit)
                    .rows(connection, seconds, row -> new Row<>(function.apply(row), order.cells(row, sortIndex)));
        }
        List<List<Object>> places =
                statement("", where, way, empty, limit).rows(connection, seconds, row -> order.cells(row, 1));
        Map<Object, T> values = places.isEmpty() ? Map.of() : byIds(connection, function, way, places);
        if (values.size() == places.size()) {
            return places.stream()
                    .map(cells -> new Row<>(values.get(id(cells)), cells))
                    .toList();
        }
        // One of them went meanwhile.
        idsFirst = false;
        return read(connection, seconds, function, way, empty, limit);
    }

    private <T> Map<Object, T> byIds(
            Connection connection, Sql.RowFunction<T> function, Visibility way, Collection<List<Object>> places)
            throws SQLException {
        Sql out = new Sql().add("select " + columns + ", r.id from " + table.table() + " r where r.id in ");
        out.bindIds(places.stream().map(cells -> (Long) id(cells)).toList()).add(" and " + bin());
        conditions.visible(out, table, "r", way);
        Map<Object, T> values = new HashMap<>();
        out.rows(connection, 0, row -> values.put(row.getLong(sortIndex), function.apply(row)));
        return values;
    }

    private static Object id(List<Object> cells) {
        return cells.get(cells.size() - 1);
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

    /** @param empty whether the first sorted field is to be empty, instead of not */
    private Sql where(Visibility way, boolean empty) throws SQLException {
        Sql where = new Sql();
        if (isByWord()) {
            // The longest word leads; the others are looked up for each of its records.
            where(
                    where,
                    way,
                    query.words().subList(isByTwoWords() ? 2 : 1, query.words().size()),
                    false);
            if (!isByTwoWords()) {
                byWord(where, query.words().get(0));
            }
        } else {
            where(where, way, query.words(), true);
        }
        if (order.canBeEmpty()) {
            where.add(" and " + order.first() + (empty ? " is null" : " is not null"));
        }
        if (query.after() != null && !(empty && query.after().get(0) != null)) {
            where.add(" and ");
            order.after(where, query.after(), empty);
        }
        return where;
    }

    private Sql statement(String read, Sql where, Visibility way, boolean empty, int limit) {
        Sql out = new Sql().add("select " + read).add(order.columns() + " from");
        if (isByTwoWords()) {
            twoWords(out);
            out.add(" w join " + table.table() + " r" + dialect.rowByRow() + " on r.id = w.record_id");
        } else if (isByWord()) {
            out.add(dialect.inThisOrder() + table.wordTable() + " w" + dialect.hint(table.wordIndex()) + " join "
                    + table.table() + " r" + dialect.rowByRow() + " on r.id = w.record_id");
        } else {
            from(out, hint(way, empty));
        }
        return out.add(where).add(order.by(empty) + dialect.limit(limit));
    }

    /** Whether the records of two words are found at once, where one that looks up each of the other's would be slow. */
    private boolean isByTwoWords() {
        return isByWord() && dialect.wantsHints() && query.words().size() > 1;
    }

    private void twoWords(Sql out) {
        String words = table.wordTable();
        out.add(" (select x.record_id, min(x.word) word from" + dialect.inThisOrder() + words + " y"
                + dialect.hint(table.wordIndex()) + " join " + words + " x" + dialect.hashed(table.wordIndex())
                + " on x.record_id = y.record_id where ");
        ConditionSql.prefix(out, dialect, "x.word", query.words().get(0));
        searched(out, "x");
        out.add(" and ");
        ConditionSql.prefix(out, dialect, "y.word", query.words().get(1));
        searched(out, "y");
        out.add(" group by x.record_id)");
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
        Sql where = new Sql();
        where(where, query.visibility(), query.words(), true);
        Sql out = new Sql().add("select count(*) from (select r.id from");
        from(out, "");
        out.add(where).add(dialect.limit(most)).add(") c");
        return out.rows(connection, seconds, row -> row.getInt(1)).get(0);
    }

    private void from(Sql out, String hint) {
        Lead lead = query.filter() == null ? null : conditions.lead();
        if (lead == null) {
            out.add(" " + table.table() + " r" + hint);
        } else {
            // Derby (10.14) leaves out an equation of two columns each of which is to equal a value, be it another one.
            out.add(dialect.inThisOrder() + lead.from() + " join " + table.table() + " r" + dialect.rowByRow() + " on "
                            + lead.value() + " = " + lead.key() + " + 0 and ")
                    .add(lead.condition());
        }
    }

    private String bin() {
        return "r.bin " + (query.binned() ? "> 0" : "= 0");
    }

    private void where(Sql out, Visibility way, List<String> words, boolean leads) throws SQLException {
        out.add(" where " + bin());
        for (String word : words) {
            Sql isWord = new Sql();
            ConditionSql.prefix(isWord, dialect, "w1.word", word);
            searched(isWord, "w1");
            out.add(" and ");
            conditions.hasWord(out, table, isWord, words.size() == query.words().size());
        }
        if (query.filter() != null) {
            out.add(" and ");
            conditions.filter(out, table, query.filter(), query.targets(), leads);
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

    /** Tells a database that does not find out by itself which index gives the order. */
    private String hint(Visibility way, boolean empty) {
        if (!dialect.wantsHints() || isFiltered() && !isWalk() || empty) {
            return "";
        }
        boolean all = !(way instanceof Visibility.Rows rows) || rows.all();
        if (!all && !isOwn((Visibility.Rows) way)) {
            return "";
        }
        String index = all ? order.index(TableModel.BIN) : order.index(TableModel.BIN, "owner");
        return index == null ? "" : dialect.hint(index);
    }

    /** Whether they are those of one owner, in the order that an index has them in. */
    private boolean isOwn(Visibility.Rows way) {
        return way.owners().size() == 1 && way.teams().isEmpty() && query.sort().isEmpty();
    }
}
