/* Copyright the Guildhall authors. SPDX-License-Identifier: Apache-2.0 */
package org.guildhall.persistence.internal;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;

/**
 * Something that a migration does.
 *
 * @param preview what to show of it beforehand; bookkeeping shows nothing
 */
record Step(String preview, Work work) {
    /** Runs over a connection of its own. */
    interface Work {
        void run(Connection connection) throws SQLException;
    }

    static Step of(Ddl ddl, Dialect dialect) {
        return new Step(ddl.sql(), connection -> ddl.run(dialect, connection));
    }

    /** Work that is done as a whole or not at all. */
    static Step inTransaction(String preview, Work work) {
        return new Step(preview, connection -> {
            connection.setAutoCommit(false);
            try {
                work.run(connection);
                connection.commit();
            } catch (SQLException | RuntimeException e) {
                connection.rollback();
                throw e;
            }
        });
    }

    static void execute(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }
}
