/* Copyright the Guildhall authors. SPDX-License-Identifier: Apache-2.0 */
package org.guildhall.plugins.internal;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.guildhall.api.platform.ChoiceList;
import org.guildhall.api.platform.PersistenceUnits;
import org.guildhall.api.platform.PluginCalls;
import org.guildhall.api.platform.PluginData;
import org.guildhall.api.platform.PluginModel;
import org.guildhall.api.platform.Plugins;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.BundleEvent;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.osgi.util.tracker.BundleTrackerCustomizer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Hosts the plugins that bundles declare. What a plugin needs is done by a thread of its own, one plugin after the other,
 * so that whoever starts a bundle does not wait; that it leaves is done by whoever stops it, who waits for the calls in
 * flight.
 */
@Component(service = {Plugins.class, PluginExtender.class})
public final class PluginExtender implements Plugins, BundleTrackerCustomizer<HostedPlugin> {
    private static final Logger LOG = LoggerFactory.getLogger(PluginExtender.class);
    /** A bundle that is replaced goes on within this. */
    private static final long STAYS_MILLIS = 2_000;
    /** How soon it is seen that a plugin was put into quarantine, or let out. */
    private static final long LOOK_MILLIS = 2_000;

    private final HostedPlugin.Host host;
    private final Map<Long, HostedPlugin> plugins = new ConcurrentHashMap<>();
    /** Why files of the deploy folder are taken for nothing, by their names. */
    private final Map<String, String> refused = new ConcurrentHashMap<>();

    private volatile Map<String, Instant> quarantined = Map.of();
    private final ScheduledExecutorService thread =
            Executors.newSingleThreadScheduledExecutor(task -> new Thread(task, "guildhall-plugins"));

    @Activate
    public PluginExtender(
            @Reference PersistenceUnits units,
            @Reference PluginGates gates,
            @Reference AddedChoices addedChoices,
            @Reference Grants grants,
            @Reference BundleComponents components,
            @Reference PluginData data,
            BundleContext context) {
        this.host = new HostedPlugin.Host(units, gates, addedChoices, grants, components, data, context);
        look();
        thread.scheduleWithFixedDelay(this::lookAgain, LOOK_MILLIS, LOOK_MILLIS, TimeUnit.MILLISECONDS);
    }

    /** Sees which plugins are in quarantine. */
    private void look() {
        quarantined = host.data().quarantined();
        for (HostedPlugin plugin : plugins.values()) {
            if (plugin.follow(quarantined.get(plugin.name()))) {
                serve(plugin);
            }
        }
    }

    private void lookAgain() {
        try {
            look();
        } catch (RuntimeException e) {
            // While the database is lost, what was known holds.
            LOG.debug("Whether plugins are in quarantine is not known", e);
        }
    }

    @Override
    public HostedPlugin addingBundle(Bundle bundle, BundleEvent event) {
        String name = Plugins.nameOf(bundle);
        if (name == null || TrialBundle.is(bundle)) {
            return null;
        }
        HostedPlugin plugin = new HostedPlugin(name, bundle, host);
        plugins.put(bundle.getBundleId(), plugin);
        plugin.look();
        if (plugin.isStarted() && plugin.state() != State.FAILED) {
            serve(plugin);
        }
        return plugin;
    }

    private void serve(HostedPlugin plugin) {
        plugin.begin();
        later(() -> plugin.serve(List.copyOf(plugins.values())), 0);
    }

    @Override
    public void modifiedBundle(Bundle bundle, BundleEvent event, HostedPlugin plugin) {
        switch (event == null ? 0 : event.getType()) {
            case BundleEvent.STARTING -> plugin.starting();
            case BundleEvent.STARTED -> serve(plugin);
            case BundleEvent.STOPPING -> plugin.stopping();
            case BundleEvent.STOPPED -> later(() -> plugin.stay(State.STOPPED), STAYS_MILLIS);
            case BundleEvent.UPDATED -> {
                String before = plugin.name();
                plugin.replaced();
                plugin.look();
                if (!plugin.name().equals(before)) {
                    left(before);
                }
                later(() -> plugin.stay(State.WAITING), PluginCalls.PATIENCE_MILLIS);
            }
            default -> {
                // Nothing of a plugin's life.
            }
        }
    }

    @Override
    public void removedBundle(Bundle bundle, BundleEvent event, HostedPlugin plugin) {
        plugin.leave();
        plugin.gone();
        plugins.remove(bundle.getBundleId());
        left(plugin.name());
    }

    /** Others may have waited for what a plugin had that is gone: its name, and the plurals of its types. */
    private void left(String name) {
        plugins.values().stream()
                .filter(other -> other.name().equals(name) && other.state() == State.FAILED && other.isStarted())
                .forEach(this::serve);
        later(() -> plugins.values().forEach(other -> other.takePlurals(name, List.copyOf(plugins.values()))), 0);
    }

