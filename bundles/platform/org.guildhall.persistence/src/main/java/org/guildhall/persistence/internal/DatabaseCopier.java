/* Copyright the Guildhall authors. SPDX-License-Identifier: Apache-2.0 */
package org.guildhall.persistence.internal;

import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;

/** Copies one kind of database and puts copies back. */
abstract class DatabaseCopier {
    private static final long LEAST_GAP = 1_000_000_000;

    private final DatabaseAddress address;

    DatabaseCopier(DatabaseAddress address) {
        this.address = address;
    }

    static DatabaseCopier of(DatabaseAddress address, Programs programs) {
        return switch (address.dialect()) {
            case DERBY -> new DerbyCopier(address);
            case POSTGRESQL -> new PostgresqlCopier(address, programs);
            case MARIADB -> new MariadbCopier(address, programs);
        };
    }

    DatabaseAddress address() {
        return address;
    }

    /** Opens connections to the database, for those that copy through one. */
    @FunctionalInterface
    interface Source {
        Connection open() throws SQLException;
    }

    abstract void copy(Source source, Path folder) throws SQLException, IOException;

    abstract void restore(Path folder) throws SQLException, IOException;

    /** Whether tables may not change meanwhile. */
    boolean wantsSameTables() {
        return false;
    }

    /** @throws IllegalArgumentException when the database is not empty */
    void requireEmpty() throws SQLException {
        try (Connection connection = connect();
                ResultSet tables = connection
                        .getMetaData()
                        .getTables(connection.getCatalog(), null, "%", new String[] {"TABLE", "BASE TABLE"})) {
            if (tables.next()) {
                throw new IllegalArgumentException("The database " + address.database()
                        + " is not empty, it has a table " + tables.getString("TABLE_NAME")
                        + ": name an empty one in etc/org.guildhall.database.cfg.");
            }
        }
    }

    /**
     * Has the next event be numbered far behind the last of the copy: whoever heard more from the copied database is told
     * to read anew, and does not take new events for those. The time makes the number one that no other database restored
     * from the same copy has given, as long as it gave fewer than a million a second.
     */
    static void leaveGap(Connection connection) throws SQLException {
        try (PreparedStatement select =
                        connection.prepareStatement("select last_number from gh_sequence where name = 'journal'");
                ResultSet row = select.executeQuery();
                PreparedStatement insert = connection.prepareStatement(
                        "insert into gh_sequence (name, expired_number, last_number) values (?, ?, ?)")) {
            if (row.next()) {
                Instant now = Instant.now();
                long last = row.getLong(1);
                insert.setString(1, "restored " + now);
                insert.setLong(2, last);
                insert.setLong(3, Math.max(last + LEAST_GAP, now.toEpochMilli() * 1_000));
                insert.executeUpdate();
            }
        }
    }

    final Connection connect() throws SQLException {
        try {
            Class.forName(address.dialect().driver());
        } catch (ClassNotFoundException e) {
            throw new IllegalStateException(e);
        }
        return DriverManager.getConnection(address.dialect().url(address.url(), 0), address.user(), address.password());
    }
}
