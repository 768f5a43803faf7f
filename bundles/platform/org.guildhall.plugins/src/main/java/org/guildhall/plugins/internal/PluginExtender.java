/* Copyright the Guildhall authors. SPDX-License-Identifier: Apache-2.0 */
package org.guildhall.plugins.internal;

import java.io.InputStream;
import java.util.Comparator;
import java.util.Hashtable;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.guildhall.api.platform.ChoiceList;
import org.guildhall.api.platform.PersistenceUnits;
import org.guildhall.api.platform.PluginModel;
import org.guildhall.api.platform.Plugins;
import org.guildhall.api.platform.RecordPart;
import org.guildhall.api.platform.RecordType;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.BundleEvent;
import org.osgi.framework.ServiceRegistration;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.osgi.util.tracker.BundleTrackerCustomizer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** For the bundles that declare a plugin: opens the unit and publishes the types of each, and takes them back. */
@Component(service = {Plugins.class, PluginExtender.class})
public final class PluginExtender implements Plugins, BundleTrackerCustomizer<PluginExtender.Plugin> {
    private static final Logger LOG = LoggerFactory.getLogger(PluginExtender.class);

    private final PersistenceUnits units;
    private final AddedChoices addedChoices;
    private final BundleContext context;
    private final Map<Long, Plugin> plugins = new ConcurrentHashMap<>();

    @Activate
    public PluginExtender(
            @Reference PersistenceUnits units, @Reference AddedChoices addedChoices, BundleContext context) {
        this.units = units;
        this.addedChoices = addedChoices;
        this.context = context;
    }

    @Override
    public Plugin addingBundle(Bundle bundle, BundleEvent event) {
        String name = Plugins.nameOf(bundle);
        if (name == null) {
            return null;
        }
        Plugin plugin = new Plugin(name, bundle);
        plugins.put(bundle.getBundleId(), plugin);
        try {
            plugin.start();
        } catch (RuntimeException | LinkageError e) {
            plugin.fail(e);
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

    @Override
    public List<String> preview(InputStream jar) {
        return TrialBundle.with(context, jar, bundle -> {
            String name = Plugins.nameOf(bundle);
            if (name == null) {
                throw new IllegalArgumentException("The jar declares no plugin: no package is @GuildhallPlugin.");
            }
            return units.preview(PluginReader.read(name, bundle), bundle);
        });
    }

    @Override
    public void addChoice(String list, ChoiceList.Option choice) {
        Plugin plugin = plugins.values().stream()
                .filter(one -> one.offers(list))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException(
                        "There is no list " + list + " of a plugin that is ready: see guildhall:choices."));
        plugin.addChoice(list, choice);
    }

    /** One plugin's bundle. */
    final class Plugin {
        private final String name;
        private final Bundle bundle;
        private final Map<RecordType, ServiceRegistration<RecordType>> published = new LinkedHashMap<>();
        private PersistenceUnits.Unit unit;
        private volatile PluginModel model;
        private volatile State state = State.MIGRATING;
        private volatile String reason = "";

        Plugin(String name, Bundle bundle) {
            this.name = name;
            this.bundle = bundle;
        }

        synchronized void start() {
            long began = System.nanoTime();
            model = PluginReader.read(name, bundle);
            long read = System.nanoTime();
            unit = units.open(model, bundle);
            long opened = System.nanoTime();
            reason = String.join(" ", unit.notices());
            for (RecordType type : model.types()) {
                publish(withAddedChoices(type));
            }
            state = State.READY;
            LOG.info(
                    "Plugin {} {} is ready: read in {} ms, opened in {} ms, published in {} ms: {}",
                    name,
                    bundle.getVersion(),
                    (read - began) / 1_000_000,
                    (opened - read) / 1_000_000,
                    (System.nanoTime() - opened) / 1_000_000,
                    model.types());
        }

        private void publish(RecordType type) {
            Hashtable<String, Object> properties = new Hashtable<>();
            properties.put(RecordType.NAME, type.name());
            properties.put(RecordType.PLURAL, type.plural());
            published.put(type, context.registerService(RecordType.class, type, properties));
        }

        private RecordType withAddedChoices(RecordType type) {
            RecordType.Builder more = type.edit();
            type.choiceLists().forEach(list -> more.choices(list.with(addedChoices.of(list.name()))));
            more.parts(type.parts().stream()
                    .map(part -> new RecordPart(part.name(), withAddedChoices(part.type()), part.nested(), part.max()))
                    .toList());
            return more.build();
        }

        synchronized void fail(Throwable failure) {
            withdraw();
            reason = failure.getMessage() == null ? failure.getClass().getSimpleName() : failure.getMessage();
            state = State.FAILED;
            if (failure instanceof IllegalArgumentException && failure.getCause() == null) {
                // A sentence for the author; where it was found says nothing more.
                LOG.error("Plugin {} failed: {}", name, reason);
            } else {
                LOG.error("Plugin {} failed: {}", name, reason, failure);
            }
        }

        synchronized void stop() {
            state = State.DRAINING;
            withdraw();
            LOG.info("Plugin {} {} has left", name, bundle.getVersion());
        }

        private void withdraw() {
            published.values().forEach(ServiceRegistration::unregister);
            published.clear();
            if (unit != null) {
                unit.close();
                unit = null;
            }
        }

        boolean offers(String list) {
            return state == State.READY
                    && model.types().stream()
                            .flatMap(type -> type.choiceLists().stream())
                            .anyMatch(offered -> offered.name().equals(list));
        }

        /** The types with the new choice are published before those without it go: nobody finds them missing. */
        synchronized void addChoice(String list, ChoiceList.Option choice) {
            List<RecordType> changed = published.keySet().stream()
                    .filter(type -> type.choiceLists().stream()
                            .anyMatch(offered -> offered.name().equals(list)))
                    .toList();
            for (ChoiceList offered : changed.get(0).choiceLists()) {
                if (offered.name().equals(list)) {
                    check(offered, choice);
                }
            }
            addedChoices.add(list, choice);
            for (RecordType type : changed) {
                publish(withAddedChoices(type));
                published.remove(type).unregister();
            }
        }

        private static void check(ChoiceList list, ChoiceList.Option choice) {
            if (!choice.name().matches(RecordType.GRAMMAR)) {
                throw new IllegalArgumentException(
                        "A choice's name must be a small letter followed by at most 40 letters"
                                + " and digits, and is \"" + choice.name() + "\".");
            }
            if (list.choice(choice.name()).isPresent()) {
                throw new IllegalArgumentException(list.name() + " has the choice " + choice.name() + " already.");
            }
            if (list.categories().isEmpty()
                    ? choice.category() != null
                    : !list.categories().contains(choice.category())) {
                throw new IllegalArgumentException("The choice must have one of the categories of " + list.name() + ": "
                        + list.categories() + ".");
            }
        }

        Status status() {
            PluginModel declared = model;
            return new Status(
                    name,
                    bundle.getSymbolicName(),
                    bundle.getVersion().toString(),
                    declared == null ? 0 : declared.schema(),
                    state,
                    reason,
                    declared == null
                            ? List.of()
                            : declared.types().stream().map(RecordType::name).toList(),
                    declared == null ? List.of() : declared.uses());
        }
    }
}
