/* Copyright the Guildhall authors. SPDX-License-Identifier: Apache-2.0 */
package org.guildhall.records.internal;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.BiFunction;
import java.util.function.Function;
import org.guildhall.api.CallContext;
import org.guildhall.api.Finding;
import org.guildhall.api.Ids;
import org.guildhall.api.Page;
import org.guildhall.api.Problem;
import org.guildhall.api.Query;
import org.guildhall.api.Ref;
import org.guildhall.api.Values;
import org.guildhall.api.Verb;
import org.guildhall.api.Work;
import org.guildhall.api.platform.Access;
import org.guildhall.api.platform.Jobs;
import org.guildhall.api.platform.Journal;
import org.guildhall.api.platform.PersistenceUnits;
import org.guildhall.api.platform.PluginCalls;
import org.guildhall.api.platform.PluginWork;
import org.guildhall.api.platform.Plugins;
import org.guildhall.api.platform.RecordOperation;
import org.guildhall.api.platform.RecordPart;
import org.guildhall.api.platform.RecordReader.Share;
import org.guildhall.api.platform.RecordService;
import org.guildhall.api.platform.RecordType;
import org.guildhall.api.platform.RecordTypes;
import org.guildhall.api.platform.Transaction;
import org.guildhall.api.platform.TypeAccess;
import org.guildhall.api.platform.UnitOfWork;
import org.guildhall.api.platform.ValuesFormat;
import org.guildhall.api.platform.Visibility;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.slf4j.MDC;

/** The one way to records: one unit of work for each call, and the view of its caller. */
@Component
public final class GovernedRecords implements RecordService, PluginWork {
    private static final int MAX_EXTERNAL_ID = 191;
    /** What the log calls a request. */
    private static final String LOGGED = "request";

    private final UnitOfWork unitOfWork;
    private final Journal journal;
    private final PersistenceUnits units;
    private final Access access;
    private final IdempotencyKeys keys;
    private final PluginCalls calls;
    private final Contributions contributions;
    private final Reach reach;
    private final Queries queries;
    private final Pipeline pipeline;
    private final RecordParts parts;
    private final Batches batches;

    @Activate
    public GovernedRecords(
            @Reference UnitOfWork unitOfWork,
            @Reference Journal journal,
            @Reference PersistenceUnits units,
            @Reference Plugins plugins,
            @Reference RecordTypes types,
            @Reference Access access,
            @Reference ValuesFormat format,
            @Reference PluginCalls calls,
            @Reference Contributions contributions,
            @Reference Cursors cursors,
            @Reference LeasedNumbers numbers,
            @Reference Jobs jobs,
            @Reference IdempotencyKeys keys) {
        this.unitOfWork = unitOfWork;
        this.journal = journal;
        this.units = units;
        this.access = access;
        this.keys = keys;
        this.calls = calls;
        this.contributions = contributions;
        this.reach = new Reach(access, types, format);
        this.queries = new Queries(reach, types, format, cursors);
        this.pipeline = new Pipeline(
                journal, units, types, plugins, calls, reach, access, queries, contributions, numbers, jobs);
        this.parts = new RecordParts(pipeline);
        this.batches = new Batches(unitOfWork, pipeline, this::upsert);
    }

    @Override
    public TypeAccess access(CallContext context, RecordType type) {
        return reach.of(context, type);
    }

    @Override
    public Values create(CallContext context, RecordType type, Values values, String idempotencyKey) {
        return calls.call(contributions.plugins(type), true, () -> createHere(context, type, values, idempotencyKey));
    }

    private Values createHere(CallContext context, RecordType type, Values values, String idempotencyKey) {
        TypeAccess granted = reach.of(context, type);
        if (idempotencyKey == null) {
            return make(context, type, granted, pipeline.draft(type, granted, values), null);
        }
        Pipeline.Draft draft = pipeline.draft(type, granted, values);
        IdempotencyKeys.Use use = keys.use(context, type, values, idempotencyKey);
        OptionalLong made = keys.find(context, use);
        if (made.isPresent()) {
            return made(context, type, granted, made.getAsLong());
        }
        try {
            return make(context, type, granted, draft, use);
        } catch (IdempotencyKeys.Repeated failure) {
            return made(context, type, granted, keys.find(context, use).orElseThrow(() -> failure));
        }
    }

