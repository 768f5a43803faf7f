/* Copyright the Guildhall authors. SPDX-License-Identifier: Apache-2.0 */
package org.guildhall.persistence.internal;

import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DatabaseMetaData;
import java.sql.SQLException;
import java.util.Locale;
import org.guildhall.api.platform.DatabaseCopies;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;

/** Copies the database by the means that it comes with. */
@Component
public final class ToolDatabaseCopies implements DatabaseCopies {
    private final Database database;
    private final Programs programs;

    @Activate
    public ToolDatabaseCopies(@Reference Database database) {
        this.database = database;
        this.programs = new Programs(database.tools());
    }

    @Override
    public String kind() {
        return database.dialect().name().toLowerCase(Locale.ROOT);
    }

    @Override
    public String version() {
        try (Connection connection = database.connection()) {
            DatabaseMetaData data = connection.getMetaData();
            return data.getDatabaseProductName() + " " + data.getDatabaseProductVersion();
        } catch (SQLException e) {
            throw StoreFailure.problem(e);
        }
    }

    @Override
    public void copy(Path folder) throws IOException {
        DatabaseCopier copier = DatabaseCopier.of(database.address(), programs);
        try (SchemaLease lease = copier.wantsSameTables() ? new SchemaLease(database) : null) {
            copier.copy(database::connection, folder);
            if (lease != null) {
                lease.check();
            }
        } catch (SQLException e) {
            throw StoreFailure.problem(e);
        }
    }

    @Deactivate
    void close() {
        programs.close();
    }
}
