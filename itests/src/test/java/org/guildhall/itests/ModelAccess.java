/* Copyright the Guildhall authors. SPDX-License-Identifier: Apache-2.0 */
package org.guildhall.itests;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.guildhall.api.Ref;
import org.guildhall.itests.ModelRecords.Row;
import org.guildhall.itests.RandomTypes.Field;
import org.guildhall.itests.RandomTypes.Mark;
import org.guildhall.itests.RandomTypes.Type;

/** What callers may do with which records, and which fields they see. */
final class ModelAccess {
    static final String READ = "read";
    static final String UPDATE = "update";
    static final String RESTORE = "restore";

    /** A type of another plugin, and one of which everybody reaches a record: what hangs on any record may hang on them. */
    private static final List<String> OTHERS = List.of("customer.contact", RandomTypes.USER);

    private final RandomTypes types;
    private final ModelRecords records;
    private final Map<Long, Long> parentsOfTeams = new HashMap<>();

    enum Scope {
        OWN("own"),
        TEAM("team"),
        TEAM_AND_BELOW("teamAndBelow"),
        ALL("all");

        private final String choice;

        Scope(String choice) {
            this.choice = choice;
        }

        @Override
        public String toString() {
            return choice;
        }
    }

    /** @param type a type, {@code plugin.*}, or {@code *} for all but users, teams and roles */
    record Permission(String type, Set<String> verbs, Scope scope) {}

    /** @param hidden fields, parts and fields of parts, by type */
    record Role(String id, List<Permission> permissions, Map<String, Set<String>> hidden, Set<String> grants) {
        Optional<Scope> scope(String type, String verb) {
            return permissions.stream()
                    .filter(permission -> permission.verbs().contains(verb))
                    .filter(permission -> permission.type().equals("*")
                            ? !type.startsWith("security.")
                            : covers(permission.type(), type))
                    .map(Permission::scope)
                    .max(Scope::compareTo);
        }

        boolean hides(String type, String path) {
            return hidden.getOrDefault(type, Set.of()).contains(path);
        }
    }

    /**
     * Somebody who asks.
     *
     * @param teams the caller's own
     * @param scopes what the token is limited to; empty for nothing
     */
    record Caller(String name, long id, Server server, List<Role> roles, List<Long> teams, List<String> scopes) {
        boolean isNarrowed() {
            return name.startsWith(RandomTypes.NARROWED);
        }

        @Override
        public String toString() {
            return name + " of the roles "
                    + roles.stream()
                            .map(role -> role.permissions() + (role.hidden().isEmpty() ? "" : " without ")
                                    + (role.hidden().isEmpty() ? "" : role.hidden()) + " " + role.grants())
                            .collect(Collectors.joining("; "))
                    + (scopes.isEmpty() ? "" : " by a token for " + scopes);
        }
    }

    ModelAccess(RandomTypes types, ModelRecords records) {
        this.types = types;
        this.records = records;
    }

    void team(long team, Long parent) {
        if (parent != null) {
            parentsOfTeams.put(team, parent);
        }
    }

    private static boolean covers(String pattern, String name) {
        return pattern.equals("*")
                || pattern.equals(name)
                || pattern.endsWith(".*") && name.startsWith(pattern.substring(0, pattern.length() - 1));
    }

    private static boolean covers(List<String> scopes, String type, String verb) {
        return scopes.isEmpty()
                || scopes.stream().anyMatch(scope -> {
                    String[] halves = scope.split(":");
                    return covers(halves[0], type) && (halves.length == 1 || halves[1].equals(verb));
                });
    }

    /** Whether the caller may do this to any record of the type at all. */
    boolean allows(Caller caller, String type, String verb) {
        Optional<Field> parent = types.find(type).flatMap(Type::parent);
        if (parent.isPresent()) {
            return parents(parent.get()).anyMatch(one -> allows(caller, one, onParent(verb)));
        }
        return covers(caller.scopes(), type, verb)
                && (type.equals(RandomTypes.USER) && verb.equals(READ)
                        || scope(caller, type, verb).isPresent()
                        || records.all(type).anyMatch(row -> isShared(caller, verb, row)));
    }

