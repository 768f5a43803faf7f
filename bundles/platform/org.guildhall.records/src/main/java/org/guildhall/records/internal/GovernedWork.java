/* Copyright the Guildhall authors. SPDX-License-Identifier: Apache-2.0 */
package org.guildhall.records.internal;

import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.guildhall.api.CallContext;
import org.guildhall.api.Ids;
import org.guildhall.api.JsonObject;
import org.guildhall.api.Page;
import org.guildhall.api.Problem;
import org.guildhall.api.Query;
import org.guildhall.api.Ref;
import org.guildhall.api.Values;
import org.guildhall.api.Verb;
import org.guildhall.api.platform.PlatformWork;
import org.guildhall.api.platform.PluginModel;
import org.guildhall.api.platform.Plugins;
import org.guildhall.api.platform.RecordField;
import org.guildhall.api.platform.RecordField.Trait;
import org.guildhall.api.platform.RecordPart;
import org.guildhall.api.platform.RecordType;
import org.guildhall.api.platform.Transaction;
import org.guildhall.api.platform.TypeAccess;
import org.guildhall.api.platform.Visibility;

/** What a plugin's code does, through the same pipeline as every other change. */
final class GovernedWork implements PlatformWork {
    private final Pipeline pipeline;
    private final Transaction transaction;
    private final String plugin;
    private final boolean forCaller;
    private final List<Owned<?>> owned = new ArrayList<>();

    /** An entity that was handed out, and the record as it was. */
    private record Owned<T>(RecordType type, T entity, Values before) {}

    /** @param forCaller whether it may only do what the caller may, too */
    GovernedWork(Pipeline pipeline, Transaction transaction, String plugin, boolean forCaller) {
        this.pipeline = pipeline;
        this.transaction = transaction;
        this.plugin = plugin;
        this.forCaller = forCaller;
    }

    @Override
    public CallContext context() {
        return transaction.context();
    }

    @Override
    public Transaction transaction() {
        if (!Plugins.PLATFORM.contains(plugin)) {
            throw new IllegalStateException("The transaction is for the platform's own plugins alone.");
        }
        return transaction;
    }

    @Override
    public <T> T own(Class<T> entity, long id) {
        RecordType type = type(transaction.typeOf(entity));
        if (!type.plugin().equals(plugin)) {
            throw forbidden(List.of(), type);
        }
        Values before = pipeline.locked(transaction, type, granted(type), Verb.UPDATE, id, 0);
        T found = transaction.entity(type, entity, id);
        if (owned.stream().noneMatch(one -> one.entity() == found)) {
            owned.add(new Owned<>(type, found, before));
        }
        return found;
    }

    /** Brings what was changed in entities through the pipeline; called when the plugin's code has run. */
    void finish() {
        for (Owned<?> one : owned) {
            Values now = transaction.entityValues(one.type(), one.entity());
            Values.Builder fields = Values.builder();
            for (RecordField field : one.type().fields()) {
                if (!field.is(Trait.PLATFORM)) {
                    fields.put(field.name(), now.get(field.name()));
                }
            }
            Values changes = Pipeline.different(one.before(), fields.build());
            if (!changes.names().isEmpty()) {
                RecordCheck.ofChange(one.type(), Reach.EVERYTHING, changes, one.before());
                // What the store has flushed meanwhile counts as a version of its own.
                Values before = Pipeline.merged(one.before(), Values.of("version", now.get("version")));
                pipeline.change(transaction, one.type(), before, changes);
            }
        }
        owned.clear();
    }

    @Override
    public Values read(String name, long id) {
        return find(name, id).orElseThrow(() -> Problem.notFound(name, Ids.format(id)));
    }

    @Override
    public Optional<Values> find(String name, long id) {
        RecordType type = type(name);
        TypeAccess granted = granted(type);
        Reach.require(granted, type, Verb.READ);
        return transaction
                .find(type, id, granted.visibility(Verb.READ))
                .map(record -> Mask.of(type, granted.hidden(), record));
    }

    @Override
    public Page query(String name, Query query) {
        RecordType type = type(name);
        return pipeline.queries().page(context(), type, granted(type), query, transaction);
    }

    @Override
    public void lock(String name, long id) {
        RecordType type = type(name);
        TypeAccess granted = granted(type);
        Reach.require(granted, type, Verb.READ);
        transaction.lock(type, id);
        Reach.record(transaction, type, granted, Verb.READ, id);
    }

