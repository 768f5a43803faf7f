/* Copyright the Guildhall authors. SPDX-License-Identifier: Apache-2.0 */
package org.guildhall.plugins.internal;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Hashtable;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.guildhall.api.platform.ChoiceList;
import org.guildhall.api.platform.PersistenceUnits;
import org.guildhall.api.platform.PluginData;
import org.guildhall.api.platform.PluginModel;
import org.guildhall.api.platform.Plugins;
import org.guildhall.api.platform.Plugins.State;
import org.guildhall.api.platform.Plugins.Status;
import org.guildhall.api.platform.RecordPart;
import org.guildhall.api.platform.RecordType;
import org.guildhall.api.platform.RoleOffer;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.ServiceRegistration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A bundle that declares a plugin, from its installation to its end. */
final class HostedPlugin {
    private static final Logger LOG = LoggerFactory.getLogger(HostedPlugin.class);

    private final Bundle bundle;
    private final Host host;
    private final Map<RecordType, ServiceRegistration<RecordType>> published = new LinkedHashMap<>();
    private final List<ServiceRegistration<RoleOffer>> offers = new ArrayList<>();
    private volatile String name;
    private PersistenceUnits.Unit unit;
    private volatile PluginModel model;
    private volatile State state = State.WAITING;
    private volatile String reason = "";
    private boolean aside;
    /** Plurals that another plugin's types have already, each with that type. */
    private volatile Map<String, String> takenPlurals = Map.of();

    /** What plugins are hosted with. */
    record Host(
            PersistenceUnits units,
            PluginGates gates,
            AddedChoices addedChoices,
            Grants grants,
            BundleComponents components,
            PluginData data,
            BundleContext context) {}

    HostedPlugin(String name, Bundle bundle, Host host) {
        this.name = name;
        this.bundle = bundle;
        this.host = host;
    }

    /** It has been installed, or replaced: it fails where nothing of it must be started. */
    synchronized void look() {
        String untrusted = host.components().untrusted(bundle);
        if (!untrusted.isEmpty()) {
            fail(new IllegalArgumentException(untrusted));
        }
    }

    /** Its bundle is being started, which may fail. */
    void starting() {
        state = State.WAITING;
    }

    /** Its bundle was started: it is served as soon as it can be. */
    void begin() {
        state = State.MIGRATING;
        reason = "";
        aside = false;
    }

    /** Serves it, unless its bundle was stopped meanwhile. */
    synchronized void serve(List<HostedPlugin> others) {
        if (state != State.MIGRATING) {
            return;
        }
        try {
            Instant since = host.data().quarantined().get(name);
            if (since != null) {
                state = State.FAILED;
                follow(since);
                return;
            }
            for (HostedPlugin other : others) {
                if (other != this && other.name().equals(name) && other.state == State.READY) {
                    throw new IllegalArgumentException(
                            "The plugin is here already, as the bundle " + other.bundle.getSymbolicName() + " "
                                    + other.bundle.getVersion() + ": remove one of both.");
                }
            }
            open(others);
        } catch (RuntimeException | LinkageError e) {
            fail(e);
        }
    }

    static String inQuarantine(String name, Instant since) {
        return "It is in quarantine since " + since.truncatedTo(ChronoUnit.SECONDS) + ": guildhall:remove --restore "
                + name + " lets it out, --purge deletes its data.";
    }

    /**
     * Leaves when it is in quarantine.
     *
     * @param since since when it is there; null when it is not
     * @return whether it was there, and is to be served again
     */
    synchronized boolean follow(Instant since) {
        if (since == null) {
            boolean back = aside;
            aside = false;
            if (back) {
                reason = "";
                look();
            }
            return back && bundle.getState() == Bundle.ACTIVE;
        }
        if (state == State.READY || state == State.FAILED) {
            leave();
            aside = true;
            reason = inQuarantine(name, since);
            host.gates().settle(name);
        }
        return false;
    }

