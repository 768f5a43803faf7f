/* Copyright the Guildhall authors. SPDX-License-Identifier: Apache-2.0 */
package org.guildhall.security.internal;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import org.guildhall.api.Problem;
import org.guildhall.api.platform.Schema;
import org.guildhall.api.platform.Table;

/** The tables in a Derby of its own, as persistence makes them, with users and roles in them. */
final class TestTables implements Schema {
    static final long ADMIN = 1;
    static final long ADA = 2;
    static final long BOB = 3;
    static final long ADMINISTRATOR = 10;
    static final long SALES = 11;
    static final long EUROPE = 20;
    static final long GERMANY = 21;
    static final long BERLIN = 22;

    static {
        System.setProperty("derby.stream.error.file", "target/derby.log");
    }

    private static final String RECORD =
            "id bigint not null primary key, owner bigint, team bigint, bin bigint not null";
    private static final String PART =
            "id bigint not null primary key, parent bigint not null, position bigint not null";

    private static final String[] TABLES = {
        "security_user (" + RECORD + ", name varchar(100), active boolean)",
        "security_user_team (" + PART + ", team bigint)",
        "security_user_role (" + PART + ", role bigint)",
        "security_team (" + RECORD + ", name varchar(100), parent bigint)",
        "security_role (" + RECORD + ", name varchar(100))",
        "security_role_permission (" + PART + ", type varchar(83), verbs clob, scope varchar(41))",
        "security_role_field_rule (" + PART + ", type varchar(83), field varchar(90), access varchar(41))",
        "security_role_grant (" + PART + ", permission varchar(83))",
        "security_token (" + RECORD + ", holder bigint, expires_at timestamp, scopes varchar(255))",
        "gh_share (record_type varchar(83), grantee_id bigint, record_id bigint, may_change boolean)",
        "gh_credential (record_id bigint not null primary key, hash varchar(200) not null)",
        "gh_revision (name varchar(41) not null primary key, number bigint not null)"
    };

    private static final String[] ROWS = {
        "security_user values (1, null, null, 0, 'admin', true), (2, null, null, 0, 'ada', true),"
                + " (3, null, null, 0, 'bob', false)",
        "security_team values (20, null, null, 0, 'Europe', null), (21, null, null, 0, 'Germany', 20),"
                + " (22, null, null, 0, 'Berlin', 21), (23, null, null, 23, 'Gone', 20)",
        "security_role values (10, null, null, 0, 'Administrator'), (11, null, null, 0, 'Sales')",
        "security_user_role values (100, 1, 0, 10), (101, 2, 0, 11)",
        "security_user_team values (110, 2, 1, 23), (111, 2, 0, 21)",
        "security_role_permission values (120, 10, 0, '*', ',create,read,update,delete,', 'all'),"
                + " (121, 10, 1, 'security.*', ',create,read,update,delete,', 'all'),"
                + " (122, 11, 0, 'customer.*', ',read,update,fly,', 'teamAndBelow'),"
                + " (123, 11, 1, 'customer.contact', ',delete,', 'own'),"
                + " (124, 11, 2, 'customer.contact', ',purge,', 'galaxy')",
        "security_role_field_rule values (130, 11, 0, 'customer.contact', 'email', 'hidden')",
        "security_role_grant values (140, 10, 0, '*'), (141, 11, 0, 'clinic.*')"
    };

    private static final String URL = "jdbc:derby:memory:security";
    private static boolean created;

    private int reads;

    TestTables() throws SQLException {
        try (Connection connection = DriverManager.getConnection(URL + ";create=true");
                Statement statement = connection.createStatement()) {
            for (String table : TABLES) {
                statement.execute(created ? "delete from " + table.split(" ")[0] : "create table " + table);
            }
            created = true;
            for (String rows : ROWS) {
                statement.execute("insert into " + rows);
            }
        }
    }

    void run(String sql, Object... parameters) {
        call(connection -> Statements.change(connection, sql, parameters));
    }

    /** A connection whose changes are committed at once. */
    Connection connection() throws SQLException {
        return DriverManager.getConnection(URL);
    }

    /** How often something was read since the last time that this was asked. */
    int reads() {
        int since = reads;
        reads = 0;
        return since;
    }

    @Override
    public void ensure(Table table) {
        // All are there.
    }

    @Override
    public <T> T call(SqlFunction<T> body) {
        try (Connection connection = connection()) {
            return body.apply(connection);
        } catch (SQLException e) {
            throw e.getSQLState().equals("23505")
                    ? Problem.of(Problem.Kind.INVALID, "record.duplicate", e)
                    : new IllegalStateException(e);
        }
    }

    @Override
    public <T> T read(SqlFunction<T> body) {
        reads++;
        return call(body);
    }
}
