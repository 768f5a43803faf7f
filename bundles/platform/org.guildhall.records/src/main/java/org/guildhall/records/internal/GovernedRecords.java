/* Copyright the Guildhall authors. SPDX-License-Identifier: Apache-2.0 */
package org.guildhall.records.internal;

import java.util.List;
import java.util.OptionalLong;
import org.guildhall.api.CallContext;
import org.guildhall.api.Ids;
import org.guildhall.api.Problem;
import org.guildhall.api.Values;
import org.guildhall.api.Verb;
import org.guildhall.api.platform.Journal;
import org.guildhall.api.platform.PersistenceUnits;
import org.guildhall.api.platform.RecordReader;
import org.guildhall.api.platform.RecordService;
import org.guildhall.api.platform.RecordType;
import org.guildhall.api.platform.Transaction;
import org.guildhall.api.platform.UnitOfWork;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/** The pipeline: check, defaults; then store and journal, in one unit of work. */
@Component
public final class GovernedRecords implements RecordService {
    private static final Values NOTHING = Values.builder().build();

    private final UnitOfWork unitOfWork;
    private final Journal journal;
    private final PersistenceUnits units;
    private final IdempotencyKeys keys;
    private final RecordDefaults defaults;

    @Activate
    public GovernedRecords(
            @Reference UnitOfWork unitOfWork,
            @Reference Journal journal,
            @Reference PersistenceUnits units,
            @Reference LeasedNumbers numbers,
            @Reference IdempotencyKeys keys) {
        this.unitOfWork = unitOfWork;
        this.journal = journal;
        this.units = units;
        this.keys = keys;
        this.defaults = new RecordDefaults(numbers);
    }

    @Override
    public Values create(CallContext context, RecordType type, Values values, String idempotencyKey) {
        RecordCheck.ofNew(type, values);
        if (idempotencyKey == null) {
            return make(context, type, values, null);
        }
        IdempotencyKeys.Use use = keys.use(context, type, values, idempotencyKey);
        OptionalLong made = keys.find(context, use);
        if (made.isPresent()) {
            return read(context, type, made.getAsLong());
        }
        try {
            return make(context, type, values, use);
        } catch (IdempotencyKeys.Repeated failure) {
            return read(context, type, keys.find(context, use).orElseThrow(() -> failure));
        }
    }

    private Values make(CallContext context, RecordType type, Values values, IdempotencyKeys.Use use) {
        Values whole = defaults.of(type, values);
        return unitOfWork.write(context, transaction -> {
            References.check(type, whole, transaction);
            Values stored = transaction.insert(type, whole);
            journal.append(transaction, type, Verb.CREATE, id(stored), version(stored), NOTHING, whole);
            if (use != null) {
                keys.remember(transaction, use, id(stored));
            }
            return stored;
        });
    }

    @Override
    public Values update(CallContext context, RecordType type, long id, long expectedVersion, Values changes) {
        return unitOfWork.write(context, transaction -> {
            Values before = locked(transaction, type, id, expectedVersion);
            RecordCheck.ofChange(type, changes, before);
            Values.Builder different = Values.builder();
            Values.Builder former = Values.builder();
            changes.forEach((name, value) -> {
                if (value == null ? before.get(name) != null : !value.equals(before.get(name))) {
                    different.put(name, value);
                    former.put(name, before.get(name));
                }
            });
            Values written = different.build();
            if (written.names().isEmpty()) {
                return before;
            }
            References.check(type, written, transaction);
            Values stored = transaction.update(type, id, version(before), written);
            journal.append(transaction, type, Verb.UPDATE, id, version(stored), former.build(), written);
            return stored;
        });
    }

    @Override
    public void delete(CallContext context, RecordType type, long id, long expectedVersion) {
        List<RecordType> all = units.stored();
        unitOfWork.write(context, transaction -> {
            Values before = locked(transaction, type, id, expectedVersion);
            for (References.Referring referring : References.release(type, id, all, transaction)) {
                // A record of a plugin that is away can't be changed; its reference shows that its target is gone.
                if (units.isOpen(referring.type())) {
                    clear(transaction, referring);
                }
            }
            transaction.bin(type, id, version(before));
            journal.append(transaction, type, Verb.DELETE, id, version(before) + 1, NOTHING, NOTHING);
            return null;
        });
    }

    private void clear(Transaction transaction, References.Referring referring) {
        Values record = locked(transaction, referring.type(), referring.id(), 0);
        String field = referring.field().name();
        Values empty = Values.of(field, null);
        Values stored = transaction.update(referring.type(), referring.id(), version(record), empty);
        journal.append(
                transaction,
                referring.type(),
                Verb.UPDATE,
                referring.id(),
                version(stored),
                Values.of(field, record.get(field)),
                empty);
    }

    @Override
    public Values restore(CallContext context, RecordType type, long id) {
        try {
            return unitOfWork.write(context, transaction -> {
                transaction.lock(type, id);
                Values binned = transaction
                        .findBinned(type, id)
                        .orElseThrow(() -> Problem.notFound(type.name(), Ids.format(id)));
                Values stored = transaction.restore(type, id, version(binned));
                journal.append(transaction, type, Verb.RESTORE, id, version(stored), NOTHING, NOTHING);
                return stored;
            });
        } catch (Problem problem) {
            // What is wrong is not the call but what the others hold meanwhile.
            throw problem.kind() == Problem.Kind.INVALID
                    ? Problem.of(Problem.Kind.CONFLICT, "record.key-taken", problem.findings())
                    : problem;
        }
    }

    /** The record as it will be until the end of the transaction, but for what the transaction changes. */
    private static Values locked(Transaction transaction, RecordType type, long id, long expectedVersion) {
        transaction.lock(type, id);
        Values record = live(transaction, type, id);
        if (expectedVersion != 0 && expectedVersion != version(record)) {
            throw Problem.of(Problem.Kind.CONFLICT, "record.stale");
        }
        return record;
    }

    private static Values live(RecordReader reader, RecordType type, long id) {
        return reader.find(type, id).orElseThrow(() -> Problem.notFound(type.name(), Ids.format(id)));
    }

    private static long id(Values record) {
        return (Long) record.get("id");
    }

    private static long version(Values record) {
        return (Long) record.get("version");
    }

    @Override
    public List<Journal.Entry> history(CallContext context, RecordType type, long id, long before, int limit) {
        read(context, type, id);
        return journal.history(type, id, before == 0 ? Long.MAX_VALUE : before, limit);
    }

    @Override
    public Values read(CallContext context, RecordType type, long id) {
        return unitOfWork.read(context, reader -> live(reader, type, id));
    }

    @Override
    public Page list(CallContext context, RecordType type, long after, int limit) {
        List<Values> rows = unitOfWork.read(context, reader -> reader.page(type, after, limit + 1));
        if (rows.size() <= limit) {
            return new Page(rows, 0);
        }
        List<Values> page = rows.subList(0, limit);
        return new Page(page, id(page.get(limit - 1)));
    }
}