    private void open(List<HostedPlugin> others) {
        long began = System.nanoTime();
        model = PluginReader.read(name, bundle);
        long read = System.nanoTime();
        unit = host.units().open(model, bundle);
        // Its rules hold before its records answer.
        host.components().await(bundle);
        long opened = System.nanoTime();
        look(others);
        for (RecordType type : model.types()) {
            publish(withAddedChoices(type));
        }
        model.roles().forEach(role -> offers.add(host.context().registerService(RoleOffer.class, role, null)));
        state = State.READY;
        host.gates().settle(name);
        LOG.info(
                "Plugin {} {} is ready: read in {} ms, opened in {} ms, published in {} ms: {}",
                name,
                bundle.getVersion(),
                TimeUnit.NANOSECONDS.toMillis(read - began),
                TimeUnit.NANOSECONDS.toMillis(opened - read),
                TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - opened),
                model.types());
    }

    /** What its author should know, beside those who are served. */
    private void look(List<HostedPlugin> others) {
        takenPlurals = others.stream()
                .filter(other -> other != this && other.state == State.READY)
                .flatMap(other ->
                        other.model.types().stream().filter(type -> !other.takenPlurals.containsKey(type.plural())))
                .collect(Collectors.toUnmodifiableMap(RecordType::plural, RecordType::name, (one, another) -> one));
        Stream<String> taken = model.types().stream()
                .filter(type -> takenPlurals.containsKey(type.plural()))
                .map(type -> "The record " + type.name() + " is served by its name alone, because "
                        + takenPlurals.get(type.plural()) + " has the plural " + type.plural()
                        + " already: give it another with @CrmRecord(plural = ...).");
        String told = Stream.concat(unit.notices().stream(), taken).collect(Collectors.joining(" "));
        reason = told + new JarFiles(bundle).places(name, told);
    }

    /** Another plugin is gone: the plurals that it had are this one's, if it wants them. */
    synchronized void takePlurals(String gone, List<HostedPlugin> others) {
        Map<String, String> former = takenPlurals;
        if (state != State.READY
                || model.types().stream().noneMatch(type -> former.getOrDefault(type.plural(), "")
                        .startsWith(gone + "."))) {
            return;
        }
        look(others);
        for (RecordType type : List.copyOf(published.keySet())) {
            if (former.containsKey(type.plural()) && !takenPlurals.containsKey(type.plural())) {
                publish(withAddedChoices(type));
                published.remove(type).unregister();
            }
        }
    }

    private void publish(RecordType type) {
        Hashtable<String, Object> properties = new Hashtable<>();
        properties.put(RecordType.NAME, type.name());
        properties.put(RecordType.PLURAL, type.plural());
        published.put(type, host.context().registerService(RecordType.class, type, properties));
    }

    private RecordType withAddedChoices(RecordType type) {
        RecordType.Builder more = type.edit();
        type.choiceLists()
                .forEach(list -> more.choices(list.with(host.addedChoices().of(list.name()))));
        more.parts(type.parts().stream()
                .map(part -> new RecordPart(part.name(), withAddedChoices(part.type()), part.nested(), part.max()))
                .toList());
        return more.build();
    }

    private void fail(Throwable failure) {
        withdraw();
        reason = failure.getMessage() == null ? failure.getClass().getSimpleName() : failure.getMessage();
        reason += new JarFiles(bundle).places(name, reason);
        state = State.FAILED;
        host.gates().settle(name);
        if (failure instanceof IllegalArgumentException && failure.getCause() == null) {
            // A sentence for the author; where it was found says nothing more.
            LOG.error("Plugin {} failed: {}", name, reason);
        } else {
            LOG.error("Plugin {} failed: {}", name, reason, failure);
        }
    }

    /** Its bundle is being stopped, perhaps before it was started; whoever installed it, such as a feature, may not say so. */
    synchronized void stopping() {
        if (state == State.WAITING) {
            fail(new IllegalArgumentException(
                    "Its bundle can't be started, because its activator failed; the log says how."));
        } else {
            leave();
        }
    }

    /** It leaves: it goes when the calls in flight have ended. */
    synchronized void leave() {
        if (state == State.READY) {
            state = State.DRAINING;
            host.gates().leave(name);
            withdraw();
            LOG.info("Plugin {} {} has left", name, bundle.getVersion());
        }
        state = State.STOPPED;
        reason = "";
    }

    /** Its bundle has other content, and may declare another plugin. */
    synchronized void replaced() {
        String declared = Plugins.nameOf(bundle);
        if (declared != null && !declared.equals(name)) {
            host.gates().settle(name);
            name = declared;
        }
        model = null;
        state = State.WAITING;
    }

    /** It was stopped, and is neither started again nor replaced: nobody waits for it any longer. */
    synchronized void stay(State stopped) {
        if (state == stopped) {
            host.gates().settle(name);
        }
    }

    void gone() {
        host.gates().settle(name);
    }

    private void withdraw() {
        published.values().forEach(ServiceRegistration::unregister);
        published.clear();
        offers.forEach(ServiceRegistration::unregister);
        offers.clear();
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
        host.addedChoices().add(list, choice);
        for (RecordType type : changed) {
            publish(withAddedChoices(type));
            published.remove(type).unregister();
        }
    }

    private static void check(ChoiceList list, ChoiceList.Option choice) {
        if (!choice.name().matches(RecordType.GRAMMAR)) {
            throw new IllegalArgumentException("A choice's name must be a small letter followed by at most 40 letters"
                    + " and digits, and is \"" + choice.name() + "\".");
        }
        if (list.choice(choice.name()).isPresent()) {
            throw new IllegalArgumentException(list.name() + " has the choice " + choice.name() + " already.");
        }
        if (list.categories().isEmpty()
                ? choice.category() != null
                : !list.categories().contains(choice.category())) {
            throw new IllegalArgumentException(
                    "The choice must have one of the categories of " + list.name() + ": " + list.categories() + ".");
        }
    }

    String name() {
        return name;
    }

    boolean isStarted() {
        return bundle.getState() == Bundle.ACTIVE;
    }

    State state() {
        return state;
    }

    Status status() {
        PluginModel declared = model;
        return new Status(
                name,
                bundle.getSymbolicName(),
                bundle.getVersion().toString(),
                declared == null ? 0 : declared.schema(),
                state,
                state == State.WAITING ? host.components().missing(bundle) : reason,
                declared == null
                        ? List.of()
                        : declared.types().stream().map(RecordType::name).toList(),
                declared == null ? List.of() : declared.uses(),
                declared == null ? List.of() : host.grants().of(name, declared.uses()));
    }
}
