/* Copyright the Guildhall authors. SPDX-License-Identifier: Apache-2.0 */
package org.guildhall.security.internal;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.Statement;
import org.guildhall.api.Problem;
import org.guildhall.api.platform.IdSource;
import org.guildhall.api.platform.Schema;
import org.osgi.framework.BundleContext;

/**
 * Makes the user {@code admin} where there is no user yet. The random password goes into a file that only the server's
 * account can read; the start script prints it and deletes the file. The file is written first, so that no crash leaves
 * an administrator whose password nobody knows.
 */
final class FirstAdministrator {
    private FirstAdministrator() {}

    static void create(Schema schema, IdSource ids, BundleContext context) {
        boolean none = schema.call(connection -> {
            try (Statement statement = connection.createStatement();
                    ResultSet row = statement.executeQuery("select count(*) from gh_user")) {
                row.next();
                return row.getLong(1) == 0;
            }
        });
        if (!none) {
            return;
        }
        Path file = Path.of(context.getProperty("guildhall.data"), "admin-password");
        String password = Passwords.random();
        try {
            Files.deleteIfExists(file);
            Files.createFile(file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
            Files.writeString(file, password + "\n");
            schema.call(connection -> {
                try (PreparedStatement insert = connection.prepareStatement(
                        "insert into gh_user (id, name, password, active) values (?, ?, ?, ?)")) {
                    insert.setLong(1, ids.next());
                    insert.setString(2, "admin");
                    insert.setString(3, Passwords.hash(password));
                    insert.setBoolean(4, true);
                    return insert.executeUpdate();
                }
            });
        } catch (Problem anotherServerWasFaster) {
            if (!anotherServerWasFaster.code().equals("record.duplicate")) {
                throw anotherServerWasFaster;
            }
            file.toFile().delete();
        } catch (IOException e) {
            throw new UncheckedIOException("The first administrator's password can't be written to " + file, e);
        }
    }
}
