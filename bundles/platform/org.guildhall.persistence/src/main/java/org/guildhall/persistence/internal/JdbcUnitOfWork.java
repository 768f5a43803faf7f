/* Copyright the Guildhall authors. SPDX-License-Identifier: Apache-2.0 */
package org.guildhall.persistence.internal;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.function.Function;
import org.guildhall.api.CallContext;
import org.guildhall.api.platform.IdSource;
import org.guildhall.api.platform.RecordReader;
import org.guildhall.api.platform.Transaction;
import org.guildhall.api.platform.UnitOfWork;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/** Owns the one connection of a call, and is alone in committing it. */
@Component
public final class JdbcUnitOfWork implements UnitOfWork {
    private final Database database;
    private final OpenJpaUnits units;
    private final IdSource ids;

    @Activate
    public JdbcUnitOfWork(@Reference Database database, @Reference OpenJpaUnits units, @Reference IdSource ids) {
        this.database = database;
        this.units = units;
        this.ids = ids;
    }

    @Override
    public <T> T write(CallContext context, Function<Transaction, T> body) {
        requireNone();
        OpenJpaTransaction transaction;
        T result;
        try (Connection connection = database.connection()) {
            connection.setAutoCommit(false);
            transaction = new OpenJpaTransaction(context, units.connections().lend(connection), units, ids);
            try {
                result = body.apply(transaction);
                transaction.flush();
                connection.commit();
            } catch (RuntimeException | SQLException | Error e) {
                rollback(connection, e);
                throw e;
            } finally {
                units.connections().takeBack();
                transaction.close();
            }
        } catch (RuntimeException | SQLException e) {
            throw StoreFailure.problem(e);
        }
        transaction.committed();
        return result;
    }

    @Override
    public <T> T read(CallContext context, Function<RecordReader, T> body) {
        requireNone();
        try (Connection connection = database.connection()) {
            return body.apply(new JdbcRecordReader(connection, units));
        } catch (RuntimeException | SQLException e) {
            throw StoreFailure.problem(e);
        }
    }

    private void requireNone() {
        if (units.connections().isLent()) {
            throw new IllegalStateException("A unit of work runs on this thread already: use its transaction.");
        }
    }

    private static void rollback(Connection connection, Throwable reason) {
        try {
            connection.rollback();
        } catch (SQLException e) {
            reason.addSuppressed(e);
        }
    }
}
