/* Copyright the Guildhall authors. SPDX-License-Identifier: Apache-2.0 */
package org.guildhall.wire;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import org.guildhall.api.Finding;
import org.guildhall.api.Problem;
import org.guildhall.api.platform.FieldKind;

/** The members of an object that says what to do, in any order, and all that is wrong with them. */
final class Members {
    private static final int MAX_FINDINGS = 100;

    private final Map<String, Object> members = new LinkedHashMap<>();
    private final List<Finding> findings = new ArrayList<>();
    private final String known;

    private Members(Set<String> known) {
        this.known = String.join(", ", known);
    }

    /**
     * Reads what is at the parser's token; what is no object has no members. A member that is null is as good as absent.
     *
     * @param kinds what the members are
     * @param name the one member that is of none of these kinds
     * @param reading reads that one
     */
    static Members read(JsonParser in, Map<String, FieldKind> kinds, String name, Json.Reading<Object> reading)
            throws IOException {
        Set<String> known = new TreeSet<>(kinds.keySet());
        known.add(name);
        Members read = new Members(known);
        if (in.currentToken() != JsonToken.START_OBJECT) {
            in.skipChildren();
            return read;
        }
        while (in.nextToken() != JsonToken.END_OBJECT) {
            String member = in.currentName();
            if (in.nextToken() == JsonToken.VALUE_NULL && known.contains(member)) {
                continue;
            }
            FieldKind kind = kinds.get(member);
            read.members.put(
                    member,
                    kind != null
                            ? JsonValues.read(in, kind)
                            : member.equals(name) ? reading.read(in) : JsonValues.raw(in));
        }
        return read;
    }

    /** Takes a member out; empty when it is not there, or is nothing that it takes, which is found. */
    <T> Optional<T> take(String name, Class<T> type, String takes, Predicate<T> fits) {
        Object value = members.remove(name);
        Optional<T> taken = Optional.ofNullable(value)
                .filter(type::isInstance)
                .map(type::cast)
                .filter(fits);
        if (value != null && taken.isEmpty()) {
            findings.add(wrong(name, takes));
        }
        return taken;
    }

    /** Takes a member out that must be there. */
    <T> Optional<T> require(String name, Class<T> type, String takes, Predicate<T> fits) {
        if (!members.containsKey(name)) {
            findings.add(wrong(name, takes));
        }
        return take(name, type, takes, fits);
    }

    static Finding wrong(String name, String takes) {
        return new Finding(name, "request.parameter", name, takes);
    }

    /** Finds that what was not taken belongs to nothing, and throws what was found. */
    void check() {
        members.keySet().stream()
                .limit(MAX_FINDINGS)
                .forEach(name -> findings.add(new Finding(name, "request.unknown-parameter", name, known)));
        if (!findings.isEmpty()) {
            throw Problem.invalid(findings);
        }
    }
}
