/* Copyright the Guildhall authors. SPDX-License-Identifier: Apache-2.0 */
package org.guildhall.persistence.internal;

import java.io.PrintWriter;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLFeatureNotSupportedException;
import java.util.logging.Logger;
import javax.sql.DataSource;
import org.apache.openjpa.lib.jdbc.DelegatingConnection;
import org.osgi.service.component.annotations.Component;

/**
 * The data source of every persistence unit: it hands out the connection of the unit of work that runs on the thread,
 * and none where no unit of work runs. A thread-local, because OpenJPA asks its data source without arguments.
 */
@Component(service = LentConnections.class)
public final class LentConnections implements DataSource {
    private final ThreadLocal<Connection> lent = new ThreadLocal<>();

    /** Lends a connection to this thread until {@link #takeBack}. */
    Connection lend(Connection connection) {
        if (lent.get() != null) {
            throw new IllegalStateException("A unit of work runs on this thread already: use its transaction.");
        }
        Connection shared = new Shared(connection);
        lent.set(shared);
        return shared;
    }

    void takeBack() {
        lent.remove();
    }

    /** Whether a unit of work runs on this thread. */
    boolean isLent() {
        return lent.get() != null;
    }

    @Override
    public Connection getConnection() throws SQLException {
        Connection connection = lent.get();
        if (connection == null) {
            throw new SQLException("A connection is to be had inside a unit of work only.");
        }
        return connection;
    }

    @Override
    public Connection getConnection(String user, String password) throws SQLException {
        return getConnection();
    }

    @Override
    public PrintWriter getLogWriter() {
        return null;
    }

    @Override
    public void setLogWriter(PrintWriter out) {
        // Logging is the pool's.
    }

    @Override
    public void setLoginTimeout(int seconds) {
        // Time-outs are the pool's.
    }

    @Override
    public int getLoginTimeout() {
        return 0;
    }

    @Override
    public Logger getParentLogger() throws SQLFeatureNotSupportedException {
        throw new SQLFeatureNotSupportedException();
    }

    @Override
    public <T> T unwrap(Class<T> type) throws SQLException {
        throw new SQLException("Not a wrapper of " + type.getName());
    }

    @Override
    public boolean isWrapperFor(Class<?> type) {
        return false;
    }

    /** The connection without the power to end the transaction. */
    private static final class Shared extends DelegatingConnection {
        Shared(Connection connection) {
            super(connection);
        }

        @Override
        public void commit() {
            // The unit of work commits.
        }

        @Override
        public void rollback() {
            // The unit of work rolls back.
        }

        @Override
        public void close() {
            // The unit of work closes.
        }

        @Override
        public void setAutoCommit(boolean on) {
            // The unit of work sets it.
        }

        @Override
        public void setTransactionIsolation(int level) {
            // The pool sets it.
        }

        @Override
        public void setReadOnly(boolean on) {
            // The unit of work writes.
        }
    }
}
