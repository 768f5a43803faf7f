/* Copyright the Guildhall authors. SPDX-License-Identifier: Apache-2.0 */
package org.guildhall.persistence.internal;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import org.guildhall.api.Values;
import org.guildhall.api.platform.Visibility;

/** Finds the words of the records that are there already, in chunks that hold few rows for a short time. */
record WordFill(Dialect dialect, TableModel model) {
    private static final int CHUNK = 500;

    String preview() {
        return "-- in chunks of " + CHUNK + " rows: " + model.wordTable() + " gets the words of "
                + String.join(", ", model.searched()) + " of " + model.table();
    }

    void run(Connection connection) throws SQLException {
        connection.setAutoCommit(false);
        RowReader reader = new RowReader(new TypeTable(model, dialect), dialect);
        ConditionSql conditions = new ConditionSql(dialect, connection, type -> reader.table());
        long last = Long.MIN_VALUE;
        List<Long> ids;
        do {
            ids = new Sql()
                    .add("select id from " + model.table() + " where id > ")
                    .bind(last)
                    .add(" order by id" + dialect.limit(CHUNK))
                    .rows(connection, 0, row -> row.getLong(1));
            if (!ids.isEmpty()) {
                last = ids.get(ids.size() - 1);
                // Whoever changes one of them meanwhile waits until its words are there.
                new Sql()
                        .add("select id from " + model.table() + " where id in ")
                        .bindAll(ids)
                        .add(dialect.forUpdate())
                        .rows(connection, 0, row -> row.getLong(1));
                List<Values> records =
                        new ArrayList<>(reader.find(connection, conditions, ids, false, Visibility.EVERYTHING));
                records.addAll(reader.find(connection, conditions, ids, true, Visibility.EVERYTHING));
                for (Values record : records) {
                    Words.replace(
                            connection, model.wordTable(), (Long) record.get("id"), Words.of(model.searched(), record));
                }
            }
            connection.commit();
        } while (ids.size() == CHUNK);
    }
}
