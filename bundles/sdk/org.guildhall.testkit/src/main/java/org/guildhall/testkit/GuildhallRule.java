/* Copyright the Guildhall authors. SPDX-License-Identifier: Apache-2.0 */
package org.guildhall.testkit;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.sql.Timestamp;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.guildhall.api.Caller;
import org.guildhall.api.Choices;
import org.guildhall.api.Condition;
import org.guildhall.api.Query;
import org.guildhall.api.Values;
import org.guildhall.api.platform.EventLog;
import org.guildhall.api.platform.Schema;
import org.guildhall.api.platform.Subscribers;
import org.junit.rules.ExternalResource;

/**
 * A server in the test's JVM with the plugins of the test's class path: the server's own bundles on a Derby in memory, without
 * doors. It is started once for all test classes of a JVM. As a {@code @Rule} it gives each test, as a {@code @ClassRule} each
 * class no records to begin with. What plugins use of each other is granted.
 *
 * <pre>{@code
 * @Rule
 * public final GuildhallRule guildhall = new GuildhallRule();
 *
 * @Test
 * public void aPractitionerIsStored() {
 *     Values made = guildhall.administrator().create("practitioners", Values.of("name", "Ada"));
 *     assertEquals(1L, made.get("version"));
 * }
 * }</pre>
 *
 * <p>It reads bundles: build with Maven once ({@code mvn process-classes}) before tests run from an IDE that does not. The
 * JVM's time zone becomes UTC, as a server's.
 */
public final class GuildhallRule extends ExternalResource {
    private static final long WAIT_SECONDS = 10;
    private static final AtomicInteger USERS = new AtomicInteger();

    @Override
    protected void before() {
        clear();
    }

    /** The records as the server itself and its administrators reach them. */
    public Records administrator() {
        return new Records(TestFramework.get(), Caller.SERVER);
    }

    /**
     * The records as a new user reaches them, who may what is named and nothing else.
     *
     * @param permissions of records {@code clinic.appointment:read,create}, {@code clinic.*:read} and the like; other
     *     permissions as they are declared, {@code clinic.confirm}
     */
    public Records user(String... permissions) {
        List<Values> verbs = new ArrayList<>();
        List<Values> grants = new ArrayList<>();
        for (String permission : permissions) {
            String[] parts = permission.split(":", 2);
            if (parts.length == 1) {
                grants.add(Values.of("permission", permission));
            } else {
                verbs.add(Values.builder()
                        .put("type", parts[0])
                        .put("verbs", new Choices(List.of(parts[1].split(","))))
                        .put("scope", "all")
                        .build());
            }
        }
        String name = "user-" + USERS.incrementAndGet();
        Values role = administrator()
                .create(
                        "security.role",
                        Values.builder()
                                .put("name", name)
                                .put("permissions", verbs)
                                .put("grants", grants)
                                .build());
        return user(name, (Long) role.get("id"));
    }

    /** The records as a new user reaches them who has one role, such as one that a plugin brings. */
    public Records userWithRole(String role) {
        Query named = Query.where(Condition.equal("name", role));
        await(
                "There is no role \"" + role + "\"",
                () -> !administrator().query("security.role", named).isEmpty());
        Values found = administrator().query("security.role", named).get(0);
        return user("user-" + USERS.incrementAndGet(), (Long) found.get("id"));
    }

    private Records user(String name, long role) {
        Values user = administrator()
                .create(
                        "security.user",
                        Values.builder()
                                .put("name", name)
                                .put("active", true)
                                .put("roles", List.of(Values.of("role", role)))
                                .build());
        return new Records(TestFramework.get(), new Caller((Long) user.get("id"), name, List.of()));
    }

    /**
     * Waits until every listener has heard of everything that has happened.
     *
     * @throws AssertionError when one fails, or it takes more than ten seconds
     */
    public void awaitEvents() {
        TestFramework framework = TestFramework.get();
        EventLog log = framework.service(EventLog.class);
        Subscribers subscribers = framework.service(Subscribers.class);
        await("Not every listener has heard of what happened", () -> {
            List<Subscribers.Status> here = subscribers.all().stream()
                    .filter(Subscribers.Status::present)
                    .toList();
            for (Subscribers.Status one : here) {
                if (one.failed() > 0) {
                    throw new AssertionError("The listener " + one.name() + " failed: " + one.error());
                }
            }
            return log.waiting(1).changes() == 0 && here.stream().allMatch(one -> one.behind() == 0);
        });
    }

    /**
     * Has all timers go off now that are due within a time, and waits until they have. {@link org.guildhall.api.TimerHandler}
     * is told the time that was set; clocks show what they did.
     *
     * @throws AssertionError when one fails, or it takes more than ten seconds
     */
    public void fireTimers(Duration within) {
        Timestamp end = Timestamp.from(Instant.now().plus(within));
        sql(connection -> {
            try (PreparedStatement update =
                    connection.prepareStatement("update gh_timer set next_at = ? where due_at <= ?")) {
                update.setTimestamp(1, Timestamp.from(Instant.now()));
                update.setTimestamp(2, end);
                return update.executeUpdate();
            }
        });
        await("Not every timer has gone off", () -> sql(connection -> haveGoneOff(connection, end)));
    }

    private static boolean haveGoneOff(Connection connection, Timestamp end) throws SQLException {
        try (PreparedStatement select = connection.prepareStatement(
                "select name, error from gh_timer where due_at <= ? order by attempts desc")) {
            select.setTimestamp(1, end);
            try (ResultSet timers = select.executeQuery()) {
                boolean left = timers.next();
                if (left && timers.getString("error") != null) {
                    throw new AssertionError(
                            "The timer " + timers.getString("name") + " failed: " + timers.getString("error"));
                }
                return !left;
            }
        }
    }

    /** Takes all records of plugins away, with their timers and jobs; users, roles, numbers and the journal stay. */
    public void clear() {
        sql(connection -> {
            List<String> tables = new ArrayList<>();
            try (ResultSet rows = connection.getMetaData().getTables(null, null, "%", new String[] {"TABLE"})) {
                while (rows.next()) {
                    tables.add(rows.getString("TABLE_NAME"));
                }
            }
            try (Statement statement = connection.createStatement()) {
                for (String table : tables) {
                    if (isCleared(table)) {
                        statement.executeUpdate("delete from " + table);
                    }
                }
            }
            return null;
        });
    }

    private static boolean isCleared(String table) {
        return Stream.of("GH_", "SECURITY_").noneMatch(table::startsWith)
                || Stream.of("GH_TIMER", "GH_JOB").anyMatch(table::startsWith);
    }

    private static <T> T sql(Schema.SqlFunction<T> body) {
        Schema schema = TestFramework.get().service(Schema.class);
        return TestFramework.inside(() -> schema.call(body));
    }

    private static void await(String complaint, Supplier<Boolean> condition) {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(WAIT_SECONDS);
        while (!TestFramework.inside(condition)) {
            if (System.nanoTime() > end) {
                throw new AssertionError(complaint + " within " + WAIT_SECONDS + " s.");
            }
            TestFramework.pause();
        }
    }
}