    /** The record that a call made before; of one that its caller does not see no more than which it is. */
    private Values made(CallContext context, RecordType type, TypeAccess granted, long id) {
        return unitOfWork.read(context, reader -> reader.find(type, id, granted.visibility(Verb.READ))
                .map(record -> Mask.of(type, granted.hidden(), record))
                .or(() -> reader.find(type, id, Visibility.EVERYTHING).map(Pipeline::identity))
                .orElseThrow(() -> Problem.notFound(type.name(), Ids.format(id))));
    }

    private Values make(
            CallContext context, RecordType type, TypeAccess granted, Pipeline.Draft draft, IdempotencyKeys.Use use) {
        Pipeline.Draft numbered = pipeline.numbered(type, draft, null);
        return write(context, type, granted, transaction -> {
            Values stored = pipeline.create(transaction, type, granted, numbered);
            if (use != null) {
                keys.remember(transaction, use, Pipeline.id(stored));
            }
            return stored;
        });
    }

    /** Runs a change, and shows what came of it as its caller sees it. */
    private Values write(
            CallContext context, RecordType type, TypeAccess granted, Function<Transaction, Values> change) {
        return Mask.of(type, granted.hidden(), change(context, type, change));
    }

    /** Runs a change while the plugins are here that it needs. */
    private <T> T change(CallContext context, RecordType type, Function<Transaction, T> change) {
        return calls.call(contributions.plugins(type), true, () -> unitOfWork.write(context, change));
    }

    @Override
    public Upserted upsert(CallContext context, RecordType type, String system, String externalId, Values values) {
        checkExternalId(system, externalId);
        return calls.call(
                contributions.plugins(type), true, () -> upsertHere(context, type, system, externalId, values));
    }

    private Upserted upsertHere(CallContext context, RecordType type, String system, String externalId, Values values) {
        TypeAccess granted = reach.of(context, type);
        try {
            return upsertOnce(context, type, granted, system, externalId, values);
        } catch (Problem problem) {
            if (!problem.code().equals("record.duplicate")) {
                throw problem;
            }
            // Another call made the record meanwhile; it is there now.
            return upsertOnce(context, type, granted, system, externalId, values);
        }
    }

    static void checkExternalId(String system, String externalId) {
        List<Finding> findings = new ArrayList<>();
        if (!system.matches(RecordType.GRAMMAR)) {
            findings.add(new Finding("system", "request.parameter", "system", RecordType.GRAMMAR));
        }
        // Some databases take names that differ in blanks at their end for one.
        if (externalId.isBlank()
                || externalId.endsWith(" ")
                || externalId.length() > MAX_EXTERNAL_ID
                || !RecordCheck.isStorable(externalId)) {
            findings.add(new Finding(
                    "externalId",
                    "request.parameter",
                    "externalId",
                    "1.." + MAX_EXTERNAL_ID + " characters, the last of which is no blank"));
        }
        if (!findings.isEmpty()) {
            throw Problem.invalid(findings);
        }
    }

    private Upserted upsertOnce(
            CallContext context, RecordType type, TypeAccess granted, String system, String externalId, Values values) {
        long id = unitOfWork.read(context, reader -> reader.byExternalId(type, system, externalId));
        if (id != 0) {
            return new Upserted(
                    write(
                            context,
                            type,
                            granted,
                            transaction -> pipeline.updateNamed(transaction, type, granted, id, values)),
                    false);
        }
        Pipeline.Draft draft = pipeline.numbered(type, pipeline.draft(type, granted, values), null);
        return new Upserted(
                write(context, type, granted, transaction -> {
                    Values stored = pipeline.create(transaction, type, granted, draft);
                    transaction.nameExternally(type, Pipeline.id(stored), system, externalId);
                    return stored;
                }),
                true);
    }

    @Override
    public Values update(CallContext context, RecordType type, long id, long expectedVersion, Values changes) {
        TypeAccess granted = reach.of(context, type);
        Reach.require(granted, type, Verb.UPDATE);
        return write(
                context,
                type,
                granted,
                transaction -> pipeline.update(transaction, type, granted, id, expectedVersion, changes));
    }

