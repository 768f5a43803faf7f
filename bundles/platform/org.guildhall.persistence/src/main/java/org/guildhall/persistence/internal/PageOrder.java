/* Copyright the Guildhall authors. SPDX-License-Identifier: Apache-2.0 */
package org.guildhall.persistence.internal;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.guildhall.api.Query.Sort;
import org.guildhall.api.platform.Table.Type;
import org.guildhall.persistence.internal.TypeTable.FieldColumns;

/** The order of a page: its columns, of which the last is the id, and what comes after a place in it. */
final class PageOrder {
    private final Dialect dialect;
    private final TypeTable table;
    private final List<Order> orders = new ArrayList<>();

    /** One column of the order. */
    private record Order(String column, boolean descending, boolean canBeEmpty, Type type) {}

    /** @param byWord whether words, of the alias w, come before what else is sorted by */
    PageOrder(Dialect dialect, TypeTable table, List<Sort> sorts, boolean byWord) {
        this.dialect = dialect;
        this.table = table;
        boolean descending = false;
        if (byWord) {
            orders.add(new Order("w.word", false, false, Type.TEXT));
        }
        for (Sort sort : sorts) {
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
            orders.add(new Order(byWord ? "w.record_id" : "r.id", descending, false, Type.INTEGER));
        }
    }

    String columns() {
        return orders.stream().map(Order::column).collect(Collectors.joining(", "));
    }

    String first() {
        return orders.get(0).column();
    }

    /** Whether the first column can be empty. */
    boolean canBeEmpty() {
        return orders.get(0).canBeEmpty();
    }

    /** The name of the index over these columns and then those of the order; null where there is none. */
    String index(String... columns) {
        List<String> wanted = new ArrayList<>(List.of(columns));
        orders.forEach(order ->
                wanted.add((order.descending() ? "-" : "") + order.column().substring(2)));
        return table.index(wanted);
    }

    /** What a row is sorted by, from a column of the row on. */
    List<Object> cells(ResultSet row, int index) throws SQLException {
        List<Object> cells = new ArrayList<>(orders.size());
        for (int i = 0; i < orders.size(); i++) {
            cells.add(FieldStorage.cell(row, index + i, orders.get(i).type()));
        }
        return cells;
    }

    /** As the database orders. */
    int compare(List<Object> first, List<Object> second) {
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

    /** @param empty whether the first column is empty in all rows */
    String by(boolean empty) {
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

    /**
     * Adds the condition of the rows that come after a place.
     *
     * @param empty whether the first column is empty in all rows
     */
    void after(Sql out, List<Object> place, boolean empty) {
        after(out, place, empty ? 1 : 0);
    }

    /** From one column of the order on. */
    private void after(Sql out, List<Object> place, int from) {
        Order order = orders.get(from);
        Object cell = place.get(from);
        String sign = order.descending() ? " < " : " > ";
        if (from == orders.size() - 1) {
            out.add(order.column() + sign).bind(cell);
            return;
        }
        boolean canBeEmpty = order.canBeEmpty() && from > 0;
        if (cell == null) {
            out.add("(" + order.column() + " is null and ");
            after(out, place, from + 1);
            out.add(")");
        } else if (!canBeEmpty && dialect.comparesRows() && isOneWay(from)) {
            String separator = "(";
            for (Order one : orders.subList(from, orders.size())) {
                out.add(separator + one.column());
                separator = ", ";
            }
            out.add(")" + sign).bindAll(place.subList(from, orders.size()));
        } else {
            out.add(canBeEmpty ? "(" + order.column() + " is null or (" : "(");
            if (dialect.rangesOverAlternatives()) {
                out.add(order.column() + sign).bind(cell);
                out.add(" or (" + order.column() + " = ").bind(cell).add(" and ");
                after(out, place, from + 1);
                out.add(")");
            } else {
                out.add(order.column() + (order.descending() ? " <= " : " >= ")).bind(cell);
                out.add(" and (" + order.column() + sign).bind(cell).add(" or ");
                after(out, place, from + 1);
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
}
