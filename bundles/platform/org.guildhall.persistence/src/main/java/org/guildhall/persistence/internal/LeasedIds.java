/* Copyright the Guildhall authors. SPDX-License-Identifier: Apache-2.0 */
package org.guildhall.persistence.internal;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.sql.Timestamp;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.guildhall.api.Problem;
import org.guildhall.api.platform.IdSource;
import org.guildhall.api.platform.Schema;
import org.guildhall.api.platform.Table;
import org.guildhall.api.platform.Table.Column;
import org.guildhall.api.platform.Table.Type;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Ids of 41 bits of milliseconds since 2020, 12 bits of counter and 10 bits of node. The node's number is leased in
 * {@code gh_node}, whose high water is the time up to which the node may have made ids: a later holder begins above it,
 * so a clock that was set back makes no duplicate. Time is the database's.
 */
@Component
public final class LeasedIds implements IdSource {
    private static final Logger LOG = LoggerFactory.getLogger(LeasedIds.class);
    private static final long EPOCH = 1_577_836_800_000L;
    private static final int COUNTER_BITS = 12;
    private static final int NODE_BITS = 10;
    private static final long LEASE_MILLIS = 60_000;
    private static final int RENEW_SECONDS = 10;

    private static final Table NODES = new Table(
            "gh_node",
            List.of(
                    new Column("node", Type.INTEGER, 0, true),
                    new Column("holder", Type.TEXT, 36, true),
                    new Column("leased_until", Type.TIMESTAMP, 0, true),
                    new Column("high_water", Type.INTEGER, 0, true)),
            List.of("node"),
            List.of());

    private final Database database;
    private final Schema schema;
    private final String holder = UUID.randomUUID().toString();
    private final ScheduledExecutorService renewal;
    private Lease lease;
    /** The last sequence given out: milliseconds and counter. */
    private long last;

    /** A node's number, and the time from which and up to which it may make ids: milliseconds since 2020. */
    private record Lease(long node, long start, long highWater) {}

    @Activate
    public LeasedIds(@Reference Database database, @Reference Schema schema) {
        this.database = database;
        this.schema = schema;
        schema.ensure(NODES);
        begin(acquire());
        ScheduledThreadPoolExecutor executor =
                new ScheduledThreadPoolExecutor(1, task -> new Thread(task, "guildhall-node-lease"));
        executor.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
        renewal = executor;
        renewal.scheduleWithFixedDelay(this::renew, RENEW_SECONDS, RENEW_SECONDS, TimeUnit.SECONDS);
    }

    @Override
    public synchronized long next() {
        long limit = lease.highWater() << COUNTER_BITS;
        long now = (System.currentTimeMillis() - EPOCH) << COUNTER_BITS;
        // A clock that jumped ahead of the lease leaves room below the high water.
        last = now > last && now < limit ? now : last + 1;
        if (last >= limit) {
            throw Problem.of(Problem.Kind.UNAVAILABLE, "ids.unavailable");
        }
        return last << NODE_BITS | lease.node();
    }

    private synchronized void begin(Lease acquired) {
        lease = acquired;
        last = acquired.start() << COUNTER_BITS;
    }

    /** A number of this server's own; another that starts at the same moment may take one before its eyes. */
    private Lease acquire() {
        for (int attempt = 1; ; attempt++) {
            try {
                return schema.call(this::acquire);
            } catch (Problem anotherServerWasFaster) {
                if (!anotherServerWasFaster.code().equals("record.duplicate") || attempt == 1 << NODE_BITS) {
                    throw anotherServerWasFaster;
                }
            }
        }
    }

    /** Takes the first number whose lease has ended, or a new one. */
    private Lease acquire(Connection connection) throws SQLException {
        Timestamp now = database.now(connection);
        long free = 0;
        try (Statement statement = connection.createStatement();
                ResultSet rows =
                        statement.executeQuery("select node, leased_until, high_water from gh_node order by node")) {
            while (rows.next()) {
                if (rows.getTimestamp(2).before(now)) {
                    Lease wanted = lease(rows.getLong(1), rows.getLong(3), now);
                    if (take(connection, wanted, now)) {
                        return wanted;
                    }
                }
                free = rows.getLong(1) + 1;
            }
        }
        if (free >= 1 << NODE_BITS) {
            throw new IllegalStateException("All " + (1 << NODE_BITS) + " node numbers of gh_node are leased.");
        }
        Lease fresh = lease(free, 0, now);
        try (PreparedStatement insert = connection.prepareStatement(
                "insert into gh_node (node, holder, leased_until, high_water) values (?, ?, ?, ?)")) {
            insert.setLong(1, free);
            insert.setString(2, holder);
            insert.setTimestamp(3, new Timestamp(now.getTime() + LEASE_MILLIS));
            insert.setLong(4, fresh.highWater());
            insert.executeUpdate();
        }
        return fresh;
    }

    private boolean take(Connection connection, Lease wanted, Timestamp now) throws SQLException {
        try (PreparedStatement update = connection.prepareStatement("update gh_node set holder = ?, leased_until = ?,"
                + " high_water = ? where node = ? and leased_until < ?")) {
            update.setString(1, holder);
            update.setTimestamp(2, new Timestamp(now.getTime() + LEASE_MILLIS));
            update.setLong(3, wanted.highWater());
            update.setLong(4, wanted.node());
            update.setTimestamp(5, now);
            return update.executeUpdate() == 1;
        }
    }

    private static Lease lease(long number, long formerHighWater, Timestamp now) {
        long start = Math.max(now.getTime() - EPOCH, formerHighWater);
        return new Lease(number, start, start + LEASE_MILLIS);
    }

    private void renew() {
        Lease before;
        long used;
        synchronized (this) {
            before = lease;
            used = last >> COUNTER_BITS;
        }
        try {
            Lease renewed = schema.call(connection -> {
                Timestamp now = database.now(connection);
                Lease wanted = lease(before.node(), used, now);
                try (PreparedStatement update = connection.prepareStatement(
                        "update gh_node set leased_until = ?, high_water = ? where node = ? and holder = ?")) {
                    update.setTimestamp(1, new Timestamp(now.getTime() + LEASE_MILLIS));
                    update.setLong(2, wanted.highWater());
                    update.setLong(3, wanted.node());
                    update.setString(4, holder);
                    return update.executeUpdate() == 1 ? wanted : null;
                }
            });
            if (renewed != null) {
                synchronized (this) {
                    lease = renewed;
                }
            } else {
                begin(acquire());
            }
        } catch (RuntimeException e) {
            LOG.warn("The lease of node number {} was not renewed; ids last for at most a minute", before.node(), e);
        }
    }

    @Deactivate
    void release() {
        renewal.shutdownNow();
        long held;
        synchronized (this) {
            held = lease.node();
        }
        try {
            schema.call(connection -> {
                try (PreparedStatement update = connection.prepareStatement(
                        "update gh_node set leased_until = ? where node = ? and holder = ?")) {
                    update.setTimestamp(1, new Timestamp(0));
                    update.setLong(2, held);
                    update.setString(3, holder);
                    return update.executeUpdate();
                }
            });
        } catch (RuntimeException e) {
            LOG.warn("Node number {} was not released; its lease ends by itself within a minute", held, e);
        }
    }
}
