/* Copyright the Guildhall authors. SPDX-License-Identifier: Apache-2.0 */
package org.guildhall.security.internal;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.guildhall.api.Condition;
import org.guildhall.api.Verb;
import org.guildhall.api.platform.RecordField;
import org.guildhall.api.platform.RecordPart;
import org.guildhall.api.platform.RecordType;
import org.guildhall.api.platform.TypeAccess;
import org.guildhall.api.platform.Visibility;
import org.guildhall.security.internal.GrantedRole.FieldAccess;
import org.guildhall.security.internal.GrantedRole.Scope;

/** What a user's roles, teams and shares mean for one record type; nothing but computing. */
final class AccessOfRoles {
    private static final String USERS = "security.user";
    /** Without these nobody could name a record. */
    private static final Set<String> ALWAYS_SEEN = Set.of("id", "version");

    private final UserSnapshot user;
    private final RecordType type;
    private final List<String> scopes;
    private final List<GrantedRole> readers;
    private final List<GrantedRole> writers;
    private final Set<String> hidden = new HashSet<>();
    private final Set<String> readOnly = new HashSet<>();

    private AccessOfRoles(UserSnapshot user, RecordType type, List<String> scopes) {
        this.user = user;
        this.type = type;
        this.scopes = scopes;
        this.readers = giving(Verb.READ);
        this.writers = giving(Verb.UPDATE);
    }

    static TypeAccess compute(UserSnapshot user, RecordType type, List<String> scopes) {
        return new AccessOfRoles(user, type, scopes).compute();
    }

    private TypeAccess compute() {
        Map<Verb, Visibility> verbs = new EnumMap<>(Verb.class);
        for (Verb verb : Verb.values()) {
            Visibility reached = user.isActive() && TokenScopes.allow(scopes, type.name(), verb)
                    ? visibility(verb)
                    : Visibility.NOTHING;
            if (!reached.isNothing()) {
                verbs.put(verb, reached);
            }
        }
        type.fields().forEach(field -> limit(field, ""));
        for (RecordPart part : type.parts()) {
            limit(part.name());
            part.type().fields().forEach(field -> limit(field, part.name() + "."));
        }
        return new TypeAccess(verbs, hidden, readOnly);
    }

    private Visibility visibility(Verb verb) {
        Optional<Scope> widest = user.rolesAndEverybody().stream()
                .map(role -> role.scope(type.name(), verb))
                .flatMap(Optional::stream)
                .max(Scope::compareTo);
        if (widest.equals(Optional.of(Scope.ALL))) {
            return Visibility.EVERYTHING;
        }
        Set<Long> owners = widest.isPresent() ? Set.of(user.user()) : Set.of();
        Set<Long> teams = widest.map(this::teams).orElse(Set.of());
        if (verb == Verb.READ && type.name().equals(USERS)) {
            return withHimself(owners, teams);
        }
        boolean shared = verb == Verb.READ && user.shares().readable().contains(type.name())
                || verb == Verb.UPDATE && user.shares().changeable().contains(type.name());
        return new Visibility.Rows(
                false, owners, teams, shared ? grantees() : Set.of(), verb == Verb.UPDATE, List.of());
    }

    private Set<Long> teams(Scope scope) {
        return switch (scope) {
            case TEAM -> Set.copyOf(user.teams());
            case TEAM_AND_BELOW -> user.teamsAndBelow();
            case OWN, ALL -> Set.of();
        };
    }

    private Set<Long> grantees() {
        Set<Long> grantees = new HashSet<>(user.teams());
        grantees.add(user.user());
        return grantees;
    }

    /** Nobody owns his own record, so that everything is said by a condition. */
    private Visibility withHimself(Set<Long> owners, Set<Long> teams) {
        Set<Long> users = new HashSet<>(user.shares().users());
        users.add(user.user());
        List<Condition> reached = new ArrayList<>();
        reached.add(among("id", users));
        if (!owners.isEmpty()) {
            reached.add(among("owner", owners));
        }
        if (!teams.isEmpty()) {
            reached.add(among("team", teams));
        }
        return new Visibility.Rows(
                true,
                Set.of(),
                Set.of(),
                Set.of(),
                false,
                List.of(reached.size() == 1 ? reached.get(0) : new Condition.Any(reached)));
    }

    private static Condition among(String field, Set<Long> ids) {
        return ids.size() == 1
                ? Condition.equal(field, ids.iterator().next())
                : Condition.in(field, ids.stream().sorted().toList());
    }

    private List<GrantedRole> giving(Verb verb) {
        return user.rolesAndEverybody().stream()
                .filter(role -> role.scope(type.name(), verb).isPresent())
                .toList();
    }

    private void limit(RecordField field, String parent) {
        if (ALWAYS_SEEN.contains(field.name())) {
            return;
        }
        if (Stream.ofNullable(field.permission())
                .anyMatch(permission -> !Permissions.cover(user.grants(scopes), permission))) {
            hidden.add(parent + field.name());
        } else {
            limit(parent + field.name());
        }
    }

    private void limit(String path) {
        if (isLimited(readers, path, FieldAccess.HIDDEN)) {
            hidden.add(path);
        } else if (isLimited(writers, path, FieldAccess.READ_ONLY)) {
            readOnly.add(path);
        }
    }

    /** Whether all roles that give the verb say so; where none does, as with a share alone, whether any role says so. */
    private boolean isLimited(List<GrantedRole> giving, String path, FieldAccess most) {
        return giving.isEmpty()
                ? user.roles().stream().anyMatch(role -> role.limits(type.name(), path, most))
                : giving.stream().allMatch(role -> role.limits(type.name(), path, most));
    }
}
