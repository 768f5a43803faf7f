/* Copyright the Guildhall authors. SPDX-License-Identifier: Apache-2.0 */
package org.guildhall.persistence.internal;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.guildhall.api.platform.Schema;
import org.guildhall.api.platform.Table;
import org.guildhall.api.platform.Table.Column;
import org.guildhall.api.platform.Table.Index;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/** Compares the platform's own tables with the database's catalogue and writes what is missing. */
@Component(service = {Schema.class, JdbcSchema.class})
public final class JdbcSchema implements Schema {
    private final Database database;
    private final LentConnections connections;
    private final Map<String, Table> ensured = new ConcurrentHashMap<>();

    @Activate
    public JdbcSchema(@Reference Database database, @Reference LentConnections connections) {
        this.database = database;
        this.connections = connections;
        try (Connection connection = database.connection()) {
            if (!missing(connection, SchemaLease.LEASES).isEmpty()) {
                createLeases(connection);
            }
        } catch (SQLException e) {
            throw StoreFailure.problem(e);
        }
    }

    /** The one table that two servers may create at the same moment. */
    private void createLeases(Connection connection) throws SQLException {
        try {
            Ddl.create(database.dialect(), SchemaLease.LEASES).run(database.dialect(), connection);
        } catch (SQLException e) {
            if (!missing(connection, SchemaLease.LEASES).isEmpty()) {
                throw e;
            }
        }
    }

    @Override
    public void ensure(Table table) {
        ensured.put(table.name(), table);
        try {
            if (!missing(table).isEmpty()) {
                try (SchemaLease lease = new SchemaLease(database)) {
                    for (Ddl step : missing(table)) {
                        lease.check();
                        try (Connection connection = database.patient()) {
                            step.run(database.dialect(), connection);
                        }
                    }
                }
            }
        } catch (SQLException e) {
            throw StoreFailure.problem(e);
        }
    }

    /** The platform's own tables that were asked for. */
    Collection<Table> ensured() {
        return ensured.values();
    }

    private List<Ddl> missing(Table table) throws SQLException {
        try (Connection connection = database.connection()) {
            return missing(connection, table);
        }
    }

    private List<Ddl> missing(Connection connection, Table table) throws SQLException {
        Dialect dialect = database.dialect();
        Catalogue catalogue = Catalogue.read(dialect, connection, List.of(table));
        List<Ddl> missing = new ArrayList<>();
        if (!catalogue.has(table.name())) {
            missing.add(Ddl.create(dialect, table));
        }
        for (Column column : table.columns()) {
            if (catalogue.has(table.name()) && !catalogue.has(table.name(), column.name())) {
                missing.add(Ddl.addColumn(dialect, table.name(), column));
            }
        }
        for (Index index : table.indexes()) {
            if (!catalogue.has(table.name(), index)) {
                missing.add(Ddl.createIndex(dialect, table.name(), index, catalogue.has(table.name())));
            }
        }
        return missing;
    }

    @Override
    public <T> T call(SqlFunction<T> body) {
        try (Connection connection = database.connection()) {
            connection.setAutoCommit(false);
            try {
                T result = body.apply(connection);
                connection.commit();
                return result;
            } catch (SQLException | RuntimeException e) {
                connection.rollback();
                throw e;
            }
        } catch (SQLException e) {
            throw StoreFailure.problem(e);
        }
    }

    @Override
    public <T> T read(SqlFunction<T> body) {
        try {
            if (connections.isLent()) {
                return body.apply(connections.getConnection());
            }
            try (Connection connection = database.connection()) {
                return body.apply(connection);
            }
        } catch (SQLException e) {
            throw StoreFailure.problem(e);
        }
    }
}
