/* Copyright the Guildhall authors. SPDX-License-Identifier: Apache-2.0 */
package org.guildhall.plugins.internal;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URL;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Hashtable;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.guildhall.api.GuildhallPlugin;
import org.guildhall.api.platform.Labels;
import org.guildhall.api.platform.PersistenceUnits;
import org.guildhall.api.platform.Plugins;
import org.guildhall.api.platform.RecordType;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.BundleEvent;
import org.osgi.framework.ServiceRegistration;
import org.osgi.framework.wiring.BundleCapability;
import org.osgi.framework.wiring.BundleRevision;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.osgi.util.tracker.BundleTracker;
import org.osgi.util.tracker.BundleTrackerCustomizer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Follows the bundles that declare a plugin: opens the unit and publishes the types of each, and takes them back. */
@Component
public final class PluginExtender implements Plugins, BundleTrackerCustomizer<PluginExtender.Plugin> {
    private static final Logger LOG = LoggerFactory.getLogger(PluginExtender.class);

    private final PersistenceUnits units;
    private final BundleContext context;
    private final Map<Long, Plugin> plugins = new ConcurrentHashMap<>();
    private final BundleTracker<Plugin> tracker;

    @Activate
    public PluginExtender(@Reference PersistenceUnits units, BundleContext context) {
        this.units = units;
        this.context = context;
        this.tracker = new BundleTracker<>(context, Bundle.ACTIVE, this);
        tracker.open();
    }

    @Override
    public Plugin addingBundle(Bundle bundle, BundleEvent event) {
        List<BundleCapability> declared =
                bundle.adapt(BundleRevision.class).getDeclaredCapabilities(GuildhallPlugin.NAMESPACE);
        if (declared.isEmpty()) {
            return null;
        }
        String name = String.valueOf(declared.get(0).getAttributes().get(GuildhallPlugin.NAMESPACE));
        Plugin plugin = new Plugin(name, bundle);
        plugins.put(bundle.getBundleId(), plugin);
        try {
            if (!name.matches("[a-z][A-Za-z0-9]{0,40}")) {
                throw new IllegalArgumentException("The plugin's name is \"" + name
                        + "\" and must be a small letter followed by at most 40 letters and digits.");
            }
            plugin.start();
        } catch (RuntimeException | LinkageError e) {
            plugin.state = State.FAILED;
            plugin.reason = e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
            LOG.error("Plugin {} failed: {}", name, plugin.reason, e);
        }
        return plugin;
    }

    @Override
    public void modifiedBundle(Bundle bundle, BundleEvent event, Plugin plugin) {
        // A bundle that is tracked in one state only is never modified.
    }

    @Override
    public void removedBundle(Bundle bundle, BundleEvent event, Plugin plugin) {
        plugin.stop();
        plugins.remove(bundle.getBundleId());
    }

    @Override
    public List<Status> all() {
        return plugins.values().stream()
                .map(Plugin::status)
                .sorted(Comparator.comparing(Status::name))
                .toList();
    }

    @Override
    public boolean settled() {
        return plugins.values().stream()
                .allMatch(plugin -> plugin.state == State.READY || plugin.state == State.FAILED);
    }

    /** The words of the jar's OSGI-INF/guildhall/labels.properties and its translations. */
    private static Labels labels(Bundle bundle) {
        return Labels.read(
                language -> {
                    URL file = bundle.getEntry("OSGI-INF/guildhall/labels"
                            + (language.equals("en") ? "" : "_" + language) + ".properties");
                    try {
                        return file == null ? null : file.openStream();
                    } catch (IOException e) {
                        throw new UncheckedIOException("The labels of the jar can't be read", e);
                    }
                },
                "en",
                "zh");
    }

    @Deactivate
    void close() {
        tracker.close();
    }

    /** One plugin's bundle. */
    final class Plugin {
        private final String name;
        private final Bundle bundle;
        private final List<ServiceRegistration<RecordType>> published = new ArrayList<>();
        private volatile PersistenceUnits.Unit unit;
        private volatile State state = State.MIGRATING;
        private volatile String reason = "";

        Plugin(String name, Bundle bundle) {
            this.name = name;
            this.bundle = bundle;
        }

        void start() {
            Labels labels = labels(bundle);
            unit = units.open(name, bundle);
            for (RecordType type : unit.types()) {
                Hashtable<String, Object> properties = new Hashtable<>();
                properties.put("guildhall.type", type.name());
                properties.put(RecordType.PLURAL, type.plural());
                published.add(context.registerService(RecordType.class, type.with(labels), properties));
            }
            state = State.READY;
            LOG.info("Plugin {} {} is ready: {}", name, bundle.getVersion(), unit.types());
        }

        void stop() {
            state = State.DRAINING;
            published.forEach(ServiceRegistration::unregister);
            published.clear();
            if (unit != null) {
                unit.close();
            }
            LOG.info("Plugin {} {} has left", name, bundle.getVersion());
        }

        Status status() {
            return new Status(
                    name,
                    bundle.getSymbolicName(),
                    bundle.getVersion().toString(),
                    state,
                    reason,
                    unit == null
                            ? List.of()
                            : unit.types().stream().map(RecordType::name).toList());
        }
    }
}
