/* Copyright the Guildhall authors. SPDX-License-Identifier: Apache-2.0 */
package org.guildhall.benchmarks;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.util.Base64;
import java.util.Collections;
import java.util.List;
import javax.ws.rs.core.MultivaluedMap;

/** Pages in an order by one column and the id, and the places where they end. */
final class Paging {
    static final int MOST_COUNTED = 10_000;

    private static final String DEFAULT_LIMIT = "50";

    private final String column;
    private final String idColumn;
    private final boolean descending;
    private final int limit;
    private final String after;

    /** A row, and its cell in the column that is sorted by. */
    record Row<T extends Json.Members>(T item, long id, String cell) {}

    /** Reads what a page shows, from the first column on. */
    interface Items<T> {
        T read(ResultSet row) throws SQLException;
    }

    /**
     * @param column the id itself, or a column that is never empty where it is asked for
     * @param asked {@code limit} and {@code after}
     */
    Paging(String column, String idColumn, boolean descending, MultivaluedMap<String, String> asked) {
        this.column = column;
        this.idColumn = idColumn;
        this.descending = descending;
        this.limit = Integer.parseInt(asked.containsKey("limit") ? asked.getFirst("limit") : DEFAULT_LIMIT);
        this.after = asked.getFirst("after");
    }

    /** Adds the place, the order and the limit. */
    void add(Select select, Dialect dialect) {
        boolean byId = column.equals(idColumn);
        if (after != null) {
            String[] place = new String(Base64.getUrlDecoder().decode(after), StandardCharsets.UTF_8).split("\n");
            select.add(" and ");
            if (byId) {
                select.add(column + (descending ? " < ?" : " > ?"), Long.valueOf(place[0]));
            } else {
                Object cell = column.endsWith("_at") ? Timestamp.valueOf(place[1]) : place[1];
                select.add(dialect.after(column, idColumn, descending))
                        .add("", Collections.nCopies(dialect.cellsAfter(), cell).toArray())
                        .add("", Long.valueOf(place[0]));
            }
        }
        String direction = descending ? " desc" : "";
        select.add(" order by " + (byId ? "" : column + direction + ", ") + idColumn + direction);
        // As text, so that the database plans for that many.
        select.add(" fetch first " + (limit + 1) + " rows only");
    }

    /** @param sortedCell the index of the column that is sorted by */
    <T extends Json.Members> List<Row<T>> rows(Connection connection, Select select, Items<T> items, int sortedCell)
            throws SQLException {
        return select.rows(connection, row -> new Row<>(items.read(row), row.getLong(1), row.getString(sortedCell)));
    }

    /** @param count null when it was not asked for */
    <T extends Json.Members> byte[] json(List<Row<T>> rows, Integer count) throws IOException {
        int found = Math.min(limit, rows.size());
        String next = null;
        if (rows.size() > limit) {
            Row<T> last = rows.get(limit - 1);
            next = Base64.getUrlEncoder()
                    .withoutPadding()
                    .encodeToString((last.id() + "\n" + last.cell()).getBytes(StandardCharsets.UTF_8));
        }
        return Json.page(rows.subList(0, found).stream().map(Row::item).toList(), next, count);
    }
}
