/* Copyright the Guildhall authors. SPDX-License-Identifier: Apache-2.0 */
package org.guildhall.metrics.internal;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MultiGauge;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.binder.jvm.ClassLoaderMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmGcMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmThreadMetrics;
import io.micrometer.core.instrument.binder.system.ProcessorMetrics;
import io.micrometer.core.instrument.binder.system.UptimeMetrics;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.guildhall.api.platform.DatabaseState;
import org.guildhall.api.platform.EventLog;
import org.guildhall.api.platform.Plugins;
import org.guildhall.api.platform.Subscribers;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The figures of this server. What the database is asked for is asked at most once in five seconds. */
@Component(service = ServerMeters.class)
public final class ServerMeters {
    private static final Logger LOG = LoggerFactory.getLogger(ServerMeters.class);
    private static final int MOST_WAITING = 10_000;
    private static final long FRESH_NANOS = TimeUnit.SECONDS.toNanos(5);
    private static final Duration[] BUCKETS = {
        Duration.ofMillis(5),
        Duration.ofMillis(10),
        Duration.ofMillis(25),
        Duration.ofMillis(50),
        Duration.ofMillis(100),
        Duration.ofMillis(250),
        Duration.ofMillis(500),
        Duration.ofSeconds(1),
        Duration.ofMillis(2_500),
        Duration.ofSeconds(5),
        Duration.ofSeconds(10)
    };

    private final PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    private final JvmGcMetrics collections = new JvmGcMetrics();
    private final Map<CallLabels, Timer> calls = new ConcurrentHashMap<>();
    private final DatabaseState database;
    private final EventLog events;
    private final Subscribers subscribers;
    private final Plugins plugins;
    private final MultiGauge pluginStates;
    private final MultiGauge behind;
    private final MultiGauge failed;
    private final MultiGauge skipped;
    private volatile double waiting = Double.NaN;
    private long refreshedAt = System.nanoTime() - FRESH_NANOS;

    @Activate
    public ServerMeters(
            @Reference DatabaseState database,
            @Reference EventLog events,
            @Reference Subscribers subscribers,
            @Reference Plugins plugins) {
        this.database = database;
        this.events = events;
        this.subscribers = subscribers;
        this.plugins = plugins;
        new JvmMemoryMetrics().bindTo(registry);
        new JvmThreadMetrics().bindTo(registry);
        new ClassLoaderMetrics().bindTo(registry);
        new ProcessorMetrics().bindTo(registry);
        new UptimeMetrics().bindTo(registry);
        collections.bindTo(registry);
        bindDatabase();
        Gauge.builder("guildhall.journal.last", events, EventLog::last)
                .description("The number of the last event")
                .register(registry);
        Gauge.builder("guildhall.journal.waiting", this, meters -> meters.waiting)
                .description("Committed changes that wait for their numbers, at most " + MOST_WAITING)
                .register(registry);
        pluginStates = MultiGauge.builder("guildhall.plugin.state")
                .description("1 for the state in which a plugin is")
                .register(registry);
        behind = MultiGauge.builder("guildhall.subscriber.behind")
                .description("Events that a subscriber has not been told of")
                .register(registry);
        failed = MultiGauge.builder("guildhall.subscriber.failed")
                .description("Events at which a subscriber failed, and which are tried again")
                .register(registry);
        skipped = MultiGauge.builder("guildhall.subscriber.skipped")
                .description("Events that were given up for a subscriber")
                .register(registry);
    }

    private void bindDatabase() {
        Gauge.builder("guildhall.database.up", database, state -> state.answers() ? 1 : 0)
                .description("1 while the database answers")
                .register(registry);
        Gauge.builder("guildhall.database.connections", database, state -> state.pool()
                        .active())
                .tag("state", "active")
                .description("Open connections of the pool")
                .register(registry);
        Gauge.builder("guildhall.database.connections", database, state -> state.pool()
                        .idle())
                .tag("state", "idle")
                .description("Open connections of the pool")
                .register(registry);
        Gauge.builder("guildhall.database.connections.most", database, state -> state.pool()
                        .most())
                .description("The most connections that the pool opens")
                .register(registry);
        Gauge.builder("guildhall.database.connections.awaited", database, state -> state.pool()
                        .waiting())
                .description("Calls that wait for a connection")
                .register(registry);
    }

    /** A call has been answered. */
    void answered(CallLabels labels, long nanos) {
        calls.computeIfAbsent(
                        labels,
                        absent -> Timer.builder("guildhall.http.requests")
                                .description("Calls of the doors, by method, class of the status and record type")
                                .tags("method", labels.method(), "status", labels.status(), "type", labels.type())
                                .serviceLevelObjectives(BUCKETS)
                                .register(registry))
                .record(nanos, TimeUnit.NANOSECONDS);
    }

    /** Every figure as text. */
    String text() {
        refresh();
        return registry.scrape();
    }

    private synchronized void refresh() {
        pluginStates.register(
                plugins.all().stream()
                        .<MultiGauge.Row<?>>map(plugin -> MultiGauge.Row.of(
                                Tags.of(
                                        "plugin",
                                        plugin.name(),
                                        "state",
                                        plugin.state().name().toLowerCase(java.util.Locale.ROOT)),
                                1))
                        .toList(),
                true);
        if (System.nanoTime() - refreshedAt < FRESH_NANOS) {
            return;
        }
        List<Subscribers.Status> all = List.of();
        waiting = Double.NaN;
        // Nobody waits for a database that is lost; its figures are missing then.
        if (database.answers()) {
            try {
                waiting = events.waiting(MOST_WAITING).changes();
                all = subscribers.all();
            } catch (RuntimeException e) {
                LOG.debug("The database did not answer", e);
            }
        }
        behind.register(rows(all, Subscribers.Status::behind), true);
        failed.register(rows(all, Subscribers.Status::failed), true);
        skipped.register(rows(all, Subscribers.Status::skipped), true);
        refreshedAt = System.nanoTime();
    }

    private static List<MultiGauge.Row<?>> rows(
            List<Subscribers.Status> all, java.util.function.ToDoubleFunction<Subscribers.Status> value) {
        return all.stream()
                .<MultiGauge.Row<?>>map(
                        one -> MultiGauge.Row.of(Tags.of("subscriber", one.name()), value.applyAsDouble(one)))
                .toList();
    }

    @Deactivate
    void close() {
        collections.close();
        registry.close();
    }
}
