/* Copyright the Guildhall authors. SPDX-License-Identifier: Apache-2.0 */
package org.guildhall.records.internal;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.guildhall.api.CallContext;
import org.guildhall.api.Problem;
import org.guildhall.api.Values;
import org.guildhall.api.Verb;
import org.guildhall.api.platform.RecordService.Change;
import org.guildhall.api.platform.RecordService.Outcome;
import org.guildhall.api.platform.RecordService.Upserted;
import org.guildhall.api.platform.RecordType;
import org.guildhall.api.platform.Transaction;
import org.guildhall.api.platform.TypeAccess;
import org.guildhall.api.platform.UnitOfWork;

/**
 * Changes of several records. Where each stands by itself, several share a transaction as long as all goes well; of those
 * where one fails, each gets its own.
 */
final class Batches {
    private static final int TOGETHER = 50;

    private final UnitOfWork unitOfWork;
    private final Pipeline pipeline;
    private final Upsert upsert;

    /** Changes or makes a record in a transaction of its own. */
    interface Upsert {
        Upserted run(CallContext context, RecordType type, String system, String externalId, Values values);
    }

    /** The changes, their caller, and what may be done. */
    private record Task(CallContext context, RecordType type, TypeAccess granted, List<RecordType> all) {}

    /** A change with what is prepared outside of the transaction. */
    private record Prepared(Change change, Pipeline.Draft draft, Problem problem) {}

    Batches(UnitOfWork unitOfWork, Pipeline pipeline, Upsert upsert) {
        this.unitOfWork = unitOfWork;
        this.pipeline = pipeline;
        this.upsert = upsert;
    }

    List<Outcome> run(CallContext context, RecordType type, TypeAccess granted, List<Change> changes, boolean atomic) {
        Task task = new Task(context, type, granted, pipeline.units().stored());
        List<Prepared> prepared =
                changes.stream().map(change -> prepare(task, change)).toList();
        if (atomic) {
            return atomic(task, prepared);
        }
        List<Outcome> outcomes = new ArrayList<>();
        for (int from = 0; from < prepared.size(); from += TOGETHER) {
            List<Prepared> some = prepared.subList(from, Math.min(prepared.size(), from + TOGETHER));
            try {
                outcomes.addAll(together(task, some));
            } catch (Problem oneOfThem) {
                some.forEach(one -> outcomes.add(alone(task, one)));
            }
        }
        return outcomes;
    }

    private List<Outcome> atomic(Task task, List<Prepared> prepared) {
        int[] reached = {0};
        try {
            for (Prepared one : prepared) {
                if (one.problem() != null) {
                    throw one.problem();
                }
                reached[0]++;
            }
            reached[0] = -1;
            return together(task, prepared, reached);
        } catch (Problem problem) {
            Problem others = Problem.of(Problem.Kind.CONFLICT, "batch.rolled-back");
            List<Outcome> outcomes =
                    new ArrayList<>(Collections.nCopies(prepared.size(), new Outcome(null, false, others)));
            outcomes.set(Math.max(0, reached[0]), new Outcome(null, false, problem));
            return outcomes;
        }
    }

    private List<Outcome> together(Task task, List<Prepared> some) {
        return together(task, some, new int[1]);
    }

    /** All in one transaction, or none. */
    private List<Outcome> together(Task task, List<Prepared> some, int[] reached) {
        return unitOfWork.write(task.context(), transaction -> {
            List<Outcome> outcomes = new ArrayList<>();
            for (Prepared one : some) {
                reached[0]++;
                outcomes.add(
                        one.problem() == null
                                ? apply(task, transaction, one)
                                : new Outcome(null, false, one.problem()));
            }
            return outcomes;
        });
    }

    private Outcome alone(Task task, Prepared one) {
        if (one.problem() != null) {
            return new Outcome(null, false, one.problem());
        }
        Change change = one.change();
        try {
            if (change.verb() == null) {
                Upserted upserted =
                        upsert.run(task.context(), task.type(), change.system(), change.externalId(), change.values());
                return new Outcome(upserted.record(), upserted.created(), null);
            }
            return together(task, List.of(one)).get(0);
        } catch (Problem problem) {
            return new Outcome(null, false, problem);
        }
    }

    private Prepared prepare(Task task, Change change) {
        try {
            boolean makes = change.verb() == Verb.CREATE;
            if (change.verb() == null) {
                GovernedRecords.checkExternalId(change.system(), change.externalId());
            } else {
                Reach.require(task.granted(), task.type(), change.verb());
            }
            return new Prepared(
                    change,
                    makes
                            ? pipeline.numbered(
                                    task.type(), pipeline.draft(task.type(), task.granted(), change.values()), null)
                            : null,
                    null);
        } catch (Problem problem) {
            return new Prepared(change, null, problem);
        }
    }

    private Outcome apply(Task task, Transaction transaction, Prepared one) {
        Change change = one.change();
        RecordType type = task.type();
        TypeAccess granted = task.granted();
        if (change.verb() == null) {
            return upsert(task, transaction, change);
        }
        return switch (change.verb()) {
            case CREATE -> outcome(task, pipeline.create(transaction, type, granted, one.draft()), true);
            case UPDATE ->
                outcome(
                        task,
                        pipeline.update(
                                transaction, type, granted, change.id(), change.expectedVersion(), change.values()),
                        false);
            case DELETE -> {
                pipeline.delete(transaction, type, granted, change.id(), change.expectedVersion(), task.all());
                yield new Outcome(null, false, null);
            }
            case RESTORE -> outcome(task, pipeline.restore(transaction, type, granted, change.id()), false);
            default -> throw new IllegalArgumentException(change.verb().name());
        };
    }

    private Outcome upsert(Task task, Transaction transaction, Change change) {
        RecordType type = task.type();
        long id = transaction.byExternalId(type, change.system(), change.externalId());
        if (id != 0) {
            return outcome(task, pipeline.updateNamed(transaction, type, task.granted(), id, change.values()), false);
        }
        Pipeline.Draft draft =
                pipeline.numbered(type, pipeline.draft(type, task.granted(), change.values()), transaction);
        Values stored = pipeline.create(transaction, type, task.granted(), draft);
        transaction.nameExternally(type, Pipeline.id(stored), change.system(), change.externalId());
        return outcome(task, stored, true);
    }

    private static Outcome outcome(Task task, Values stored, boolean created) {
        return new Outcome(Mask.of(task.type(), task.granted().hidden(), stored), created, null);
    }
}
