/* Copyright the Guildhall authors. SPDX-License-Identifier: Apache-2.0 */
package org.guildhall.persistence.internal;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.CallableStatement;
import java.sql.Connection;
import java.sql.Driver;
import java.sql.SQLException;
import java.util.List;
import java.util.Properties;
import java.util.stream.Stream;

/** Derby's online backup: a folder that Derby opens as a database. */
final class DerbyCopier extends DatabaseCopier {
    private static final String SHUT_DOWN = "08006";

    DerbyCopier(DatabaseAddress address) {
        super(address);
    }

    @Override
    void copy(Source source, Path folder) throws SQLException {
        try (Connection connection = source.open();
                CallableStatement call = connection.prepareCall("call syscs_util.syscs_backup_database(?)")) {
            call.setString(1, folder.toString());
            call.execute();
        }
    }

    @Override
    void requireEmpty() {
        if (Files.exists(Path.of(address().database()))) {
            throw new IllegalArgumentException("There is a database in "
                    + address().database() + " already: restore into another home, or move that folder away.");
        }
    }

    @Override
    void restore(Path folder) throws SQLException, IOException {
        List<Path> copies;
        try (Stream<Path> content = Files.list(folder)) {
            copies = content.filter(Files::isDirectory).toList();
        }
        if (copies.size() != 1) {
            throw new IllegalStateException(folder + " holds no copy of a Derby database.");
        }
        String target = "jdbc:derby:" + address().database();
        Driver driver = driver();
        // Derby copies it and opens the copy, which shows that it can be opened.
        try (Connection connection = driver.connect(target + ";createFrom=" + copies.get(0), new Properties())) {
            leaveGap(connection);
        }
        try {
            driver.connect(target + ";shutdown=true", new Properties());
        } catch (SQLException e) {
            if (!SHUT_DOWN.equals(e.getSQLState())) {
                throw e;
            }
        }
    }

    private Driver driver() {
        try {
            return (Driver) Class.forName(address().dialect().driver())
                    .getDeclaredConstructor()
                    .newInstance();
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException(e);
        }
    }
}
