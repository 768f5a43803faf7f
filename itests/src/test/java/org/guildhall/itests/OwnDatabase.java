/* Copyright the Guildhall authors. SPDX-License-Identifier: Apache-2.0 */
package org.guildhall.itests;

import static org.junit.Assert.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** A PostgreSQL or MariaDB of a test's own, on a port of its own, which it may hurt. */
final class OwnDatabase {
    private static final String NAME = "guildhall_own";

    private final TestDatabase kind;
    private final Path folder;
    private boolean made;

    /** @param folder beside the tests' own, whose parents the database's user may not look into */
    OwnDatabase(TestDatabase kind, Path folder) throws IOException {
        this.kind = kind;
        this.folder = folder;
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    Path folder() {
        return folder;
    }

    /** Starts it; the first time with an empty database. */
    void start() throws IOException, InterruptedException, SQLException {
        control("start");
        if (!made) {
            made = true;
            try (Connection connection = DriverManager.getConnection(
                            url(kind == TestDatabase.POSTGRESQL ? "postgres" : "mysql"), "guildhall", "guildhall");
                    Statement statement = connection.createStatement()) {
                statement.execute(
                        "create database " + NAME + (kind == TestDatabase.MARIADB ? " character set utf8mb4" : ""));
            }
        }
    }

    void stop() throws IOException, InterruptedException {
        control("stop");
    }

    private int port() {
        return Fork.port(kind == TestDatabase.POSTGRESQL ? 15442 : 13316);
    }

    private String url(String name) {
        return "jdbc:" + kind.toString().toLowerCase(Locale.ROOT) + "://127.0.0.1:" + port() + "/" + name;
    }

    /** The text of etc/org.guildhall.database.cfg. */
    String configuration() {
        return "url = " + url(NAME) + "\nuser = guildhall\n.password = guildhall\n";
    }

    private void control(String command) throws IOException, InterruptedException {
        Server.Result result = Server.run(
                List.of(
                        Path.of("databases").toAbsolutePath().toString(),
                        command,
                        kind.toString().toLowerCase(Locale.ROOT)),
                Map.of(
                        "GUILDHALL_TEST_DATABASES",
                        folder.toString(),
                        "GUILDHALL_TEST_POSTGRESQL_PORT",
                        Integer.toString(port()),
                        "GUILDHALL_TEST_MARIADB_PORT",
                        Integer.toString(port())),
                120);
        assertEquals(result.output(), 0, result.code());
    }

    /** Sends a signal to all its processes. */
    void signal(String name) throws IOException, InterruptedException {
        Path pid = folder.resolve(kind == TestDatabase.POSTGRESQL ? "postgresql/postmaster.pid" : "mariadb/server.pid");
        ProcessHandle process = ProcessHandle.of(
                        Long.parseLong(Files.readAllLines(pid).get(0).strip()))
                .orElseThrow();
        List<String> command = new ArrayList<>(List.of("kill", "-" + name, Long.toString(process.pid())));
        process.descendants().forEach(child -> command.add(Long.toString(child.pid())));
        // It stops itself when what it has started is stopped, and wants to be woken, too.
        process.parent()
                .filter(parent -> name.equals("CONT")
                        && parent.info().command().orElse("").endsWith("/runuser"))
                .ifPresent(parent -> command.add(Long.toString(parent.pid())));
        Server.Result result = Server.run(command, Map.of(), 10);
        assertEquals(result.output(), 0, result.code());
    }
}