    /** The types that a reference may go to and whose records do not hang on others themselves. */
    private Stream<String> parents(Field reference) {
        return reference.target() != null
                ? Stream.of(reference.target())
                : Stream.concat(
                        OTHERS.stream(),
                        types.all().stream()
                                .filter(type -> type.parent().isEmpty())
                                .map(Type::name));
    }

    private static String onParent(String verb) {
        return verb.equals(READ) ? READ : UPDATE;
    }

    private static Optional<Scope> scope(Caller caller, String type, String verb) {
        return caller.roles().stream()
                .map(role -> role.scope(type, verb))
                .flatMap(Optional::stream)
                .max(Scope::compareTo);
    }

    private static boolean isShared(Caller caller, String verb, Row row) {
        return Stream.concat(Stream.of(caller.id()), caller.teams().stream())
                .map(row.shares()::get)
                .filter(Objects::nonNull)
                .anyMatch(changing -> verb.equals(READ) || verb.equals(UPDATE) && changing);
    }

    /** Whether the caller may do this to a record, be it live or in the bin. */
    boolean reaches(Caller caller, Row row, String verb) {
        String type = row.type().name();
        Optional<Field> parent = row.type().parent();
        if (parent.isPresent()) {
            Ref on = ModelRecords.reference(parent.get(), row.value(parent.get().name()));
            return parents(parent.get()).anyMatch(on.type()::equals)
                    && records.find(on.type(), on.id())
                            .filter(found -> !found.isBinned() && reaches(caller, found, onParent(verb)))
                            .isPresent();
        }
        return covers(caller.scopes(), type, verb)
                && (isInScope(caller, row, verb) || isShared(caller, verb, row))
                && types.policy()
                        .filter(policy -> policy.type().equals(row.type()) && caller.isNarrowed())
                        .map(policy -> records.holds(caller, policy.condition(), row))
                        .orElse(true);
    }

    private boolean isInScope(Caller caller, Row row, String verb) {
        if (row.type() == RandomTypes.USERS && row.id() == caller.id() && verb.equals(READ)) {
            return true;
        }
        Scope scope = scope(caller, row.type().name(), verb).orElse(null);
        if (scope == null || scope == Scope.ALL) {
            return scope == Scope.ALL;
        }
        Object team = row.value("team");
        return row.value("owner") instanceof Long owner && owner == caller.id()
                || scope == Scope.TEAM && team != null && caller.teams().contains(team)
                || scope == Scope.TEAM_AND_BELOW && team != null && isBelow((Long) team, caller.teams());
    }

    private boolean isBelow(Long team, List<Long> above) {
        for (Long one = team; one != null; one = parentsOfTeams.get(one)) {
            if (above.contains(one)) {
                return true;
            }
        }
        return false;
    }

    /** The fields, parts and fields of parts that the caller does not see. */
    Set<String> hidden(Caller caller, Type type) {
        List<Role> readers = caller.roles().stream()
                .filter(role -> role.scope(type.name(), READ).isPresent())
                .toList();
        Set<String> hidden = new HashSet<>();
        for (String path : type.paths()) {
            boolean byRoles = readers.isEmpty()
                    ? caller.roles().stream().anyMatch(role -> role.hides(type.name(), path))
                    : readers.stream().allMatch(role -> role.hides(type.name(), path));
            if (byRoles || isRestricted(type, path) && !isGranted(caller)) {
                hidden.add(path);
            }
        }
        return hidden;
    }

    private static boolean isRestricted(Type type, String path) {
        int dot = path.indexOf('.');
        List<Field> fields = new ArrayList<>(type.fields());
        if (dot > 0) {
            fields.clear();
            fields.addAll(type.part(path.substring(0, dot)).orElseThrow().fields());
        }
        return fields.stream()
                .anyMatch(field -> field.name().equals(path.substring(dot + 1)) && field.is(Mark.RESTRICTED));
    }

    private boolean isGranted(Caller caller) {
        return caller.scopes().isEmpty()
                && caller.roles().stream()
                        .flatMap(role -> role.grants().stream())
                        .anyMatch(grant -> covers(grant, types.plugin() + "." + RandomTypes.PERMISSION));
    }
}