    @Override
    public void delete(CallContext context, RecordType type, long id, long expectedVersion) {
        TypeAccess granted = reach.of(context, type);
        Reach.require(granted, type, Verb.DELETE);
        List<RecordType> all = units.stored();
        change(context, type, transaction -> {
            pipeline.delete(transaction, type, granted, id, expectedVersion, all);
            return null;
        });
    }

    @Override
    public Values restore(CallContext context, RecordType type, long id) {
        TypeAccess granted = reach.of(context, type);
        Reach.require(granted, type, Verb.RESTORE);
        return write(context, type, granted, transaction -> pipeline.restore(transaction, type, granted, id));
    }

    @Override
    public void purge(CallContext context, RecordType type, long id) {
        TypeAccess granted = reach.of(context, type);
        Reach.require(granted, type, Verb.PURGE);
        change(context, type, transaction -> {
            pipeline.purge(transaction, type, granted, id);
            return null;
        });
    }

    @Override
    public Values read(CallContext context, RecordType type, long id) {
        TypeAccess granted = reach.require(context, type, Verb.READ);
        return Mask.of(
                type,
                granted.hidden(),
                unitOfWork.read(context, reader -> Reach.record(reader, type, granted, Verb.READ, id)));
    }

    @Override
    public Page query(CallContext context, RecordType type, Query query) {
        TypeAccess granted = reach.of(context, type);
        return unitOfWork.read(context, reader -> queries.page(context, type, granted, query, reader));
    }

    @Override
    public Map<Ref, Values> expand(
            CallContext context, RecordType type, Collection<Values> records, Set<String> fields) {
        TypeAccess granted = reach.of(context, type);
        return unitOfWork.read(context, reader -> queries.expand(context, type, granted, records, fields, reader));
    }

    @Override
    public List<Journal.Entry> history(CallContext context, RecordType type, long id, long before, int limit) {
        read(context, type, id);
        Set<String> hidden = reach.of(context, type).hidden();
        return journal.history(type, id, before == 0 ? Long.MAX_VALUE : before, limit).stream()
                .map(entry -> new Journal.Entry(
                        entry.version(),
                        entry.verb(),
                        entry.occurredAt(),
                        entry.actor(),
                        entry.requestId(),
                        Mask.of(type, hidden, entry.former()),
                        Mask.of(type, hidden, entry.changes())))
                .toList();
    }

    @Override
    public List<Outcome> batch(CallContext context, RecordType type, List<Change> changes, boolean atomic) {
        if (changes.size() > MAX_BATCH) {
            throw Problem.of(Problem.Kind.INVALID, "batch.too-many", Integer.toString(MAX_BATCH));
        }
        TypeAccess granted = reach.of(context, type);
        return calls.call(
                contributions.plugins(type), true, () -> batches.run(context, type, granted, changes, atomic));
    }

    @Override
    public List<Values> parts(CallContext context, RecordType type, long id, RecordPart part, long after, int limit) {
        TypeAccess granted = reach.require(context, type, Verb.READ);
        return unitOfWork.read(context, reader -> parts.page(reader, type, granted, id, part, after, limit));
    }

    @Override
    public Values readPart(CallContext context, RecordType type, long id, RecordPart part, long partId) {
        TypeAccess granted = reach.require(context, type, Verb.READ);
        return unitOfWork.read(context, reader -> parts.read(reader, type, granted, id, part, partId));
    }

    @Override
    public Values createPart(CallContext context, RecordType type, long id, RecordPart part, Values values) {
        TypeAccess granted = reach.require(context, type, Verb.UPDATE);
        return change(context, type, transaction -> parts.create(transaction, type, granted, id, part, values));
    }

    @Override
    public Values updatePart(
            CallContext context, RecordType type, long id, RecordPart part, long partId, Values changes) {
        TypeAccess granted = reach.require(context, type, Verb.UPDATE);
        return change(
                context, type, transaction -> parts.update(transaction, type, granted, id, part, partId, changes));
    }

    @Override
    public void deletePart(CallContext context, RecordType type, long id, RecordPart part, long partId) {
        TypeAccess granted = reach.require(context, type, Verb.UPDATE);
        change(context, type, transaction -> {
            parts.delete(transaction, type, granted, id, part, partId);
            return null;
        });
    }

