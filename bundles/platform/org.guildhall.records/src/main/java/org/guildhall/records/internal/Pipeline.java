/* Copyright the Guildhall authors. SPDX-License-Identifier: Apache-2.0 */
package org.guildhall.records.internal;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;
import org.guildhall.api.CallContext;
import org.guildhall.api.Finding;
import org.guildhall.api.Ids;
import org.guildhall.api.Problem;
import org.guildhall.api.RecordDefaults;
import org.guildhall.api.RecordRule;
import org.guildhall.api.Ref;
import org.guildhall.api.Values;
import org.guildhall.api.Verb;
import org.guildhall.api.platform.Access;
import org.guildhall.api.platform.Jobs;
import org.guildhall.api.platform.Journal;
import org.guildhall.api.platform.PersistenceUnits;
import org.guildhall.api.platform.PluginCalls;
import org.guildhall.api.platform.Plugins;
import org.guildhall.api.platform.RecordType;
import org.guildhall.api.platform.RecordTypes;
import org.guildhall.api.platform.Transaction;
import org.guildhall.api.platform.TypeAccess;
import org.guildhall.api.platform.Visibility;
import org.guildhall.records.internal.Contributions.Contribution;

/**
 * What happens to a record inside a transaction: access, defaults, the declarations of its type, the rules of plugins, the
 * store, the journal. Every change goes through here, whoever makes it. What comes back is whole; who hands it on masks it.
 */
final class Pipeline {
    static final Values NOTHING = Values.builder().build();

    private final Jobs jobs;
    private final Journal journal;
    private final PersistenceUnits units;
    private final RecordTypes types;
    private final Plugins plugins;
    private final PluginCalls calls;
    private final Reach reach;
    private final Access access;
    private final Queries queries;
    private final Contributions contributions;
    private final DeclaredDefaults defaults;

    Pipeline(
            Journal journal,
            PersistenceUnits units,
            RecordTypes types,
            Plugins plugins,
            PluginCalls calls,
            Reach reach,
            Access access,
            Queries queries,
            Contributions contributions,
            LeasedNumbers numbers,
            Jobs jobs) {
        this.jobs = jobs;
        this.journal = journal;
        this.units = units;
        this.types = types;
        this.plugins = plugins;
        this.calls = calls;
        this.reach = reach;
        this.access = access;
        this.queries = queries;
        this.contributions = contributions;
        this.defaults = new DeclaredDefaults(numbers);
    }

    /**
     * A record that is to be made.
     *
     * @param given what its maker said, with the initial choices
     * @param numbers its numbers
     * @param checked whether it is found to keep every declaration; else a plugin's defaults may be wanted for that
     */
    record Draft(Values given, Values numbers, boolean checked) {}

    /** Prepares what is done best outside of a transaction: what was said is found to be good. */
    Draft draft(RecordType type, TypeAccess granted, Values given) {
        Reach.require(granted, type, Verb.CREATE);
        Values whole = DeclaredDefaults.withChoices(type, given);
        boolean checked = contributions.defaults(type.name()).isEmpty();
        RecordCheck.ofNew(type, granted, given.names(), whole, checked);
        return new Draft(whole, NOTHING, checked);
    }

    /**
     * Takes the draft's numbers.
     *
     * @param transaction the one that will make the record; null outside of one, which is faster
     */
    Draft numbered(RecordType type, Draft draft, Transaction transaction) {
        return new Draft(draft.given(), defaults.numbers(type, transaction), draft.checked());
    }

    Values create(Transaction transaction, RecordType type, TypeAccess granted, Draft draft) {
        calls.need(contributions.plugins(type));
        Values whole = draft.given();
        if (!draft.checked()) {
            whole = withDefaults(transaction, type, whole);
            RecordCheck.ofNew(type, granted, draft.given().names(), whole, true);
        }
        checkReferences(transaction, type, granted, whole, NOTHING);
        Values record = merged(merged(owned(transaction.context()), whole), draft.numbers());
        check(transaction, type, new RecordRule.Change(Verb.CREATE, new Ref(type.name(), 0), NOTHING, record, record));
        Values stored = transaction.insert(type, record);
        append(transaction, type, Verb.CREATE, stored, NOTHING, withStoredParts(type, record, stored));
        return stored;
    }

