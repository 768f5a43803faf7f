/* Copyright the Guildhall authors. SPDX-License-Identifier: Apache-2.0 */
package org.guildhall.records.internal;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.guildhall.api.CallContext;
import org.guildhall.api.Condition;
import org.guildhall.api.Page;
import org.guildhall.api.Query;
import org.guildhall.api.Ref;
import org.guildhall.api.Values;
import org.guildhall.api.Verb;
import org.guildhall.api.platform.FieldKind;
import org.guildhall.api.platform.RecordField;
import org.guildhall.api.platform.RecordField.Trait;
import org.guildhall.api.platform.RecordPart;
import org.guildhall.api.platform.RecordQuery;
import org.guildhall.api.platform.RecordReader;
import org.guildhall.api.platform.RecordType;
import org.guildhall.api.platform.RecordTypes;
import org.guildhall.api.platform.TypeAccess;
import org.guildhall.api.platform.ValuesFormat;

/** Answers queries: checked, narrowed to what is reached, masked. */
final class Queries {
    private static final int MAX_SORT = 10;
    private static final int MAX_QUICK_FIND = 200;

    private final Reach reach;
    private final RecordTypes types;
    private final ValuesFormat format;
    private final Cursors cursors;

    Queries(Reach reach, RecordTypes types, ValuesFormat format, Cursors cursors) {
        this.reach = reach;
        this.types = types;
        this.format = format;
        this.cursors = cursors;
    }

    /** @param granted what the caller may do with the type */
    Page page(CallContext context, RecordType type, TypeAccess granted, Query query, RecordReader reader) {
        Reach.require(granted, type, query.binned() ? Verb.RESTORE : Verb.READ);
        RecordQuery checked = checked(context, type, granted, query, reader);
        RecordQuery.Rows rows = reader.query(type, checked);
        int found = Math.min(rows.records().size(), query.limit());
        String next = found == rows.records().size()
                ? null
                : cursors.write(question(context, type, query), rows.places().get(found - 1));
        List<Values> records = rows.records().subList(0, found);
        Integer count = query.count() ? (Integer) reader.count(type, checked, Query.MAX_COUNT + 1) : null;
        boolean atLeast = count != null && count > Query.MAX_COUNT;
        return new Page(
                records.stream()
                        .map(record -> Mask.of(type, granted.hidden(), record))
                        .toList(),
                next,
                atLeast ? (Integer) Query.MAX_COUNT : count,
                atLeast,
                query.expand().isEmpty() ? Map.of() : expand(context, type, granted, records, query.expand(), reader));
    }

    private RecordQuery checked(
            CallContext context, RecordType type, TypeAccess granted, Query query, RecordReader reader) {
        RecordType seen = Mask.seen(type, granted.hidden());
        Conditions conditions = new Conditions(context, format, field -> reach.target(context, field));
        Condition filter = query.filter() == null ? null : conditions.typed(seen, query.filter());
        conditions.checkSort(seen, query.sort());
        checkNames(conditions, seen, query);
        if (query.limit() < 1 || query.limit() > Query.MAX_LIMIT) {
            conditions.find("limit", "request.parameter", "limit", "1.." + Query.MAX_LIMIT);
        }
        if (query.sort().size() > MAX_SORT) {
            conditions.find("sort", "request.parameter", "sort", "1.." + MAX_SORT);
        }
        List<String> searched = searched(seen);
        List<String> words = List.of();
        if (query.quickFind() != null) {
            words = query.quickFind().length() > MAX_QUICK_FIND ? List.of() : reader.words(query.quickFind());
            if (searched.isEmpty()) {
                conditions.find("q", "query.no-quick-find", type.name());
            } else if (words.isEmpty()) {
                conditions.find("q", "request.parameter", "q", "a-z, 0-9, ... (1.." + MAX_QUICK_FIND + ")");
            }
        }
        conditions.throwIfAny();
        Set<String> fields = query.fields() == null
                ? null
                : Stream.concat(query.fields().stream(), query.expand().stream())
                        .collect(Collectors.toSet());
        return new RecordQuery(
                filter,
                conditions.targets(),
                words,
                searched.size() == searched(type).size() ? null : Set.copyOf(searched),
                query.sort(),
                granted.visibility(query.binned() ? Verb.RESTORE : Verb.READ),
                query.binned(),
                fields,
                query.cursor() == null ? null : cursors.read(question(context, type, query), query.cursor()),
                query.limit() + 1);
    }

    private static void checkNames(Conditions conditions, RecordType seen, Query query) {
        if (query.fields() != null) {
            for (String name : query.fields()) {
                if (seen.field(name).isEmpty()
                        && seen.part(name).filter(RecordPart::nested).isEmpty()) {
                    conditions.find(name, "field.unknown", name);
                }
            }
        }
        for (String name : query.expand()) {
            if (seen.field(name).filter(Queries::isReference).isEmpty()) {
                conditions.find(name, "query.expand", name);
            }
        }
    }

    /** The fields that quick find looks into, those of parts too. */
    private static List<String> searched(RecordType type) {
        List<String> names = new ArrayList<>();
        type.fields().stream().filter(field -> field.is(Trait.SEARCHABLE)).forEach(field -> names.add(field.name()));
        type.parts().stream().filter(RecordPart::nested).forEach(part -> part.type().fields().stream()
                .filter(field -> field.is(Trait.SEARCHABLE))
                .forEach(field -> names.add(part.name() + "." + field.name())));
        return names;
    }

    /** What a cursor belongs to. */
    private static String question(CallContext context, RecordType type, Query query) {
        return context.caller().id() + "\n" + type.name() + "\n" + query.filter() + "\n" + query.quickFind() + "\n"
                + query.sort() + "\n" + query.binned();
    }

    static boolean isReference(RecordField field) {
        return field.kind() == FieldKind.REFERENCE_TO_ANY
                || (field.kind() == FieldKind.REFERENCE && field.target() != null);
    }

    /** The records that others refer to in some fields, as far as the caller sees them. */
    Map<Ref, Values> expand(
            CallContext context,
            RecordType type,
            TypeAccess granted,
            Collection<Values> records,
            Set<String> fields,
            RecordReader reader) {
        Conditions names = new Conditions(context, format, field -> reach.target(context, field));
        checkNames(names, Mask.seen(type, granted.hidden()), Query.ALL.expanding(fields));
        names.throwIfAny();
        Map<String, Set<Long>> wanted = new HashMap<>();
        for (Values record : records) {
            for (String name : fields) {
                Ref ref = ref(type.field(name).orElseThrow(), record.get(name));
                if (ref != null) {
                    wanted.computeIfAbsent(ref.type(), key -> new HashSet<>()).add(ref.id());
                }
            }
        }
        Map<Ref, Values> expanded = new HashMap<>();
        wanted.forEach((name, ids) -> types.find(name).ifPresent(target -> {
            TypeAccess seen = reach.of(context, target);
            reader.findAll(target, ids, seen.visibility(Verb.READ))
                    .forEach((id, record) -> expanded.put(new Ref(name, id), Mask.of(target, seen.hidden(), record)));
        }));
        return expanded;
    }

    /** The record that a value of a field refers to, or null. */
    static Ref ref(RecordField field, Object value) {
        return value instanceof Long id ? new Ref(field.target(), id) : (Ref) value;
    }
}
