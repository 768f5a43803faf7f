/* Copyright the Guildhall authors. SPDX-License-Identifier: Apache-2.0 */
package org.guildhall.persistence.internal;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import javax.sql.DataSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks the database every second whether it is there, over a connection beside the pool, which may be at its limit while
 * the database is well. While it is lost nobody waits for a connection; one that only answers slowly is not lost.
 */
final class DatabaseWatch implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(DatabaseWatch.class);
    private static final long LOOK_MILLIS = 1_000;
    private static final int ANSWER_SECONDS = 2;
    private static final long HANGING_NANOS = TimeUnit.SECONDS.toNanos(3);
    private static final long STOP_MILLIS = 2_000;

    private final DataSource source;
    private final ScheduledExecutorService looks = Executors.newSingleThreadScheduledExecutor(task -> {
        Thread thread = new Thread(task, "guildhall-database-watch");
        thread.setDaemon(true);
        return thread;
    });
    private Connection connection;
    private volatile boolean lost;
    private volatile boolean asking;
    private volatile long askedAt;

    DatabaseWatch(DataSource source) {
        this.source = source;
        looks.scheduleWithFixedDelay(this::look, LOOK_MILLIS, LOOK_MILLIS, TimeUnit.MILLISECONDS);
    }

    /** Whether it answered last time, and is not being waited for. */
    boolean answers() {
        return !lost && !(asking && System.nanoTime() - askedAt > HANGING_NANOS);
    }

    /** @throws SQLException at once while the database is lost, rather than after the pool's wait */
    void requireThere() throws SQLException {
        if (lost) {
            throw new SQLTransientConnectionException("The database can't be reached.");
        }
    }

    private void look() {
        askedAt = System.nanoTime();
        asking = true;
        try {
            // A connection that was cut says little: only where a new one fails too the database is lost.
            if (connection != null && !isValid()) {
                drop();
            }
            if (connection == null) {
                connection = source.getConnection();
            }
            if (lost) {
                LOG.info("The database answers again");
            }
            lost = false;
        } catch (SQLException | RuntimeException e) {
            drop();
            if (!lost && !looks.isShutdown()) {
                LOG.error("The database is lost; calls are refused until it answers again", e);
            }
            lost = true;
        } finally {
            asking = false;
        }
    }

    private boolean isValid() {
        try {
            return connection.isValid(ANSWER_SECONDS);
        } catch (SQLException e) {
            LOG.debug("The connection of the watch is broken", e);
            return false;
        }
    }

    private void drop() {
        if (connection != null) {
            try {
                connection.close();
            } catch (SQLException e) {
                LOG.debug("A broken connection could not be closed", e);
            }
            connection = null;
        }
    }

    @Override
    public void close() {
        looks.shutdown();
        try {
            if (looks.awaitTermination(STOP_MILLIS, TimeUnit.MILLISECONDS)) {
                drop();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
