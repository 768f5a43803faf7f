/* Copyright the Guildhall authors. SPDX-License-Identifier: Apache-2.0 */
package org.guildhall.persistence.internal;

import java.io.IOException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.Locale;
import java.util.Map;
import org.guildhall.api.platform.DatabaseRestore;

/** Fills a database by the means that it comes with. */
public final class ToolDatabaseRestore implements DatabaseRestore {
    @Override
    public String kind(Map<String, String> configuration) {
        return address(configuration).dialect().name().toLowerCase(Locale.ROOT);
    }

    @Override
    public void requireEmpty(Map<String, String> configuration) {
        DatabaseAddress address = address(configuration);
        try (Programs programs = programs(address)) {
            DatabaseCopier.of(address, programs).requireEmpty();
        } catch (SQLException e) {
            throw new IllegalArgumentException(
                    "The database of etc/org.guildhall.database.cfg can't be opened: "
                            + e.getMessage().strip()
                            + " Check url, user and password there, and that the database runs.",
                    e);
        }
    }

    @Override
    public void restore(Map<String, String> configuration, Path folder) throws IOException {
        DatabaseAddress address = address(configuration);
        try (Programs programs = programs(address)) {
            DatabaseCopier.of(address, programs).restore(folder);
        } catch (SQLException e) {
            throw new IllegalStateException("The database could not be restored: " + e.getMessage(), e);
        }
    }

    private static Programs programs(DatabaseAddress address) {
        return new Programs(address.tools());
    }

    private static DatabaseAddress address(Map<String, String> configuration) {
        String url = configuration.get("url");
        if (url == null) {
            throw new IllegalArgumentException("etc/org.guildhall.database.cfg names no url.");
        }
        try {
            return DatabaseAddress.of(
                    url,
                    configuration.getOrDefault("user", ""),
                    configuration.getOrDefault(".password", ""),
                    configuration.getOrDefault("tools", ""));
        } catch (Refusal e) {
            throw new IllegalArgumentException(e.getMessage(), e);
        }
    }
}
