/* Copyright the Guildhall authors. SPDX-License-Identifier: Apache-2.0 */
package org.guildhall.itests;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Arrays;
import java.util.List;

/** The databases of the tests; those of itests/databases take part where they run. */
public enum TestDatabase {
    DERBY(0),
    POSTGRESQL(15432),
    MARIADB(13306);

    private static final String ACCOUNT = "guildhall";

    private final int port;

    TestDatabase(int port) {
        this.port = port;
    }

    /** Derby, and each of the others that runs, or those of guildhall.databases; says which are skipped. */
    public static List<TestDatabase> available() {
        List<String> wanted = List.of(System.getProperty("guildhall.databases", "DERBY,POSTGRESQL,MARIADB")
                .split(","));
        return Arrays.stream(values())
                .filter(one -> wanted.contains(one.name()) && one.isAvailable())
                .toList();
    }

    /** Those of a long test: all in the long run, else one; Derby where that one does not run. */
    static List<TestDatabase> inTurn(TestDatabase one) {
        return Boolean.getBoolean("guildhall.full") ? available() : List.of(one.isAvailable() ? one : DERBY);
    }

    private boolean isAvailable() {
        if (this == DERBY) {
            return true;
        }
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress("127.0.0.1", port), 1_000);
            return true;
        } catch (IOException e) {
            System.out.println(
                    "SKIPPED: the tests on " + this + ", which does not run; start it with itests/databases");
            return false;
        }
    }

    /** Makes an empty database, in place of an older one with the same name. */
    public void create(String name, String options) throws SQLException {
        if (this == DERBY) {
            return;
        }
        String own = Fork.database(name);
        try (Connection connection = connect(address(this == POSTGRESQL ? "postgres" : "mysql"));
                Statement statement = connection.createStatement()) {
            statement.execute("drop database if exists " + own + (this == POSTGRESQL ? " with (force)" : ""));
            statement.execute("create database " + own + " " + options);
        }
    }

    public void create(String name) throws SQLException {
        create(name, this == MARIADB ? "character set utf8mb4" : "");
    }

    /** Connects from outside, to see what is really stored. */
    public Connection open(String name) throws SQLException {
        return connect(url(name));
    }

    private Connection connect(String url) throws SQLException {
        try {
            // In the container, a driver that this class can't load is hidden from it.
            Class.forName(
                    switch (this) {
                        case DERBY -> "org.apache.derby.jdbc.EmbeddedDriver";
                        case POSTGRESQL -> "org.postgresql.Driver";
                        case MARIADB -> "org.mariadb.jdbc.Driver";
                    });
        } catch (ClassNotFoundException e) {
            throw new SQLException(e);
        }
        return this == DERBY ? DriverManager.getConnection(url) : DriverManager.getConnection(url, ACCOUNT, ACCOUNT);
    }

    /** Connects to the database of a server; to Derby's only while the server is stopped. */
    public Connection open(Server server, String name) throws SQLException {
        return open(this == DERBY ? derby(server) : name);
    }

    /** Lets go of a stopped server's Derby database, which this JVM would keep else. */
    public void release(Server server) throws SQLException {
        if (this == DERBY) {
            try {
                DriverManager.getConnection("jdbc:derby:" + derby(server) + ";shutdown=true")
                        .close();
            } catch (SQLException e) {
                if (!"08006".equals(e.getSQLState())) {
                    throw e;
                }
            }
        }
    }

    private static String derby(Server server) {
        return server.home().resolve("data/derby").toString();
    }

    public String url(String name) {
        return address(this == DERBY ? name : Fork.database(name));
    }

    private String address(String name) {
        return switch (this) {
            case DERBY -> "jdbc:derby:" + name;
            case POSTGRESQL -> "jdbc:postgresql://127.0.0.1:" + port + "/" + name;
            case MARIADB -> "jdbc:mariadb://127.0.0.1:" + port + "/" + name;
        };
    }

    /** The text of etc/org.guildhall.database.cfg. */
    public String configuration(String name) {
        return "url = " + url(name) + "\nuser = " + ACCOUNT + "\n.password = " + ACCOUNT + "\npoolSize = 10\n";
    }
}
