/* Copyright the Guildhall authors. SPDX-License-Identifier: Apache-2.0 */
package org.guildhall.records.internal;

import java.util.List;
import java.util.Set;
import org.guildhall.api.Finding;
import org.guildhall.api.Ids;
import org.guildhall.api.Problem;
import org.guildhall.api.RecordRule;
import org.guildhall.api.Ref;
import org.guildhall.api.Values;
import org.guildhall.api.Verb;
import org.guildhall.api.platform.RecordPart;
import org.guildhall.api.platform.RecordReader;
import org.guildhall.api.platform.RecordType;
import org.guildhall.api.platform.Transaction;
import org.guildhall.api.platform.TypeAccess;
import org.guildhall.api.platform.Visibility;

/** Parts that are not nested in their record: they come and go by themselves, as changes of the record. */
final class RecordParts {
    private final Pipeline pipeline;

    RecordParts(Pipeline pipeline) {
        this.pipeline = pipeline;
    }

    List<Values> page(
            RecordReader reader, RecordType type, TypeAccess granted, long id, RecordPart part, long after, int limit) {
        checkSeen(granted, part);
        Reach.record(reader, type, granted, Verb.READ, id);
        return reader.parts(type, part, id, after, limit).stream()
                .map(one -> seen(granted, part, one))
                .toList();
    }

    Values read(RecordReader reader, RecordType type, TypeAccess granted, long id, RecordPart part, long partId) {
        checkSeen(granted, part);
        Reach.record(reader, type, granted, Verb.READ, id);
        return seen(granted, part, stored(reader, type, id, part, partId));
    }

    Values create(
            Transaction transaction, RecordType type, TypeAccess granted, long id, RecordPart part, Values values) {
        Values record = changeable(transaction, type, granted, id, part);
        RecordCheck.ofPart(part, granted, values, null);
        checkReferences(transaction, part, values, Pipeline.NOTHING);
        if (transaction.parts(type, part, id, 0, part.max()).size() >= part.max()) {
            throw Problem.invalid(
                    List.of(new Finding(part.name(), "part.too-many", part.name(), Integer.toString(part.max()))));
        }
        return store(
                transaction,
                type,
                granted,
                record,
                part,
                null,
                values,
                () -> transaction.insertPart(type, part, id, DeclaredDefaults.withChoices(part.type(), values)));
    }

    Values update(
            Transaction transaction,
            RecordType type,
            TypeAccess granted,
            long id,
            RecordPart part,
            long partId,
            Values changes) {
        Values record = changeable(transaction, type, granted, id, part);
        Values before = stored(transaction, type, id, part, partId);
        RecordCheck.ofPart(part, granted, changes, before);
        Values written = Pipeline.different(before, changes);
        if (written.names().isEmpty()) {
            return seen(granted, part, before);
        }
        checkReferences(transaction, part, written, before);
        return store(
                transaction,
                type,
                granted,
                record,
                part,
                before,
                written,
                () -> transaction.updatePart(type, part, id, partId, written));
    }

    void delete(Transaction transaction, RecordType type, TypeAccess granted, long id, RecordPart part, long partId) {
        Values record = changeable(transaction, type, granted, id, part);
        Values before = stored(transaction, type, id, part, partId);
        store(transaction, type, granted, record, part, before, null, () -> {
            transaction.deletePart(type, part, id, partId);
            return before;
        });
    }

    private interface Store {
        Values run();
    }

    /** Asks the rules, stores, and writes the change as one of the record: what the part was and is. */
    private Values store(
            Transaction transaction,
            RecordType type,
            TypeAccess granted,
            Values record,
            RecordPart part,
            Values before,
            Values written,
            Store store) {
        long id = Pipeline.id(record);
        Values after = before == null || written == null ? written : Pipeline.merged(before, written);
        Values changed = Values.of(part.name(), list(after));
        pipeline.check(
                transaction,
                type,
                new RecordRule.Change(
                        Verb.UPDATE,
                        new Ref(type.name(), id),
                        Pipeline.merged(record, Values.of(part.name(), list(before))),
                        Pipeline.merged(record, changed),
                        changed));
        Values stored = store.run();
        Values now = transaction.find(type, id, Visibility.EVERYTHING).orElseThrow();
        pipeline.append(
                transaction,
                type,
                Verb.UPDATE,
                now,
                Values.of(part.name(), list(before)),
                Values.of(part.name(), list(written == null ? null : stored)));
        return seen(granted, part, stored);
    }

    private static List<Values> list(Values part) {
        return part == null ? List.of() : List.of(part);
    }

    private Values changeable(Transaction transaction, RecordType type, TypeAccess granted, long id, RecordPart part) {
        checkSeen(granted, part);
        Values record = pipeline.locked(transaction, type, granted, Verb.UPDATE, id, 0);
        if (granted.readOnly().contains(part.name())) {
            throw Problem.invalid(List.of(new Finding(part.name(), "field.forbidden", part.name())));
        }
        return record;
    }

    private static void checkSeen(TypeAccess granted, RecordPart part) {
        if (granted.hidden().contains(part.name())) {
            throw Problem.of(Problem.Kind.NOT_FOUND, "request.not-found");
        }
    }

    private static Values stored(RecordReader reader, RecordType type, long id, RecordPart part, long partId) {
        return reader.part(type, part, id, partId)
                .orElseThrow(() -> Problem.notFound(part.type().name(), Ids.format(partId)));
    }

    private void checkReferences(Transaction transaction, RecordPart part, Values values, Values before) {
        References.check(part.type(), values, before, transaction, name -> pipeline.types()
                .find(name)
                .map(target -> new References.Target(
                        target,
                        pipeline.reach().of(transaction.context(), target).visibility(Verb.READ))));
    }

    private static Values seen(TypeAccess granted, RecordPart part, Values values) {
        Set<String> hidden = granted.hidden();
        return hidden.isEmpty() ? values : Mask.part(part.name(), hidden, values);
    }
}
