/* Copyright the Guildhall authors. SPDX-License-Identifier: Apache-2.0 */
package org.guildhall.api.platform;

import java.util.Map;
import java.util.Set;
import org.guildhall.api.Verb;

/**
 * What a caller may do with the records of a type.
 *
 * @param verbs which records, by verb; no entry for what the caller may not do at all
 * @param hidden fields, parts, and fields of parts ({@code supplies.price}) that the caller does not see
 * @param readOnly those that the caller sees and does not write
 */
public record TypeAccess(Map<Verb, Visibility> verbs, Set<String> hidden, Set<String> readOnly) {
    public TypeAccess {
        verbs = Map.copyOf(verbs);
        hidden = Set.copyOf(hidden);
        readOnly = Set.copyOf(readOnly);
    }

    public boolean allows(Verb verb) {
        return verbs.containsKey(verb);
    }

    public Visibility visibility(Verb verb) {
        return verbs.getOrDefault(verb, Visibility.NOTHING);
    }
}
