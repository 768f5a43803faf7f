/* Copyright the Guildhall authors. SPDX-License-Identifier: Apache-2.0 */
package org.guildhall.records.internal;

import java.util.List;
import org.guildhall.api.CallContext;
import org.guildhall.api.Ids;
import org.guildhall.api.Problem;
import org.guildhall.api.Values;
import org.guildhall.api.platform.Journal;
import org.guildhall.api.platform.RecordService;
import org.guildhall.api.platform.RecordType;
import org.guildhall.api.platform.UnitOfWork;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/** The pipeline: check, defaults; then store and journal, in one unit of work. */
@Component
public final class GovernedRecords implements RecordService {
    private final UnitOfWork unitOfWork;
    private final Journal journal;
    private final RecordDefaults defaults;

    @Activate
    public GovernedRecords(
            @Reference UnitOfWork unitOfWork, @Reference Journal journal, @Reference LeasedNumbers numbers) {
        this.unitOfWork = unitOfWork;
        this.journal = journal;
        this.defaults = new RecordDefaults(numbers);
    }

    @Override
    public Values create(CallContext context, RecordType type, Values values) {
        RecordCheck.ofNew(type, values);
        Values whole = defaults.of(type, values);
        return unitOfWork.write(context, transaction -> {
            Values stored = transaction.insert(type, whole);
            journal.append(transaction, type, "create", (Long) stored.get("id"), (Long) stored.get("version"), whole);
            return stored;
        });
    }

    @Override
    public Values read(CallContext context, RecordType type, long id) {
        return unitOfWork
                .read(context, reader -> reader.find(type, id))
                .orElseThrow(() -> Problem.notFound(type.name(), Ids.format(id)));
    }

    @Override
    public Page list(CallContext context, RecordType type, long after, int limit) {
        List<Values> rows = unitOfWork.read(context, reader -> reader.page(type, after, limit + 1));
        if (rows.size() <= limit) {
            return new Page(rows, 0);
        }
        List<Values> page = rows.subList(0, limit);
        return new Page(page, (Long) page.get(limit - 1).get("id"));
    }
}
