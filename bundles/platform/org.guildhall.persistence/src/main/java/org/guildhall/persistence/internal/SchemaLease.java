/* Copyright the Guildhall authors. SPDX-License-Identifier: Apache-2.0 */
package org.guildhall.persistence.internal;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.guildhall.api.platform.Table;
import org.guildhall.api.platform.Table.Column;
import org.guildhall.api.platform.Table.Type;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Lets one server of a database at a time change tables: a row of {@code gh_lease}, renewed while it is held. It ends by
 * itself when its holder dies, {@value #LEASE_MILLIS} ms later at the most. Time is the database's.
 */
final class SchemaLease implements AutoCloseable {
    static final Table LEASES = new Table(
            "gh_lease",
            List.of(
                    new Column("name", Type.TEXT, 60, true),
                    new Column("holder", Type.TEXT, 36, true),
                    new Column("leased_until", Type.TIMESTAMP, 0, true)),
            List.of("name"),
            List.of());

    private static final Logger LOG = LoggerFactory.getLogger(SchemaLease.class);
    private static final String NAME = "schema";
    private static final long LEASE_MILLIS = 10_000;
    private static final long RENEW_MILLIS = 2_000;
    private static final long RETRY_MILLIS = 200;
    private static final long WAIT_SECONDS = 600;

    private final Database database;
    private final String holder = UUID.randomUUID().toString();
    private final ScheduledExecutorService renewal =
            Executors.newSingleThreadScheduledExecutor(task -> new Thread(task, "guildhall-schema-lease"));
    private volatile long heldUntil;

    /** Waits until no other server holds the lease, ten minutes at most, and takes it. */
    SchemaLease(Database database) throws SQLException {
        this.database = database;
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(WAIT_SECONDS);
        boolean told = false;
        while (!take()) {
            if (System.nanoTime() > end) {
                renewal.shutdownNow();
                throw new IllegalArgumentException("Another server has been changing tables for " + WAIT_SECONDS
                        + " s: look at its log, and deploy this plugin again when it is ready.");
            }
            if (!told) {
                LOG.info("Another server changes tables, or ended while it did; waiting for its lease");
                told = true;
            }
            pause();
        }
        renewal.scheduleWithFixedDelay(this::renew, RENEW_MILLIS, RENEW_MILLIS, TimeUnit.MILLISECONDS);
    }

    private static void pause() {
        try {
            Thread.sleep(RETRY_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("The server stops.", e);
        }
    }

    private boolean take() throws SQLException {
        long asked = System.nanoTime();
        try (Connection connection = database.connection()) {
            Timestamp now = database.now(connection);
            // Only one process opens a Derby database: a lease of another is a dead one's.
            boolean dead = database.dialect() == Dialect.DERBY;
            boolean taken = false;
            try (PreparedStatement update = connection.prepareStatement(
                    "update gh_lease set holder = ?, leased_until = ? where name = ? and (leased_until < ? or holder = ?)")) {
                update.setString(1, holder);
                update.setTimestamp(2, new Timestamp(now.getTime() + LEASE_MILLIS));
                update.setString(3, NAME);
                update.setTimestamp(4, dead ? new Timestamp(now.getTime() + 100 * LEASE_MILLIS) : now);
                update.setString(5, holder);
                taken = update.executeUpdate() == 1;
            }
            if (!taken) {
                try (PreparedStatement insert = connection.prepareStatement(
                        "insert into gh_lease (name, holder, leased_until) values (?, ?, ?)")) {
                    insert.setString(1, NAME);
                    insert.setString(2, holder);
                    insert.setTimestamp(3, new Timestamp(now.getTime() + LEASE_MILLIS));
                    insert.executeUpdate();
                    taken = true;
                } catch (SQLException e) {
                    if (!Dialect.isDuplicate(e)) {
                        throw e;
                    }
                }
            }
            if (taken) {
                heldUntil = asked + TimeUnit.MILLISECONDS.toNanos(LEASE_MILLIS);
            }
            return taken;
        }
    }

    private void renew() {
        try {
            take();
        } catch (SQLException | RuntimeException e) {
            LOG.warn("The lease on changes of tables was not renewed", e);
        }
    }

    /** Throws when the lease may be another server's by now: nothing more may be changed. */
    void check() {
        if (System.nanoTime() > heldUntil) {
            throw new IllegalStateException(
                    "The lease on changes of tables was lost; the next start goes on with them.");
        }
    }

    @Override
    public void close() {
        renewal.shutdownNow();
        try {
            // A renewal under way would take the lease again.
            renewal.awaitTermination(LEASE_MILLIS, TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        try (Connection connection = database.connection();
                PreparedStatement delete =
                        connection.prepareStatement("delete from gh_lease where name = ? and holder = ?")) {
            delete.setString(1, NAME);
            delete.setString(2, holder);
            delete.executeUpdate();
        } catch (SQLException e) {
            LOG.warn("The lease on changes of tables was not given back; it ends by itself in {} ms", LEASE_MILLIS, e);
        }
    }
}
