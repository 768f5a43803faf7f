/* Copyright the Guildhall authors. SPDX-License-Identifier: Apache-2.0 */
package org.guildhall.security.internal;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.guildhall.api.Verb;
import org.guildhall.api.platform.RecordType;
import org.guildhall.api.platform.TypeAccess;

/** What is known of a user at a revision of the users, teams and roles, and what follows for record types. */
final class UserSnapshot {
    /** What every user may do without any role: see the tokens that he holds, and revoke them. */
    static final GrantedRole EVERYBODY = new GrantedRole(
            0,
            List.of(new GrantedRole.Permission(
                    "security.token", Set.of(Verb.READ, Verb.DELETE), GrantedRole.Scope.OWN)),
            Map.of(),
            Set.of(Permissions.SELF));

    private static final int MOST_COMPUTED = 1_000;

    private final long revision;
    private final long user;
    private final boolean active;
    private final List<Long> teams;
    private final Set<Long> teamsAndBelow;
    private final List<GrantedRole> roles;
    private final List<GrantedRole> rolesAndEverybody;
    private final Set<String> grants;
    private final Shares shares;
    private final Map<Key, Computed> computed = new ConcurrentHashMap<>();

    /**
     * What is shared with a user or with one of his teams.
     *
     * @param readable the types of which something is
     * @param changeable the types of which something is for changing
     * @param users the users whose records are
     */
    record Shares(Set<String> readable, Set<String> changeable, Set<Long> users) {
        static final Shares NONE = new Shares(Set.of(), Set.of(), Set.of());
    }

    private record Key(String type, List<String> scopes) {}

    /** @param type of this very shape: a plugin that comes back may declare other permissions for its fields */
    private record Computed(RecordType type, TypeAccess access) {}

    /**
     * An active user.
     *
     * @param teams the primary one first
     * @param teamsAndBelow these and all below them
     */
    UserSnapshot(
            long revision,
            long user,
            List<Long> teams,
            Set<Long> teamsAndBelow,
            List<GrantedRole> roles,
            Shares shares) {
        this(revision, user, true, teams, teamsAndBelow, roles, shares);
    }

    private UserSnapshot(
            long revision,
            long user,
            boolean active,
            List<Long> teams,
            Set<Long> teamsAndBelow,
            List<GrantedRole> roles,
            Shares shares) {
        this.revision = revision;
        this.user = user;
        this.active = active;
        this.teams = List.copyOf(teams);
        this.teamsAndBelow = Set.copyOf(teamsAndBelow);
        this.roles = List.copyOf(roles);
        this.rolesAndEverybody =
                active ? Stream.concat(Stream.of(EVERYBODY), roles.stream()).toList() : List.of();
        this.grants = rolesAndEverybody.stream()
                .flatMap(role -> role.grants().stream())
                .collect(Collectors.toUnmodifiableSet());
        this.shares = shares;
    }

    /** A user who is not there, or is not active: nothing is his. */
    static UserSnapshot nobody(long revision, long user) {
        return new UserSnapshot(revision, user, false, List.of(), Set.of(), List.of(), Shares.NONE);
    }

    TypeAccess access(RecordType type, List<String> scopes) {
        Key key = new Key(type.name(), scopes);
        Computed known = computed.get(key);
        if (known != null && known.type() == type) {
            return known.access();
        }
        TypeAccess access = AccessOfRoles.compute(this, type, scopes);
        if (computed.size() >= MOST_COMPUTED) {
            computed.clear();
        }
        computed.put(key, new Computed(type, access));
        return access;
    }

    /** The patterns of the permissions that are held with a token of these scopes. */
    Set<String> grants(List<String> scopes) {
        return TokenScopes.areEverything(scopes) ? grants : Set.of();
    }

    long revision() {
        return revision;
    }

    long user() {
        return user;
    }

    boolean isActive() {
        return active;
    }

    List<Long> teams() {
        return teams;
    }

    Set<Long> teamsAndBelow() {
        return teamsAndBelow;
    }

    /** The roles that were given. */
    List<GrantedRole> roles() {
        return roles;
    }

    /** The roles with that of everybody. */
    List<GrantedRole> rolesAndEverybody() {
        return rolesAndEverybody;
    }

    Shares shares() {
        return shares;
    }
}