    /** Who makes a record owns it, with the first of the maker's teams. */
    private Values owned(CallContext context) {
        Values.Builder owner = Values.builder();
        if (context.caller().id() > 0) {
            owner.put("owner", context.caller().id());
        }
        access.team(context).ifPresent(team -> owner.put("team", team));
        return owner.build();
    }

    private Values withDefaults(Transaction transaction, RecordType type, Values given) {
        Values whole = given;
        for (Contribution<RecordDefaults> more : contributions.defaults(type.name())) {
            Values added = run(more.plugin(), () -> more.service()
                    .defaults(given, new GovernedWork(this, transaction, more.plugin(), false)));
            whole = merged(added, whole);
        }
        return whole;
    }

    /** Changes a record as its caller asks. */
    Values update(
            Transaction transaction,
            RecordType type,
            TypeAccess granted,
            long id,
            long expectedVersion,
            Values changes) {
        Values before = locked(transaction, type, granted, Verb.UPDATE, id, expectedVersion);
        RecordCheck.ofChange(type, granted, changes, before);
        Values written = different(before, withWholeParts(type, before, changes));
        if (written.names().isEmpty()) {
            return before;
        }
        checkReferences(transaction, type, granted, written, before);
        return change(transaction, type, before, written);
    }

    /** Changes the record that another system has an id for; one in the bin is spoken of to who saw it alive. */
    Values updateNamed(Transaction transaction, RecordType type, TypeAccess granted, long id, Values changes) {
        Reach.require(granted, type, Verb.UPDATE);
        if (transaction.findBinned(type, id, granted.visibility(Verb.READ)).isPresent()) {
            throw Problem.of(Problem.Kind.CONFLICT, "record.in-bin", Ids.format(id));
        }
        return update(transaction, type, granted, id, 0, changes);
    }

    /** Stores a change that is allowed and keeps the declarations. */
    Values change(Transaction transaction, RecordType type, Values before, Values written) {
        long id = id(before);
        check(
                transaction,
                type,
                new RecordRule.Change(Verb.UPDATE, new Ref(type.name(), id), before, merged(before, written), written));
        Values stored = transaction.update(type, id, version(before), written);
        Values.Builder former = Values.builder();
        written.names().forEach(name -> former.put(name, before.get(name)));
        append(transaction, type, Verb.UPDATE, stored, former.build(), withStoredParts(type, written, stored));
        return stored;
    }

    /** Gives a record to another user or team. */
    Values assign(
            Transaction transaction, RecordType type, TypeAccess granted, long id, long expectedVersion, Values owner) {
        Values before = locked(transaction, type, granted, Verb.UPDATE, id, expectedVersion);
        RecordCheck.ofOwner(granted, owner, before);
        Values written = different(before, owner);
        if (written.names().isEmpty()) {
            return before;
        }
        References.check(type, written, NOTHING, transaction, name -> types.find(name)
                .map(target -> new References.Target(target, Visibility.EVERYTHING)));
        return change(transaction, type, before, written);
    }

    /** @param all every type that the database has tables of */
    void delete(
            Transaction transaction,
            RecordType type,
            TypeAccess granted,
            long id,
            long expectedVersion,
            List<RecordType> all) {
        Values before = locked(transaction, type, granted, Verb.DELETE, id, expectedVersion);
        CallContext context = transaction.context();
        References.Rights rights =
                from -> reach.of(context, types.find(from.name()).orElse(from));
        for (References.Referring referring : References.release(type, id, all, transaction, rights)) {
            // A record of a plugin that is away can't be changed; its reference shows that its target is gone.
            if (units.isOpen(referring.type())) {
                clear(transaction, referring);
            }
        }
        check(
                transaction,
                type,
                new RecordRule.Change(Verb.DELETE, new Ref(type.name(), id), before, NOTHING, NOTHING));
        transaction.bin(type, id, version(before));
        journal.append(transaction, type, name(Verb.DELETE), id, version(before) + 1, NOTHING, NOTHING);
    }

