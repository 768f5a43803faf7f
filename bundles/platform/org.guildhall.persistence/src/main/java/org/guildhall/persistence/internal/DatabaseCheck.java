/* Copyright the Guildhall authors. SPDX-License-Identifier: Apache-2.0 */
package org.guildhall.persistence.internal;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.guildhall.api.platform.DatabaseState.Pool;
import org.guildhall.api.platform.HealthCheck;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/** Looks at the database, over a connection of its own: the pool may be what is not well. */
@Component
public final class DatabaseCheck implements HealthCheck {
    private static final int QUESTIONS = 5;
    private static final int LOOKS = 5;
    private static final long LOOK_MILLIS = 50;

    private final Database database;

    @Activate
    public DatabaseCheck(@Reference Database database) {
        this.database = database;
    }

    @Override
    public List<Finding> check(Limits limits) {
        List<Finding> findings = new ArrayList<>();
        pool(findings);
        try (Connection connection = database.beside()) {
            answer(connection, limits, findings);
            clock(connection, limits, findings);
            schema(connection, findings);
        } catch (SQLException e) {
            findings.add(new Finding(
                    Severity.ERROR,
                    "database.lost",
                    "The database can't be reached.",
                    "Look whether it runs and whether etc/org.guildhall.database.cfg names it; the server goes on by itself"
                            + " once it is back."));
        }
        return findings;
    }

    private void pool(List<Finding> findings) {
        Pool pool = database.poolUse();
        for (int i = 1; i < LOOKS && pool.active() >= pool.most(); i++) {
            pause();
            pool = database.poolUse();
        }
        if (pool.active() >= pool.most()) {
            findings.add(new Finding(
                    Severity.WARNING,
                    "database.pool-full",
                    "All " + pool.most() + " connections to the database are in use, and " + pool.waiting()
                            + " calls wait for one.",
                    "Look in the database for what they wait for or do; where there are simply many callers, raise poolSize"
                            + " in etc/org.guildhall.database.cfg, as far as the database allows."));
        }
    }

    private static void pause() {
        try {
            Thread.sleep(LOOK_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("The check was given up.", e);
        }
    }

    private void answer(Connection connection, Limits limits, List<Finding> findings) throws SQLException {
        long best = Long.MAX_VALUE;
        for (int i = 0; i < QUESTIONS; i++) {
            long began = System.nanoTime();
            database.now(connection);
            best = Math.min(best, System.nanoTime() - began);
        }
        Duration took = Duration.ofNanos(best);
        if (took.compareTo(limits.databaseAnswer()) > 0) {
            findings.add(new Finding(
                    Severity.WARNING,
                    "database.slow",
                    "The database takes " + took.toNanos() / 1_000
                            + " microseconds for the simplest question, the best of " + QUESTIONS + " times.",
                    "Look at the load of its machine and at the network in between."));
        }
    }

    private void clock(Connection connection, Limits limits, List<Finding> findings) throws SQLException {
        Instant before = Instant.now();
        Instant there = database.now(connection).toLocalDateTime().toInstant(ZoneOffset.UTC);
        Instant after = Instant.now();
        Duration difference = there.isBefore(before)
                ? Duration.between(there, before)
                : there.isAfter(after) ? Duration.between(after, there) : Duration.ZERO;
        if (difference.compareTo(limits.clockDifference()) > 0) {
            findings.add(new Finding(
                    Severity.WARNING,
                    "clock.differs",
                    "The clocks of the server and of the database differ by " + difference.toMillis() + " ms.",
                    "Let both machines set their clocks by the network (NTP)."));
        }
    }

    private void schema(Connection connection, List<Finding> findings) throws SQLException {
        Timestamp now = database.now(connection);
        try (PreparedStatement select =
                connection.prepareStatement("select leased_until from gh_lease where name = 'schema'")) {
            try (ResultSet row = select.executeQuery()) {
                if (row.next() && row.getTimestamp(1).before(now)) {
                    findings.add(unfinished("A server ended while it changed tables, at about "
                            + row.getTimestamp(1).toLocalDateTime() + " UTC."));
                }
            }
        }
        Set<String> indexes = database.dialect().halfMadeIndexes(connection);
        if (!indexes.isEmpty()) {
            findings.add(unfinished("The creation of indexes was cut short: " + String.join(", ", indexes) + "."));
        }
    }

    private static Finding unfinished(String text) {
        return new Finding(
                Severity.ERROR,
                "schema.unfinished",
                text,
                "Look by guildhall:plugins which plugin is not ready, and drop its jar again or start the server anew: it"
                        + " goes on where it ended.");
    }
}
