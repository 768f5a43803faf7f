/* Copyright the Guildhall authors. SPDX-License-Identifier: Apache-2.0 */
package org.guildhall.records.internal;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.guildhall.api.Finding;
import org.guildhall.api.Ids;
import org.guildhall.api.OnDelete;
import org.guildhall.api.Problem;
import org.guildhall.api.Ref;
import org.guildhall.api.Values;
import org.guildhall.api.Verb;
import org.guildhall.api.platform.FieldKind;
import org.guildhall.api.platform.RecordField;
import org.guildhall.api.platform.RecordPart;
import org.guildhall.api.platform.RecordReader;
import org.guildhall.api.platform.RecordType;
import org.guildhall.api.platform.TypeAccess;
import org.guildhall.api.platform.Visibility;

/** Records that refer to records: what they refer to is there, and what is referred to goes as declared. */
final class References {
    /** The most records of which one deletion clears the reference. */
    private static final int MAX_CLEARED = 1_000;

    private References() {}

    /** A reference in values: where it stands, and the record that it refers to. */
    private record Use(String path, Ref target) {}

    /** What is reached of a type; nothing for a type that is not here. */
    interface Seen {
        Optional<Target> of(String type);
    }

    /** A type and which of its records are reached. */
    record Target(RecordType type, Visibility visibility) {}

    /**
     * Throws INVALID for references to what is no live record that is reached.
     *
     * @param before what the record refers to already, and may go on to; no fields for a new one
     */
    static void check(RecordType type, Values values, Values before, RecordReader reader, Seen seen) {
        List<Use> uses = new ArrayList<>();
        collect(type, values, "", uses);
        if (uses.isEmpty()) {
            return;
        }
        List<Use> former = new ArrayList<>();
        collect(type, before, "", former);
        Set<Ref> known = former.stream().map(Use::target).collect(Collectors.toSet());
        uses.removeIf(use -> known.contains(use.target()));
        Map<String, Set<Long>> wanted = new HashMap<>();
        uses.forEach(use -> wanted.computeIfAbsent(use.target().type(), name -> new HashSet<>())
                .add(use.target().id()));
        Map<String, Set<Long>> found = new HashMap<>();
        wanted.forEach((name, ids) -> seen.of(name)
                .ifPresent(target -> found.put(name, reader.existing(target.type(), ids, false, target.visibility()))));
        List<Finding> findings = uses.stream()
                .filter(use -> !found.getOrDefault(use.target().type(), Set.of())
                        .contains(use.target().id()))
                .map(use -> new Finding(
                        use.path(),
                        found.containsKey(use.target().type()) ? "field.reference" : "field.reference-away",
                        use.path(),
                        use.target().type(),
                        Ids.format(use.target().id())))
                .toList();
        if (!findings.isEmpty()) {
            throw Problem.invalid(findings);
        }
    }

    private static void collect(RecordType type, Values values, String path, List<Use> uses) {
        values.forEach((name, value) -> {
            RecordField field = type.field(name).orElse(null);
            if (value instanceof Ref ref) {
                uses.add(new Use(path + name, ref));
            } else if (field != null && field.target() != null && value != null) {
                uses.add(new Use(path + name, new Ref(field.target(), (Long) value)));
            } else if (field == null && value instanceof List<?> items) {
                RecordType part = type.part(name).orElseThrow().type();
                for (int i = 0; i < items.size(); i++) {
                    collect(part, (Values) items.get(i), path + name + "[" + i + "].", uses);
                }
            }
        });
    }

    /** A record that refers to another, and the field that does. */
    record Referring(RecordType type, RecordField field, long id) {}

    /** What a caller may do with a type. */
    interface Rights {
        TypeAccess of(RecordType type);
    }

    /**
     * Throws CONFLICT when a live record forbids that the record goes.
     *
     * @param rights of who wants that: only what is seen is named
     * @return the references that go with it
     */
    static List<Referring> release(RecordType type, long id, List<RecordType> all, RecordReader reader, Rights rights) {
        List<Referring> cleared = new ArrayList<>();
        for (RecordType from : all) {
            release(type, id, from, null, reader, rights, cleared);
            for (RecordPart part : from.parts()) {
                release(type, id, from, part, reader, rights, cleared);
            }
        }
        return cleared;
    }

    private static void release(
            RecordType type,
            long id,
            RecordType from,
            RecordPart part,
            RecordReader reader,
            Rights rights,
            List<Referring> cleared) {
        for (RecordField field : (part == null ? from : part.type()).fields()) {
            boolean refers = type.name().equals(field.target()) || field.kind() == FieldKind.REFERENCE_TO_ANY;
            if (!refers || field.onDelete() == OnDelete.KEEP) {
                continue;
            }
            int limit = field.onDelete() == OnDelete.BLOCK ? 1 : MAX_CLEARED + 1;
            List<Long> referring = reader.referring(from, part, field, type.name(), id, limit);
            if (field.onDelete() == OnDelete.BLOCK && !referring.isEmpty()) {
                throw referred(from, part, field, referring.get(0), reader, rights.of(from));
            }
            referring.forEach(one -> cleared.add(new Referring(from, field, one)));
            if (cleared.size() > MAX_CLEARED) {
                throw Problem.of(
                        Problem.Kind.TOO_EXPENSIVE,
                        "record.referred-often",
                        Integer.toString(MAX_CLEARED),
                        from.name());
            }
        }
    }

    private static Problem referred(
            RecordType from, RecordPart part, RecordField field, long id, RecordReader reader, TypeAccess granted) {
        Set<String> names = part == null ? Set.of(field.name()) : Set.of(part.name(), part.name() + "." + field.name());
        return Collections.disjoint(granted.hidden(), names)
                        && !reader.existing(from, Set.of(id), false, granted.visibility(Verb.READ))
                                .isEmpty()
                ? Problem.of(Problem.Kind.CONFLICT, "record.referred", from.name(), Ids.format(id), field.name())
                : Problem.of(Problem.Kind.CONFLICT, "record.referred-unseen");
    }
}
