/* Copyright the Guildhall authors. SPDX-License-Identifier: Apache-2.0 */
package org.guildhall.jobs.internal;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.guildhall.api.CallContext;
import org.guildhall.api.Caller;
import org.guildhall.api.Scheduled;
import org.guildhall.api.platform.Duties;
import org.guildhall.api.platform.PluginWork;
import org.guildhall.api.platform.Plugins;
import org.guildhall.api.platform.Schema;
import org.guildhall.api.platform.Table;
import org.guildhall.api.platform.Table.Column;
import org.guildhall.api.platform.Table.Type;
import org.osgi.framework.ServiceReference;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Runs what recurs. The next time stands in {@code gh_schedule} and moves on in the transaction of what is done. */
@Component(service = ScheduleRunner.class, immediate = true)
public final class ScheduleRunner {
    private static final Logger LOG = LoggerFactory.getLogger(ScheduleRunner.class);
    private static final Table SCHEDULES = new Table(
                    "gh_schedule",
                    List.of(
                            new Column("name", Type.TEXT, 191, true),
                            new Column("plan", Type.TEXT, 255, true),
                            new Column("next_at", Type.TIMESTAMP, 0, true)),
                    List.of("name"),
                    List.of())
            .heldFor("name");
    private static final long LOOK_MILLIS = 200;

    private final Schema schema;
    private final PluginWork work;
    private final Plugins plugins;
    private final Duties duties;
    private final List<Entry> entries = new CopyOnWriteArrayList<>();
    private final ExecutorService workers =
            Executors.newCachedThreadPool(task -> new Thread(task, "guildhall-schedule"));
    private final ScheduledExecutorService clock =
            Executors.newSingleThreadScheduledExecutor(task -> new Thread(task, "guildhall-schedules"));

    /** What recurs. */
    private final class Entry {
        private final Scheduled service;
        private final String plugin;
        private final String name;
        private final Plan plan;
        private final AtomicBoolean running = new AtomicBoolean();
        private volatile Duties.Duty duty;
        private volatile Instant next;

        Entry(Scheduled service, String plugin, String name, Plan plan) {
            this.service = service;
            this.plugin = plugin;
            this.name = name;
            this.plan = plan;
        }

        /** Begins from what is stored. */
        void assigned() {
            workers.execute(() -> {
                try {
                    next = load();
                } catch (RuntimeException e) {
                    LOG.warn("{} is not run before its time could be read", name, e);
                }
            });
        }

        private Instant load() {
            return schema.call(connection -> {
                Instant now = JdbcJobs.now();
                try (PreparedStatement select =
                        connection.prepareStatement("select plan, next_at from gh_schedule where name = ?")) {
                    select.setString(1, name);
                    try (ResultSet row = select.executeQuery()) {
                        if (row.next()) {
                            Instant stored = row.getTimestamp(2).toInstant();
                            if (row.getString(1).equals(plan.toString())) {
                                return stored;
                            }
                            Instant first = plan.next(now, now);
                            move(connection, stored, first);
                            return first;
                        }
                    }
                }
                Instant first = plan.next(now, now);
                try (PreparedStatement insert =
                        connection.prepareStatement("insert into gh_schedule (name, plan, next_at) values (?, ?, ?)")) {
                    insert.setString(1, name);
                    insert.setString(2, plan.toString());
                    insert.setTimestamp(3, Timestamp.from(first));
                    insert.executeUpdate();
                }
                return first;
            });
        }

        private boolean move(Connection connection, Instant from, Instant to) throws SQLException {
            try (PreparedStatement update = connection.prepareStatement(
                    "update gh_schedule set next_at = ?, plan = ? where name = ? and next_at = ?")) {
                update.setTimestamp(1, Timestamp.from(to));
                update.setString(2, plan.toString());
                update.setString(3, name);
                update.setTimestamp(4, Timestamp.from(from));
                return update.executeUpdate() == 1;
            }
        }

        void look() {
            Instant due = next;
            Instant now = JdbcJobs.now();
            if (due != null
                    && (!due.isAfter(now) || plan.isBeyond(due, now))
                    && duty.isMine()
                    && plugins.isReady(plugin)
                    && running.compareAndSet(false, true)) {
                workers.execute(() -> {
                    try {
                        if (due.isAfter(now)) {
                            reckonAnew(due, now);
                        } else {
                            run(due);
                        }
                    } finally {
                        running.set(false);
                    }
                });
            }
        }

        private void reckonAnew(Instant due, Instant now) {
            try {
                Instant then = plan.next(now, now);
                next = schema.call(connection -> move(connection, due, then)) ? then : load();
                LOG.info("The clock was set back: {} runs next at {}", name, then);
            } catch (RuntimeException e) {
                LOG.warn("The next time of {} could not be written; it is tried again at once", name, e);
            }
        }

        private void run(Instant due) {
            Instant now = JdbcJobs.now();
            Instant then = plan.next(due, now);
            CallContext context = new CallContext(Caller.SERVER, "schedule", "schedule-" + due, Locale.ENGLISH, now);
            try {
                boolean ran = work.run(plugin, context, false, (unit, transaction) -> {
                    try {
                        if (!move(transaction.connection(), due, then)) {
                            return false;
                        }
                    } catch (SQLException e) {
                        throw new IllegalStateException("The next time could not be written", e);
                    }
                    service.run(due, unit);
                    return true;
                });
                next = ran ? then : load();
            } catch (Throwable e) {
                LOG.warn("{} failed for {}; it runs again at {}", name, due, then, e);
                try {
                    schema.call(connection -> move(connection, due, then));
                    next = then;
                } catch (RuntimeException lost) {
                    LOG.warn("The next time of {} could not be written; it is tried again at once", name, lost);
                }
            }
        }

        void close() {
            duty.close();
            long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(10);
            while (running.get() && System.nanoTime() < end) {
                try {
                    Thread.sleep(5);
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                    return;
                }
            }
        }
    }

    @Activate
    public ScheduleRunner(
            @Reference Schema schema,
            @Reference PluginWork work,
            @Reference Plugins plugins,
            @Reference Duties duties) {
        this.schema = schema;
        this.work = work;
        this.plugins = plugins;
        this.duties = duties;
        schema.ensure(SCHEDULES);
        clock.scheduleWithFixedDelay(
                () -> entries.forEach(Entry::look), LOOK_MILLIS, LOOK_MILLIS, TimeUnit.MILLISECONDS);
    }

    @Reference(cardinality = ReferenceCardinality.MULTIPLE, policy = ReferencePolicy.DYNAMIC)
    void bindScheduled(Scheduled service, ServiceReference<Scheduled> reference) {
        String plugin = Plugins.nameOf(reference.getBundle());
        String component = String.valueOf(reference.getProperty("component.name"));
        try {
            if (plugin == null) {
                throw new IllegalArgumentException("it must be of a plugin's bundle");
            }
            String name = plugin + "." + component.substring(component.lastIndexOf('.') + 1);
            Entry entry = new Entry(service, plugin, name, Plan.of(reference));
            entry.duty = duties.apply("schedule." + name, entry::assigned);
            entries.add(entry);
        } catch (IllegalArgumentException e) {
            LOG.error("{} of {} is not run: {}", component, reference.getBundle(), e.getMessage());
        }
    }

    void unbindScheduled(Scheduled service) {
        for (Entry entry : entries) {
            if (entry.service == service) {
                entries.remove(entry);
                entry.close();
            }
        }
    }

    @Deactivate
    void stop() {
        clock.shutdownNow();
        entries.forEach(Entry::close);
        workers.shutdownNow();
    }
}
