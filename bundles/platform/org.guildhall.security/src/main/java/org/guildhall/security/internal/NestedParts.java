/* Copyright the Guildhall authors. SPDX-License-Identifier: Apache-2.0 */
package org.guildhall.security.internal;

import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.guildhall.api.RecordRule.Change;
import org.guildhall.api.Values;

/** The parts in a record that changes. */
final class NestedParts {
    private NestedParts() {}

    static List<Values> of(Values record, String part) {
        return record.get(part) instanceof List<?> items
                ? items.stream().map(Values.class::cast).toList()
                : List.of();
    }

    /** A field of the parts as they are. */
    static List<Object> before(Change change, String part, String field) {
        return of(change.before(), part).stream()
                .map(item -> item.get(field))
                .filter(Objects::nonNull)
                .toList();
    }

    /** A field of the parts as they will be; what a part that is kept does not speak of, it keeps. */
    static List<Object> after(Change change, String part, String field) {
        return of(change.after(), part).stream()
                .flatMap(item -> Stream.ofNullable(item.has(field) ? item.get(field) : kept(change, part, item, field)))
                .toList();
    }

    private static Object kept(Change change, String part, Values item, String field) {
        return of(change.before(), part).stream()
                .filter(stored -> item.get("id") != null && item.get("id").equals(stored.get("id")))
                .map(stored -> stored.get(field))
                .filter(Objects::nonNull)
                .findFirst()
                .orElse(null);
    }
}