    private void later(Runnable task, long millis) {
        if (!thread.isShutdown()) {
            thread.schedule(
                    () -> {
                        try {
                            task.run();
                        } catch (RuntimeException | LinkageError e) {
                            LOG.error("A plugin could not be brought on", e);
                        }
                    },
                    millis,
                    TimeUnit.MILLISECONDS);
        }
    }

    @Deactivate
    void stop() {
        thread.shutdown();
    }

    @Override
    public List<Status> all() {
        List<Status> all = new ArrayList<>();
        plugins.values().forEach(plugin -> all.add(plugin.status()));
        quarantined.forEach((name, since) -> {
            if (all.stream().noneMatch(one -> one.name().equals(name))) {
                String reason = HostedPlugin.inQuarantine(name, since);
                all.add(new Status(name, "", "", 0, State.STOPPED, reason, List.of(), List.of(), List.of()));
            }
        });
        refused.forEach((file, mistake) ->
                all.add(new Status(file, "", "", 0, State.FAILED, mistake, List.of(), List.of(), List.of())));
        all.sort(Comparator.comparing(Status::name));
        return all;
    }

    void refuse(String file, String mistake) {
        if (!mistake.equals(refused.put(file, mistake))) {
            LOG.error("{} in the deploy folder is no plugin: {}", file, mistake);
        }
    }

    void forget(String file) {
        refused.remove(file);
    }

    @Override
    public boolean isReady(String plugin) {
        return plugins.values().stream()
                .anyMatch(one -> one.state() == State.READY && one.name().equals(plugin));
    }

    @Override
    public boolean settled() {
        return plugins.values().stream().noneMatch(plugin -> plugin.state() == State.MIGRATING);
    }

    @Override
    public Plan plan(InputStream jar) {
        byte[] content = read(jar);
        return TrialBundle.with(host.context(), new ByteArrayInputStream(content), bundle -> {
            String name = Plugins.nameOf(bundle);
            if (name == null) {
                throw new IllegalArgumentException("The jar declares no plugin: no package is @GuildhallPlugin.");
            }
            try {
                return plan(name, bundle, host.components().untrusted(content));
            } catch (IllegalArgumentException e) {
                String places = new JarFiles(bundle).places(name, e.getMessage());
                throw places.isEmpty() ? e : new IllegalArgumentException(e.getMessage() + places, e);
            }
        });
    }

    private static byte[] read(InputStream jar) {
        try {
            return jar.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Plan plan(String name, Bundle bundle, String refusal) {
        PluginModel model = PluginReader.read(name, bundle);
        List<PluginModel.Use> granted = host.grants().of(name, model.uses());
        return new Plan(
                name,
                bundle.getVersion().toString(),
                model.schema(),
                all().stream()
                        .filter(one -> one.name().equals(name))
                        .findFirst()
                        .orElse(null),
                refusal,
                TypeChanges.between(name, host.units().stored(), model.types()),
                model.uses().stream().filter(use -> !granted.contains(use)).toList(),
                host.units().preview(model, bundle));
    }

    @Override
    public void grant(String plugin) {
        Status status = all().stream()
                .filter(one -> one.name().equals(plugin) && one.schema() > 0)
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException(
                        "There is no plugin " + plugin + " that is served: see guildhall:plugins."));
        if (status.uses().isEmpty()) {
            throw new IllegalArgumentException("The plugin " + plugin + " uses no type of another plugin.");
        }
        host.grants().grant(plugin, status.uses());
    }

    @Override
    public void revoke(String plugin) {
        host.grants().revoke(plugin);
    }

    @Override
    public PluginData.Held held(String plugin) {
        return host.data().held(plugin);
    }

    @Override
    public void quarantine(String plugin) {
        if (PLATFORM.contains(plugin)) {
            throw new IllegalArgumentException("The plugin " + plugin + " is a part of the platform, and stays.");
        }
        host.data().quarantine(plugin);
        look();
    }

    @Override
    public void release(String plugin) {
        host.data().release(plugin);
        look();
    }

    @Override
    public void purge(String plugin) {
        plugins.values().stream()
                .filter(one -> one.name().equals(plugin))
                .map(HostedPlugin::status)
                .findFirst()
                .ifPresent(status -> {
                    throw new IllegalArgumentException("The bundle " + status.bundle() + " " + status.version()
                            + " of the plugin " + plugin + " is installed, and would be served anew with empty tables:"
                            + " delete its jar first.");
                });
        host.data().purge(plugin);
        look();
    }

    @Override
    public void addChoice(String list, ChoiceList.Option choice) {
        HostedPlugin plugin = plugins.values().stream()
                .filter(one -> one.offers(list))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException(
                        "There is no list " + list + " of a plugin that is ready: see guildhall:choices."));
        plugin.addChoice(list, choice);
    }
}
