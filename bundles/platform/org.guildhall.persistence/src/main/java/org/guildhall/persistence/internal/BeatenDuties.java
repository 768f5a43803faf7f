/* Copyright the Guildhall authors. SPDX-License-Identifier: Apache-2.0 */
package org.guildhall.persistence.internal;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.guildhall.api.platform.Duties;
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
 * A row of {@code gh_duty} for each duty, whose number its holder counts up every second. Another server takes a duty when
 * it has seen the number stand still for {@value #DEAD_MILLIS} ms of its own; the holder itself stops earlier.
 */
@Component
public final class BeatenDuties implements Duties {
    private static final Logger LOG = LoggerFactory.getLogger(BeatenDuties.class);
    private static final Table DUTIES = new Table(
            "gh_duty",
            List.of(
                    new Column("name", Type.TEXT, 191, true),
                    new Column("holder", Type.TEXT, 60, true),
                    new Column("beat", Type.INTEGER, 0, true)),
            List.of("name"),
            List.of());
    private static final long BEAT_MILLIS = 1_000;
    private static final long HELD_MILLIS = 4_000;
    private static final long DEAD_MILLIS = 6_000;
    private static final int MOST_OF_A_HOST = 40;

    private final Database database;
    private final String server;
    private final Map<String, Application> applications = new ConcurrentHashMap<>();
    private final Set<String> mine = ConcurrentHashMap.newKeySet();
    private final Map<String, Seen> seen = new HashMap<>();
    private final ScheduledExecutorService heart =
            Executors.newSingleThreadScheduledExecutor(task -> new Thread(task, "guildhall-duties"));
    private volatile long heldUntil = System.nanoTime();
    private boolean failing;

    /** What was seen of a duty of another's, and when first. */
    private record Seen(String holder, long beat, long at) {}

    @Activate
    public BeatenDuties(@Reference Database database, @Reference Schema schema) {
        this.database = database;
        this.server = host() + "-" + ProcessHandle.current().pid() + "-"
                + UUID.randomUUID().toString().substring(0, 8);
        schema.ensure(DUTIES);
        heart.scheduleWithFixedDelay(this::beat, BEAT_MILLIS, BEAT_MILLIS, TimeUnit.MILLISECONDS);
    }

    private static String host() {
        try {
            String name = InetAddress.getLocalHost().getHostName();
            return name.substring(0, Math.min(name.length(), MOST_OF_A_HOST));
        } catch (UnknownHostException e) {
            return "server";
        }
    }

    private final class Application implements Duty {
        private final String name;
        private final Runnable assigned;

        Application(String name, Runnable assigned) {
            this.name = name;
            this.assigned = assigned;
        }

        @Override
        public boolean isMine() {
            return mine.contains(name) && System.nanoTime() - heldUntil < 0 && applications.get(name) == this;
        }

        @Override
        public void close() {
            if (applications.remove(name, this) && !heart.isShutdown()) {
                heart.execute(() -> giveUp(name));
            }
        }
    }

    @Override
    public Duty apply(String name, Runnable assigned) {
        Application application = new Application(name, assigned);
        if (applications.putIfAbsent(name, application) != null) {
            throw new IllegalStateException("This server applies for the duty " + name + " already.");
        }
        heart.execute(this::beat);
        return application;
    }

    @Override
    public void reassign(String name) {
        delete("name = ?", name);
        heart.execute(this::beat);
    }

    private void delete(String condition, String... values) {
        try (Connection connection = database.connection();
                PreparedStatement delete = connection.prepareStatement("delete from gh_duty where " + condition)) {
            for (int i = 0; i < values.length; i++) {
                delete.setString(i + 1, values[i]);
            }
            delete.executeUpdate();
        } catch (SQLException e) {
            throw StoreFailure.problem(e);
        }
    }

    @Override
    public List<Assignment> all() {
        try (Connection connection = database.connection();
                PreparedStatement select =
                        connection.prepareStatement("select name, holder from gh_duty order by name");
                ResultSet rows = select.executeQuery()) {
            List<Assignment> all = new ArrayList<>();
            while (rows.next()) {
                all.add(new Assignment(rows.getString(1), rows.getString(2)));
            }
            return all;
        } catch (SQLException e) {
            throw StoreFailure.problem(e);
        }
    }

    @Override
    public String server() {
        return server;
    }

    private void beat() {
        List<Application> assigned = new ArrayList<>();
        try (Connection connection = database.connection()) {
            renew(connection);
            if (!mine.containsAll(applications.keySet())) {
                take(connection, assigned);
            }
            failing = false;
        } catch (SQLException | RuntimeException e) {
            if (!failing) {
                LOG.warn("The duties of this server could not be renewed; it tries again every second", e);
            }
            failing = true;
        }
        for (Application application : assigned) {
            try {
                application.assigned.run();
            } catch (RuntimeException e) {
                LOG.error("The duty {} could not be begun", application.name, e);
            }
        }
    }

    private void renew(Connection connection) throws SQLException {
        long asked = System.nanoTime();
        if (mine.isEmpty()) {
            heldUntil = asked + TimeUnit.MILLISECONDS.toNanos(HELD_MILLIS);
            return;
        }
        int renewed;
        try (PreparedStatement update =
                connection.prepareStatement("update gh_duty set beat = beat + 1 where holder = ?")) {
            update.setString(1, server);
            renewed = update.executeUpdate();
        }
        if (renewed != mine.size()) {
            mine.retainAll(held(connection));
        }
        heldUntil = asked + TimeUnit.MILLISECONDS.toNanos(HELD_MILLIS);
    }

    private Set<String> held(Connection connection) throws SQLException {
        try (PreparedStatement select = connection.prepareStatement("select name from gh_duty where holder = ?")) {
            select.setString(1, server);
            try (ResultSet rows = select.executeQuery()) {
                Set<String> names = ConcurrentHashMap.newKeySet();
                while (rows.next()) {
                    names.add(rows.getString(1));
                }
                return names;
            }
        }
    }

    private void take(Connection connection, List<Application> assigned) throws SQLException {
        Map<String, Seen> now = new HashMap<>();
        try (PreparedStatement select = connection.prepareStatement("select name, holder, beat from gh_duty");
                ResultSet rows = select.executeQuery()) {
            long at = System.nanoTime();
            while (rows.next()) {
                Seen row = new Seen(rows.getString(2), rows.getLong(3), at);
                Seen before = seen.get(rows.getString(1));
                boolean same = before != null
                        && before.beat() == row.beat()
                        && before.holder().equals(row.holder());
                now.put(rows.getString(1), same ? before : row);
            }
        }
        seen.clear();
        seen.putAll(now);
        for (Application application : applications.values()) {
            if (!mine.contains(application.name) && take(connection, application.name, now.get(application.name))) {
                mine.add(application.name);
                assigned.add(application);
            }
        }
    }

    private boolean take(Connection connection, String name, Seen row) throws SQLException {
        if (row == null) {
            try (PreparedStatement insert =
                    connection.prepareStatement("insert into gh_duty (name, holder, beat) values (?, ?, 1)")) {
                insert.setString(1, name);
                insert.setString(2, server);
                return insert.executeUpdate() == 1;
            } catch (SQLException e) {
                if (Dialect.isDuplicate(e)) {
                    return false;
                }
                throw e;
            }
        }
        // Only one process opens a Derby database: another's duty is a dead one's.
        boolean dead = database.dialect() == Dialect.DERBY
                || System.nanoTime() - row.at() > TimeUnit.MILLISECONDS.toNanos(DEAD_MILLIS);
        if (!dead) {
            return false;
        }
        try (PreparedStatement update = connection.prepareStatement(
                "update gh_duty set holder = ?, beat = beat + 1 where name = ? and holder = ? and beat = ?")) {
            update.setString(1, server);
            update.setString(2, name);
            update.setString(3, row.holder());
            update.setLong(4, row.beat());
            return update.executeUpdate() == 1;
        }
    }

    private void giveUp(String name) {
        if (mine.remove(name)) {
            try {
                delete("name = ? and holder = ?", name, server);
            } catch (RuntimeException e) {
                LOG.warn("The duty {} was not given up; another server takes it in {} ms", name, DEAD_MILLIS, e);
            }
        }
        // It may be wanted again meanwhile, by this server too.
        beat();
    }

    @Deactivate
    void stop() {
        heart.shutdown();
        try {
            heart.awaitTermination(HELD_MILLIS, TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        try {
            delete("holder = ?", server);
        } catch (RuntimeException e) {
            LOG.warn("The duties were not given up; other servers take them in {} ms", DEAD_MILLIS, e);
        }
    }
}
