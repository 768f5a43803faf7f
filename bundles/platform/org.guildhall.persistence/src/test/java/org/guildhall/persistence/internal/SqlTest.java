/* Copyright the Guildhall authors. SPDX-License-Identifier: Apache-2.0 */
package org.guildhall.persistence.internal;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertThrows;
import static org.junit.Assert.assertTrue;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.List;
import org.guildhall.api.Problem;
import org.junit.Test;

public class SqlTest {
    @Test
    public void aQueryThatTakesTooLongIsEndedAndToldSo() throws SQLException {
        try (Connection connection = DriverManager.getConnection("jdbc:derby:memory:sql;create=true")) {
            Sql slow = new Sql()
                    .add("select count(*) from sys.syscolumns a, sys.syscolumns b, sys.syscolumns c, sys.syscolumns d"
                            + " where a.columnname <> ")
                    .bind("x");
            long start = System.nanoTime();
            SQLException ended = assertThrows(SQLException.class, () -> slow.rows(connection, 1, row -> row.getInt(1)));
            assertTrue(System.nanoTime() - start < 10_000_000_000L);
            Problem problem = (Problem) StoreFailure.problem(ended);
            assertEquals(Problem.Kind.TOO_EXPENSIVE, problem.kind());
            assertEquals("query.too-expensive", problem.code());
        }
    }

    @Test
    public void theOtherDatabasesSayItInStatesOfTheirOwn() {
        // Seen on PostgreSQL 15 and MariaDB 10.11 with a statement of five seconds and a limit of one.
        assertTrue(Dialect.isTimeout(new SQLException("", "57014", 0)));
        assertTrue(Dialect.isTimeout(new SQLException("", "70100", 1969)));
    }

    @Test
    public void valuesAreParameters() throws SQLException {
        try (Connection connection = DriverManager.getConnection("jdbc:derby:memory:sql;create=true")) {
            Sql query = new Sql()
                    .add("select schemaname from sys.sysschemas where schemaname in ")
                    .bindAll(List.of("SYS", "x' or 1 = 1 --"));
            assertEquals("select schemaname from sys.sysschemas where schemaname in (?, ?)", query.toString());
            assertEquals(List.of("SYS"), query.rows(connection, 0, row -> row.getString(1)));
        }
    }
}