    private void clear(Transaction transaction, References.Referring referring) {
        transaction.lock(referring.type(), referring.id());
        transaction
                .find(referring.type(), referring.id(), Visibility.EVERYTHING)
                .ifPresent(record -> change(
                        transaction,
                        referring.type(),
                        record,
                        Values.of(referring.field().name(), null)));
    }

    Values restore(Transaction transaction, RecordType type, TypeAccess granted, long id) {
        calls.need(contributions.plugins(type));
        transaction.lock(type, id);
        Values binned = Reach.binned(transaction, type, granted, Verb.RESTORE, id);
        check(
                transaction,
                type,
                new RecordRule.Change(Verb.RESTORE, new Ref(type.name(), id), binned, binned, NOTHING));
        Values stored = restored(transaction, type, binned);
        append(transaction, type, Verb.RESTORE, stored, NOTHING, NOTHING);
        return stored;
    }

    /** What is wrong with a key is not the call but what the others hold meanwhile. */
    private static Values restored(Transaction transaction, RecordType type, Values binned) {
        try {
            return transaction.restore(type, id(binned), version(binned));
        } catch (Problem problem) {
            throw problem.kind() == Problem.Kind.INVALID
                    ? Problem.of(Problem.Kind.CONFLICT, "record.key-taken", problem.findings())
                    : problem;
        }
    }

    void purge(Transaction transaction, RecordType type, TypeAccess granted, long id) {
        calls.need(contributions.plugins(type));
        transaction.lock(type, id);
        Values binned = Reach.binned(transaction, type, granted, Verb.PURGE, id);
        check(transaction, type, new RecordRule.Change(Verb.PURGE, new Ref(type.name(), id), binned, NOTHING, NOTHING));
        transaction.purge(type, id);
        journal.blank(transaction, type, id);
        journal.append(transaction, type, name(Verb.PURGE), id, version(binned) + 1, NOTHING, NOTHING);
    }

    /** Whether an id is that of a user or a team. */
    boolean isGrantee(Transaction transaction, long id) {
        return Stream.of("security.user", "security.team")
                .flatMap(name -> types.find(name).stream())
                .anyMatch(type -> !transaction
                        .existing(type, Set.of(id), false, Visibility.EVERYTHING)
                        .isEmpty());
    }

    /** The record as it will be until the end of the transaction, but for what the transaction changes. */
    Values locked(
            Transaction transaction, RecordType type, TypeAccess granted, Verb verb, long id, long expectedVersion) {
        calls.need(contributions.plugins(type));
        transaction.lock(type, id);
        Values record = Reach.record(transaction, type, granted, verb, id);
        if (expectedVersion != 0 && expectedVersion != version(record)) {
            throw Problem.of(Problem.Kind.CONFLICT, "record.stale");
        }
        return record;
    }

    private void checkReferences(
            Transaction transaction, RecordType type, TypeAccess granted, Values written, Values before) {
        CallContext context = transaction.context();
        References.check(type, written, before, transaction, name -> types.find(name)
                .map(target ->
                        new References.Target(target, reach.of(context, target).visibility(Verb.READ))));
        type.parent().filter(field -> written.has(field.name())).ifPresent(field -> {
            Ref on = Queries.ref(field, written.get(field.name()));
            RecordType parent = on == null ? null : types.find(on.type()).orElse(null);
            // A plugin that works for nobody reaches everything of its own.
            Visibility visibility = granted.visibility(Verb.CREATE) instanceof Visibility.OnParent reached
                    ? reached.parents().getOrDefault(parent, Visibility.NOTHING)
                    : Visibility.EVERYTHING;
            if (parent == null
                    || transaction
                            .existing(parent, Set.of(on.id()), false, visibility)
                            .isEmpty()) {
                throw Reach.forbidden(parent == null ? type : parent, Verb.UPDATE);
            }
        });
    }