    @Override
    public Values create(String name, Values values) {
        RecordType type = type(name);
        TypeAccess granted = granted(type);
        Pipeline.Draft draft = pipeline.numbered(type, pipeline.draft(type, granted, values), transaction);
        return Mask.of(type, granted.hidden(), pipeline.create(transaction, type, granted, draft));
    }

    @Override
    public Values update(String name, long id, Values changes) {
        RecordType type = type(name);
        TypeAccess granted = granted(type);
        return Mask.of(type, granted.hidden(), pipeline.update(transaction, type, granted, id, 0, changes));
    }

    @Override
    public void delete(String name, long id) {
        RecordType type = type(name);
        pipeline.delete(
                transaction, type, granted(type), id, 0, pipeline.types().all());
    }

    @Override
    public void emit(String event, Ref on) {
        RecordType type = type(on.type());
        if (!type.plugin().equals(plugin) || !type.events().contains(event)) {
            throw new IllegalArgumentException(
                    "The type " + type + " declares no event " + event + ": add @Emits(\"" + event + "\") to it.");
        }
        Values record = transaction
                .find(type, on.id(), Visibility.EVERYTHING)
                .orElseThrow(() -> Problem.notFound(type.name(), Ids.format(on.id())));
        pipeline.emit(transaction, type, record, event);
    }

    @Override
    public long job(String name, JsonObject input) {
        return pipeline.jobs().begin(transaction, plugin, named(name), input);
    }

    @Override
    public void timer(String name, Ref on, Instant due) {
        pipeline.jobs().setTimer(transaction, plugin, named(name), on, due);
    }

    @Override
    public void cancelTimer(String name, Ref on) {
        pipeline.jobs().cancelTimer(transaction, plugin, named(name), on);
    }

    private static String named(String name) {
        if (!name.matches(RecordType.GRAMMAR)) {
            throw new IllegalArgumentException(
                    "The name " + name + " of a job or timer does not match " + RecordType.GRAMMAR + ".");
        }
        return name;
    }

    private RecordType type(String name) {
        return pipeline.types()
                .find(name)
                .orElseThrow(() -> Problem.of(Problem.Kind.NOT_FOUND, "type.not-found", name));
    }

    /** What both the plugin and, where it works for one, the caller may do. */
    private TypeAccess granted(RecordType type) {
        TypeAccess caller = forCaller ? pipeline.reach().of(context(), type) : Reach.EVERYTHING;
        return type.plugin().equals(plugin) ? caller : declared(type, caller);
    }

    /** Narrows access to what the plugin declares to use of another's type. */
    private TypeAccess declared(RecordType type, TypeAccess caller) {
        List<Plugins.Status> itself = pipeline.plugins().all().stream()
                .filter(status -> status.name().equals(plugin))
                .toList();
        PluginModel.Use use = use(itself, Plugins.Status::granted, type).orElseThrow(() -> forbidden(itself, type));
        Map<Verb, Visibility> verbs = new EnumMap<>(Verb.class);
        caller.verbs().forEach((verb, visibility) -> {
            if (use.verbs().contains(verb)) {
                verbs.put(verb, visibility);
            }
        });
        if (use.fields().isEmpty()) {
            return new TypeAccess(verbs, caller.hidden(), caller.readOnly());
        }
        Set<String> hidden = new HashSet<>(caller.hidden());
        type.fields().stream()
                .filter(field -> !field.is(Trait.PLATFORM) && !use.fields().contains(field.name()))
                .forEach(field -> hidden.add(field.name()));
        type.parts().stream()
                .map(RecordPart::name)
                .filter(part -> !use.fields().contains(part))
                .forEach(hidden::add);
        return new TypeAccess(verbs, hidden, caller.readOnly());
    }

    private static Optional<PluginModel.Use> use(
            List<Plugins.Status> plugin, Function<Plugins.Status, List<PluginModel.Use>> uses, RecordType type) {
        return plugin.stream()
                .flatMap(status -> uses.apply(status).stream())
                .filter(one -> one.type().equals(type.name()))
                .findFirst();
    }

    private Problem forbidden(List<Plugins.Status> itself, RecordType type) {
        boolean declared = use(itself, Plugins.Status::uses, type).isPresent();
        return Problem.of(
                Problem.Kind.FORBIDDEN, declared ? "plugin.not-granted" : "plugin.not-declared", plugin, type.name());
    }
}
