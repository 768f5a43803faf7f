/* Copyright the Guildhall authors. SPDX-License-Identifier: Apache-2.0 */
package org.guildhall.benchmarks;

import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.Collections;
import java.util.List;
import org.postgresql.PGConnection;
import org.postgresql.copy.CopyIn;

/** Writes many rows into one table, over a connection of its own, as fast as the database takes them. */
interface RowWriter {
    void add(Object... cells) throws SQLException;

    void finish() throws SQLException;

    static RowWriter of(Connection connection, Dialect dialect, String table, List<String> columns)
            throws SQLException {
        return dialect == Dialect.POSTGRESQL
                ? new Copy(connection, table, columns)
                : new Batches(connection, table, columns);
    }

    /** PostgreSQL's COPY, in its text format. */
    final class Copy implements RowWriter {
        private static final int BUFFER = 1 << 16;

        private final CopyIn copy;
        private final StringBuilder buffer = new StringBuilder(2 * BUFFER);

        private Copy(Connection connection, String table, List<String> columns) throws SQLException {
            copy = connection
                    .unwrap(PGConnection.class)
                    .getCopyAPI()
                    .copyIn("copy " + table + " (" + String.join(", ", columns) + ") from stdin");
        }

        @Override
        public void add(Object... cells) throws SQLException {
            for (int i = 0; i < cells.length; i++) {
                // No text here has a tab, a line end or a backslash.
                buffer.append(i == 0 ? "" : "\t").append(cells[i] == null ? "\\N" : cells[i]);
            }
            buffer.append('\n');
            if (buffer.length() > BUFFER) {
                send();
            }
        }

        private void send() throws SQLException {
            byte[] bytes = buffer.toString().getBytes(StandardCharsets.UTF_8);
            copy.writeToCopy(bytes, 0, bytes.length);
            buffer.setLength(0);
        }

        @Override
        public void finish() throws SQLException {
            send();
            copy.endCopy();
        }
    }

    /** JDBC's batches. */
    final class Batches implements RowWriter {
        private static final int ROWS = 1_000;

        private final Connection connection;
        private final PreparedStatement insert;
        private int rows;

        private Batches(Connection connection, String table, List<String> columns) throws SQLException {
            this.connection = connection;
            connection.setAutoCommit(false);
            insert = connection.prepareStatement("insert into " + table + " (" + String.join(", ", columns)
                    + ") values (" + String.join(", ", Collections.nCopies(columns.size(), "?")) + ")");
        }

        @Override
        public void add(Object... cells) throws SQLException {
            for (int i = 0; i < cells.length; i++) {
                insert.setObject(i + 1, cells[i]);
            }
            insert.addBatch();
            if (++rows % ROWS == 0) {
                insert.executeBatch();
                connection.commit();
            }
        }

        @Override
        public void finish() throws SQLException {
            insert.executeBatch();
            connection.commit();
            connection.setAutoCommit(true);
            insert.close();
        }
    }
}
