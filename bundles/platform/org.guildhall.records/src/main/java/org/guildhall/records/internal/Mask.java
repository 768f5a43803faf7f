/* Copyright the Guildhall authors. SPDX-License-Identifier: Apache-2.0 */
package org.guildhall.records.internal;

import java.util.List;
import java.util.Set;
import org.guildhall.api.Values;
import org.guildhall.api.platform.RecordPart;
import org.guildhall.api.platform.RecordType;

/** Takes out of records what a caller does not see. */
final class Mask {
    private Mask() {}

    /** The record without hidden fields, hidden parts, and hidden fields of parts. */
    static Values of(RecordType type, Set<String> hidden, Values record) {
        if (hidden.isEmpty()) {
            return record;
        }
        Values.Builder seen = Values.builder();
        record.forEach((name, value) -> {
            if (!hidden.contains(name)) {
                RecordPart part = type.part(name).orElse(null);
                seen.put(name, part == null ? value : parts(name, hidden, value));
            }
        });
        return seen.build();
    }

    private static Object parts(String part, Set<String> hidden, Object value) {
        return value instanceof List<?> items && hidden.stream().anyMatch(name -> name.startsWith(part + "."))
                ? items.stream().map(item -> part(part, hidden, (Values) item)).toList()
                : value;
    }

    static Values part(String part, Set<String> hidden, Values item) {
        Values.Builder seen = Values.builder();
        item.forEach((name, value) -> {
            if (!hidden.contains(part + "." + name)) {
                seen.put(name, value);
            }
        });
        return seen.build();
    }

    /** The type without its hidden fields. */
    static RecordType seen(RecordType type, Set<String> hidden) {
        return hidden.isEmpty()
                ? type
                : type.edit(type.fields().stream()
                                .filter(field -> !hidden.contains(field.name()))
                                .toList())
                        .parts(type.parts().stream()
                                .filter(part -> !hidden.contains(part.name()))
                                .map(part ->
                                        new RecordPart(part.name(), seenPart(part, hidden), part.nested(), part.max()))
                                .toList())
                        .build();
    }

    private static RecordType seenPart(RecordPart part, Set<String> hidden) {
        return hidden.stream().noneMatch(name -> name.startsWith(part.name() + "."))
                ? part.type()
                : part.type()
                        .edit(part.type().fields().stream()
                                .filter(field -> !hidden.contains(part.name() + "." + field.name()))
                                .toList())
                        .build();
    }
}
