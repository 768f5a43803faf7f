/* Copyright the Guildhall authors. SPDX-License-Identifier: Apache-2.0 */
package org.guildhall.journal.internal;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.guildhall.api.ForRecord;
import org.guildhall.api.Problem;
import org.guildhall.api.RecordListener;
import org.guildhall.api.platform.Duties;
import org.guildhall.api.platform.EventLog;
import org.guildhall.api.platform.PluginWork;
import org.guildhall.api.platform.Plugins;
import org.guildhall.api.platform.Schema;
import org.guildhall.api.platform.Subscribers;
import org.guildhall.journal.internal.ListenerSubscription.Listener;
import org.guildhall.journal.internal.SubscriberTable.Failures;
import org.osgi.framework.ServiceReference;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Tells the listeners of plugins of events, each as long as it is here. */
@Component(immediate = true)
public final class Relay implements Subscribers {
    private static final Logger LOG = LoggerFactory.getLogger(Relay.class);
    private static final long TICK_MILLIS = 1_000;

    private final EventLog log;
    private final Schema schema;
    private final PluginWork work;
    private final Plugins plugins;
    private final Duties duties;
    private final SubscriberTable table;
    private final List<ListenerSubscription> subscriptions = new CopyOnWriteArrayList<>();
    private final ExecutorService executor =
            Executors.newCachedThreadPool(task -> new Thread(task, "guildhall-listener"));
    private final ScheduledExecutorService ticks =
            Executors.newSingleThreadScheduledExecutor(task -> new Thread(task, "guildhall-relay"));
    private final EventLog.Subscription signals;

    @Activate
    public Relay(
            @Reference EventLog log,
            @Reference Schema schema,
            @Reference PluginWork work,
            @Reference Plugins plugins,
            @Reference Duties duties) {
        this.log = log;
        this.schema = schema;
        this.work = work;
        this.plugins = plugins;
        this.duties = duties;
        this.table = new SubscriberTable(schema);
        this.signals = log.subscribe(this::signal);
        ticks.scheduleWithFixedDelay(this::signal, TICK_MILLIS, TICK_MILLIS, TimeUnit.MILLISECONDS);
    }

    private void signal() {
        subscriptions.forEach(ListenerSubscription::signal);
    }

    @Reference(cardinality = ReferenceCardinality.MULTIPLE, policy = ReferencePolicy.DYNAMIC)
    void bindListener(RecordListener listener, ServiceReference<RecordListener> reference) {
        Object type = reference.getProperty(ForRecord.PROPERTY);
        String plugin = Plugins.nameOf(reference.getBundle());
        if (!(type instanceof String recordType) || plugin == null) {
            LOG.error(
                    "{} of {} hears nothing: it must be of a plugin's bundle and say by @ForRecord for which type it is",
                    listener.getClass().getName(),
                    reference.getBundle());
            return;
        }
        String name = plugin + "." + name(listener, reference);
        ListenerSubscription subscription =
                new ListenerSubscription(new Listener(name, plugin, recordType, listener), this);
        try {
            subscription.start();
            subscriptions.add(subscription);
        } catch (RuntimeException e) {
            LOG.error("{} hears nothing", name, e);
        }
    }

    /** A component keeps its name when its class gets another. */
    private static String name(RecordListener listener, ServiceReference<RecordListener> reference) {
        return reference.getProperty("component.name") instanceof String component
                ? component.substring(component.lastIndexOf('.') + 1)
                : listener.getClass().getSimpleName();
    }

    void unbindListener(RecordListener listener) {
        for (ListenerSubscription subscription : subscriptions) {
            if (subscription.listener().service() == listener) {
                subscriptions.remove(subscription);
                close(subscription);
            }
        }
    }

    private static void close(ListenerSubscription subscription) {
        try {
            subscription.close();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    EventLog log() {
        return log;
    }

    Schema schema() {
        return schema;
    }

    PluginWork work() {
        return work;
    }

    Duties duties() {
        return duties;
    }

    SubscriberTable table() {
        return table;
    }

    boolean isReady(String plugin) {
        return plugins.isReady(plugin);
    }

    void execute(Runnable task) {
        try {
            executor.execute(task);
        } catch (RejectedExecutionException e) {
            LOG.debug("The server stops", e);
        }
    }

    @Override
    public List<Status> all() {
        Map<String, String> servers = new HashMap<>();
        duties.all().forEach(duty -> servers.put(duty.duty(), duty.server()));
        Map<String, Failures> failures = table.failures();
        return table.all().stream()
                .map(row -> {
                    Failures failed = failures.getOrDefault(row.name(), Failures.NONE);
                    return new Status(
                            row.name(),
                            subscriptions.stream()
                                    .anyMatch(one -> one.listener().name().equals(row.name())),
                            servers.get(ListenerSubscription.duty(row.name())),
                            row.cursor(),
                            log.behind(row.cursor()),
                            failed.events(),
                            row.skipped(),
                            failed.error());
                })
                .toList();
    }

    @Override
    public int retry(String subscriber) {
        require(subscriber);
        int failed = table.retry(subscriber);
        duties.reassign(ListenerSubscription.duty(subscriber));
        return failed;
    }

    @Override
    public int skip(String subscriber) {
        require(subscriber);
        int failed = table.giveUp(subscriber, 0, Long.MAX_VALUE);
        duties.reassign(ListenerSubscription.duty(subscriber));
        return failed;
    }

    @Override
    public void forget(String subscriber) {
        require(subscriber);
        if (duties.all().stream().anyMatch(duty -> duty.duty().equals(ListenerSubscription.duty(subscriber)))) {
            throw Problem.of(Problem.Kind.CONFLICT, "subscriber.present", subscriber);
        }
        table.forget(subscriber);
    }

    private void require(String subscriber) {
        if (table.find(subscriber).isEmpty()) {
            throw Problem.of(Problem.Kind.NOT_FOUND, "subscriber.not-found", subscriber);
        }
    }

    @Deactivate
    void stop() {
        signals.close();
        ticks.shutdown();
        subscriptions.forEach(Relay::close);
        executor.shutdown();
    }
}
