/* Copyright the Guildhall authors. SPDX-License-Identifier: Apache-2.0 */
package org.guildhall.security.internal;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.guildhall.security.internal.GrantedRole.FieldAccess;
import org.guildhall.security.internal.GrantedRole.Permission;
import org.guildhall.security.internal.GrantedRole.Scope;

/** Reads a user with his teams, roles and shares by a handful of statements. */
final class SnapshotLoader {
    /** More of them would be more than a condition takes. */
    private static final int MOST_SHARED_USERS = 500;

    private static final String USER = "select id from security_user where id = ? and bin = 0 and active = ?";
    private static final String TEAMS = "select t.team from security_user_team t"
            + " join security_team x on x.id = t.team and x.bin = 0 where t.parent = ? order by t.position";
    private static final String TREE = "select id, parent from security_team where bin = 0 and parent is not null";
    private static final String ROLES = "select r.role from security_user_role r"
            + " join security_role x on x.id = r.role and x.bin = 0 where r.parent = ? order by r.position";
    private static final String PERMISSIONS =
            "select parent, type, verbs, scope from security_role_permission where parent in ";
    private static final String FIELD_RULES =
            "select parent, type, field, access from security_role_field_rule where parent in ";
    private static final String GRANTS = "select parent, permission from security_role_grant where parent in ";
    private static final String SHARES = "select distinct record_type, may_change from gh_share where grantee_id in ";
    private static final String SHARED_USERS =
            "select distinct record_id from gh_share where record_type = 'security.user' and grantee_id in ";

    private final Connection connection;

    private SnapshotLoader(Connection connection) {
        this.connection = connection;
    }

    /** @param revision read before, so that what is read now is as new or newer */
    static UserSnapshot load(Connection connection, long revision, long user) throws SQLException {
        return new SnapshotLoader(connection).load(revision, user);
    }

    /** The teams that hang under others. */
    static TeamTree tree(Connection connection) throws SQLException {
        Map<Long, Long> parents = new HashMap<>();
        Statements.select(connection, TREE, row -> parents.put(row.getLong(1), row.getLong(2)));
        return new TeamTree(parents);
    }

    private UserSnapshot load(long revision, long user) throws SQLException {
        if (ids(USER, user, true).isEmpty()) {
            return UserSnapshot.nobody(revision, user);
        }
        List<Long> teams = ids(TEAMS, user);
        List<GrantedRole> roles = roles(ids(ROLES, user));
        boolean below = roles.stream()
                .flatMap(role -> role.permissions().stream())
                .anyMatch(permission -> permission.scope() == Scope.TEAM_AND_BELOW);
        Set<Long> teamsAndBelow = below ? tree(connection).andBelow(teams) : new HashSet<>(teams);
        return new UserSnapshot(revision, user, teams, teamsAndBelow, roles, shares(user, teams));
    }

    private List<Long> ids(String sql, Object... parameters) throws SQLException {
        return Statements.select(connection, sql, row -> row.getLong(1), parameters).stream()
                .distinct()
                .toList();
    }

    private List<GrantedRole> roles(List<Long> ids) throws SQLException {
        if (ids.isEmpty()) {
            return List.of();
        }
        Map<Long, GrantedRole> roles = new HashMap<>();
        ids.forEach(id -> roles.put(id, new GrantedRole(id, new ArrayList<>(), new HashMap<>(), new HashSet<>())));
        Object[] parameters = ids.toArray();
        String among = "(" + Statements.places(parameters.length) + ")";
        Statements.select(
                connection,
                PERMISSIONS + among,
                row -> {
                    GrantedRole role = roles.get(row.getLong(1));
                    String type = row.getString(2);
                    String verbs = row.getString(3);
                    Scope.of(row.getString(4)).ifPresent(scope -> role.permissions()
                            .add(new Permission(type, Permission.verbs(verbs), scope)));
                    return role;
                },
                parameters);
        Statements.select(
                connection,
                FIELD_RULES + among,
                row -> {
                    Map<String, FieldAccess> rules = roles.get(row.getLong(1))
                            .fieldRules()
                            .computeIfAbsent(row.getString(2), type -> new HashMap<>());
                    String path = row.getString(3);
                    FieldAccess.of(row.getString(4))
                            .ifPresent(access -> rules.merge(path, access, SnapshotLoader::less));
                    return rules;
                },
                parameters);
        Statements.select(
                connection,
                GRANTS + among,
                row -> roles.get(row.getLong(1)).grants().add(row.getString(2)),
                parameters);
        return ids.stream().map(roles::get).toList();
    }

    private static FieldAccess less(FieldAccess one, FieldAccess other) {
        return one.compareTo(other) <= 0 ? one : other;
    }

    private UserSnapshot.Shares shares(long user, List<Long> teams) throws SQLException {
        List<Long> grantees = new ArrayList<>(teams);
        grantees.add(user);
        Object[] parameters = grantees.toArray();
        String among = "(" + Statements.places(parameters.length) + ")";
        Set<String> readable = new HashSet<>();
        Set<String> changeable = new HashSet<>();
        Statements.select(
                connection,
                SHARES + among,
                row -> {
                    readable.add(row.getString(1));
                    return row.getBoolean(2) && changeable.add(row.getString(1));
                },
                parameters);
        Set<Long> users = new HashSet<>();
        if (readable.contains("security.user")) {
            List<Long> shared = ids(SHARED_USERS + among, parameters);
            users.addAll(shared.subList(0, Math.min(shared.size(), MOST_SHARED_USERS)));
        }
        return new UserSnapshot.Shares(readable, changeable, users);
    }
}