    /** Asks the rules of plugins, and throws INVALID with everything that they find. */
    void check(Transaction transaction, RecordType type, RecordRule.Change change) {
        List<Finding> findings = new ArrayList<>();
        for (Contribution<RecordRule> rule : contributions.rules(type.name())) {
            findings.addAll(run(rule.plugin(), () -> rule.service()
                    .check(change, new GovernedWork(this, transaction, rule.plugin(), false))));
        }
        if (!findings.isEmpty()) {
            throw Problem.invalid(findings);
        }
    }

    private interface Code<T> {
        T run();
    }

    /** Runs a plugin's code; what it throws and is no problem names the plugin. */
    private static <T> T run(String plugin, Code<T> code) {
        try {
            return Objects.requireNonNull(code.run());
        } catch (Problem problem) {
            throw problem;
        } catch (RuntimeException | LinkageError e) {
            throw Problem.of(Problem.Kind.UNAVAILABLE, "plugin.rule-failed", e, plugin);
        }
    }

    void append(Transaction transaction, RecordType type, Verb verb, Values stored, Values former, Values changes) {
        journal.append(transaction, type, name(verb), id(stored), version(stored), former, changes);
    }

    /** Writes something else that happened to a record. */
    void emit(Transaction transaction, RecordType type, Values record, String event) {
        journal.append(transaction, type, event, id(record), version(record), NOTHING, NOTHING);
    }

    private static String name(Verb verb) {
        return verb.name().toLowerCase(Locale.ROOT);
    }

    /** The changes with what they leave as it is of the parts that stay. */
    private static Values withWholeParts(RecordType type, Values before, Values changes) {
        Values.Builder whole = Values.builder();
        changes.forEach((name, value) -> whole.put(
                name,
                type.part(name).isPresent() && value instanceof List<?> items
                        ? items.stream()
                                .map(item -> wholePart((List<?>) before.get(name), (Values) item))
                                .toList()
                        : value));
        return whole.build();
    }

    private static Values wholePart(List<?> stored, Values item) {
        return stored.stream()
                .map(Values.class::cast)
                .filter(one -> one.get("id").equals(item.get("id")))
                .findFirst()
                .map(one -> merged(one, item))
                .orElse(item);
    }

    /** What was written with its parts as they are stored: new ones have their ids then. */
    private static Values withStoredParts(RecordType type, Values written, Values stored) {
        Values.Builder whole = Values.builder();
        written.forEach((name, value) -> whole.put(name, type.part(name).isPresent() ? stored.get(name) : value));
        return whole.build();
    }

    /** Those of the changes that change something. */
    static Values different(Values before, Values changes) {
        Values.Builder different = Values.builder();
        changes.forEach((name, value) -> {
            if (!isSame(value, before.get(name))) {
                different.put(name, value);
            }
        });
        return different.build();
    }

    private static boolean isSame(Object one, Object other) {
        return one instanceof BigDecimal number && other instanceof BigDecimal stored
                ? number.compareTo(stored) == 0
                : Objects.equals(one, other);
    }

    /** The first values with the second over them. */
    static Values merged(Values first, Values second) {
        Values.Builder merged = Values.builder();
        first.forEach(merged::put);
        second.forEach(merged::put);
        return merged.build();
    }

    static long id(Values record) {
        return (Long) record.get("id");
    }

    static long version(Values record) {
        return (Long) record.get("version");
    }

    /** What names a record and its state, and says nothing of it. */
    static Values identity(Values record) {
        return Values.builder()
                .put("id", record.get("id"))
                .put("version", record.get("version"))
                .build();
    }

    Jobs jobs() {
        return jobs;
    }

    PersistenceUnits units() {
        return units;
    }

    RecordTypes types() {
        return types;
    }

    Plugins plugins() {
        return plugins;
    }

    Reach reach() {
        return reach;
    }

    Queries queries() {
        return queries;
    }
}
