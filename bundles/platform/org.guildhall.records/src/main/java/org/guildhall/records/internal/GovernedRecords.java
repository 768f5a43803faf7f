/* Copyright the Guildhall authors. SPDX-License-Identifier: Apache-2.0 */
package org.guildhall.records.internal;

import java.util.ArrayList;
import java.util.List;
import org.guildhall.api.CallContext;
import org.guildhall.api.Finding;
import org.guildhall.api.Ids;
import org.guildhall.api.Problem;
import org.guildhall.api.Values;
import org.guildhall.api.platform.FieldKind;
import org.guildhall.api.platform.Journal;
import org.guildhall.api.platform.RecordField;
import org.guildhall.api.platform.RecordService;
import org.guildhall.api.platform.RecordType;
import org.guildhall.api.platform.UnitOfWork;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/** The pipeline: check, store, journal, in one unit of work. */
@Component
public final class GovernedRecords implements RecordService {
    private final UnitOfWork unitOfWork;
    private final Journal journal;

    @Activate
    public GovernedRecords(@Reference UnitOfWork unitOfWork, @Reference Journal journal) {
        this.unitOfWork = unitOfWork;
        this.journal = journal;
    }

    @Override
    public Values create(CallContext context, RecordType type, Values values) {
        check(type, values);
        return unitOfWork.write(context, transaction -> {
            Values stored = transaction.insert(type, values);
            journal.append(transaction, type, "create", (Long) stored.get("id"), (Long) stored.get("version"), values);
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

    private static void check(RecordType type, Values values) {
        List<Finding> findings = new ArrayList<>();
        for (String name : values.names()) {
            RecordField field = type.field(name).orElse(null);
            if (field == null) {
                findings.add(new Finding(name, "field.unknown", name));
            } else if (field.readOnly()) {
                findings.add(new Finding(name, "field.read-only", name));
            } else {
                check(field, values.get(name), findings);
            }
        }
        for (RecordField field : type.fields()) {
            if (field.required() && !field.readOnly() && isEmpty(values.get(field.name()))) {
                findings.add(new Finding(field.name(), "field.required", field.name()));
            }
        }
        if (!findings.isEmpty()) {
            throw Problem.invalid(findings);
        }
    }

    private static void check(RecordField field, Object value, List<Finding> findings) {
        if (value == null) {
            return;
        }
        if (!field.kind().type().isInstance(value)) {
            findings.add(new Finding(field.name(), "field.kind", field.name(), example(field.kind())));
            return;
        }
        if (field.kind() == FieldKind.TEXT || field.kind() == FieldKind.LONG_TEXT) {
            String text = (String) value;
            if (field.length() > 0 && text.length() > field.length()) {
                findings.add(
                        new Finding(field.name(), "field.too-long", field.name(), Integer.toString(field.length())));
            }
            if (!isStorable(text)) {
                findings.add(new Finding(field.name(), "field.characters", field.name()));
            }
        }
    }

    /** What a value of the kind looks like in JSON. */
    private static String example(FieldKind kind) {
        return switch (kind) {
            case TEXT, LONG_TEXT -> "\"text\"";
            case INTEGER -> "12";
            case DECIMAL -> "12.30";
            case BOOLEAN -> "true | false";
            case DATE -> "\"2026-11-22\"";
            case INSTANT -> "\"2026-11-22T08:30:00.123Z\"";
            case REFERENCE -> "\"0HZX3W8K2M4QR\"";
        };
    }

    private static boolean isEmpty(Object value) {
        return value == null || (value instanceof String text && text.isBlank());
    }

    /** Not every database keeps NUL, and none keeps half of a surrogate pair. */
    private static boolean isStorable(String text) {
        for (int i = 0; i < text.length(); i++) {
            char unit = text.charAt(i);
            if (unit == 0) {
                return false;
            }
            if (Character.isSurrogate(unit)) {
                if (!Character.isHighSurrogate(unit)
                        || i + 1 == text.length()
                        || !Character.isLowSurrogate(text.charAt(++i))) {
                    return false;
                }
            }
        }
        return true;
    }
}