    @Override
    public List<RecordOperation> operations(CallContext context, RecordType type) {
        TypeAccess granted = reach.of(context, type);
        return contributions.operations(type.name()).stream()
                .filter(operation -> granted.allows(Verb.READ) && allows(context, granted, operation))
                .toList();
    }

    @Override
    public Optional<RecordOperation> operation(RecordType type, String name) {
        return contributions.operations(type.name()).stream()
                .filter(operation -> operation.name().equals(name))
                .findFirst();
    }

    private boolean allows(CallContext context, TypeAccess granted, RecordOperation operation) {
        return operation.permission() == null
                ? granted.allows(Verb.UPDATE)
                : access.allows(context, operation.permission());
    }

    @Override
    public Values operate(CallContext context, RecordType type, long id, RecordOperation operation, Values input) {
        TypeAccess granted = reach.require(context, type, Verb.READ);
        Verb verb = operation.permission() == null ? Verb.UPDATE : Verb.READ;
        if (!allows(context, granted, operation)) {
            // A record that is not seen is not spoken of.
            read(context, type, id);
            throw Problem.of(
                    Problem.Kind.FORBIDDEN,
                    "access.operation",
                    operation.name(),
                    operation.permission() == null ? "update" : operation.permission());
        }
        return calls.call(
                List.of(operation.plugin()),
                true,
                () -> run(operation.plugin(), context, true, (work, transaction) -> {
                    Reach.record(transaction, type, granted, verb, id);
                    RecordCheck.ofNew(operation.input(), Reach.EVERYTHING, input.names(), input, true);
                    return operation.run(new Ref(type.name(), id), input, work);
                }));
    }

    @Override
    public <T> T run(String plugin, CallContext context, boolean forCaller, BiFunction<Work, Transaction, T> code) {
        if (MDC.get(LOGGED) != null) {
            return work(plugin, context, forCaller, code);
        }
        // A job, a timer or a listener: nobody has called.
        MDC.put(LOGGED, context.requestId());
        try {
            return work(plugin, context, forCaller, code);
        } finally {
            MDC.remove(LOGGED);
        }
    }

    private <T> T work(String plugin, CallContext context, boolean forCaller, BiFunction<Work, Transaction, T> code) {
        return calls.call(
                List.of(plugin),
                false,
                () -> unitOfWork.write(context, transaction -> {
                    GovernedWork work = new GovernedWork(pipeline, transaction, plugin, forCaller);
                    T result = code.apply(work, transaction);
                    work.finish();
                    return result;
                }));
    }

    @Override
    public Values assign(CallContext context, RecordType type, long id, long expectedVersion, Values owner) {
        TypeAccess granted = reach.require(context, type, Verb.UPDATE);
        return write(
                context,
                type,
                granted,
                transaction -> pipeline.assign(transaction, type, granted, id, expectedVersion, owner));
    }

    @Override
    public List<Share> shares(CallContext context, RecordType type, long id) {
        TypeAccess granted = reach.require(context, type, Verb.UPDATE);
        return unitOfWork.read(context, reader -> {
            Reach.record(reader, type, granted, Verb.UPDATE, id);
            return reader.shares(type, id);
        });
    }

    @Override
    public void share(CallContext context, RecordType type, long id, Share share) {
        sharing(context, type, id, "shared", transaction -> {
            if (!pipeline.isGrantee(transaction, share.grantee())) {
                throw Problem.invalid(List.of(new Finding(
                        "with",
                        "field.reference",
                        "with",
                        "security.user | security.team",
                        Ids.format(share.grantee()))));
            }
            transaction.share(type, id, share);
        });
    }

    @Override
    public void unshare(CallContext context, RecordType type, long id, long grantee) {
        sharing(context, type, id, "unshared", transaction -> transaction.unshare(type, id, grantee));
    }

    private interface Sharing {
        void run(Transaction transaction);
    }

    private void sharing(CallContext context, RecordType type, long id, String event, Sharing sharing) {
        TypeAccess granted = reach.require(context, type, Verb.UPDATE);
        change(context, type, transaction -> {
            Values record = pipeline.locked(transaction, type, granted, Verb.UPDATE, id, 0);
            sharing.run(transaction);
            pipeline.emit(transaction, type, record, event);
            access.changed(transaction);
            return null;
        });
    }
}
