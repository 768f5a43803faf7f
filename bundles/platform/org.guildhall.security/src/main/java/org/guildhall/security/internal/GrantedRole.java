/* Copyright the Guildhall authors. SPDX-License-Identifier: Apache-2.0 */
package org.guildhall.security.internal;

import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.guildhall.api.Verb;

/**
 * A role as it is needed to decide.
 *
 * @param fieldRules by record type and by the path of the field
 * @param grants patterns of permissions
 */
record GrantedRole(
        long id, List<Permission> permissions, Map<String, Map<String, FieldAccess>> fieldRules, Set<String> grants) {
    /** Which records a permission reaches; each reaches more than the one before. */
    enum Scope {
        OWN("own"),
        TEAM("team"),
        TEAM_AND_BELOW("teamAndBelow"),
        ALL("all");

        private final String choice;

        Scope(String choice) {
            this.choice = choice;
        }

        /** The scope of a choice; none of a choice that an administrator has added, which means nothing here. */
        static Optional<Scope> of(String choice) {
            return Arrays.stream(values())
                    .filter(scope -> scope.choice.equals(choice))
                    .findFirst();
        }
    }

    /** What is left of a field; less comes first. */
    enum FieldAccess {
        HIDDEN("hidden"),
        READ_ONLY("readOnly");

        private final String choice;

        FieldAccess(String choice) {
            this.choice = choice;
        }

        static Optional<FieldAccess> of(String choice) {
            return Arrays.stream(values())
                    .filter(access -> access.choice.equals(choice))
                    .findFirst();
        }
    }

    /** @param type a pattern of record types */
    record Permission(String type, Set<Verb> verbs, Scope scope) {
        /** Reads the choices of a column, which are between commas. */
        static Set<Verb> verbs(String choices) {
            Set<Verb> verbs = EnumSet.noneOf(Verb.class);
            List<String> words = List.of(choices.split(","));
            Stream.of(Verb.values())
                    .filter(verb -> words.contains(TokenScopes.word(verb)))
                    .forEach(verbs::add);
            return verbs;
        }
    }

    /** The widest scope in which the role gives a verb on a type, if it does. */
    Optional<Scope> scope(String type, Verb verb) {
        return permissions.stream()
                .filter(permission ->
                        permission.verbs().contains(verb) && Permissions.coversType(permission.type(), type))
                .map(Permission::scope)
                .max(Scope::compareTo);
    }

    /** Whether the role leaves no more of a field than this. */
    boolean limits(String type, String path, FieldAccess most) {
        FieldAccess left = fieldRules.getOrDefault(type, Map.of()).get(path);
        return left != null && left.compareTo(most) <= 0;
    }
}
