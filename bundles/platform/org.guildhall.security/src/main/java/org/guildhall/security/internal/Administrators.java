/* Copyright the Guildhall authors. SPDX-License-Identifier: Apache-2.0 */
package org.guildhall.security.internal;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import org.guildhall.api.RecordRule.Change;
import org.guildhall.api.Verb;

/**
 * Keeps one active user at least who has every permission; for changes that {@link RoleAccess#changed} has made wait for
 * each other.
 */
final class Administrators {
    private static final String OTHERS = "select count(*) from security_user u"
            + " join security_user_role m on m.parent = u.id"
            + " join security_role r on r.id = m.role and r.bin = 0"
            + " join security_role_grant g on g.parent = r.id and g.permission = '*'"
            + " where u.bin = 0 and u.active = ?";
    private static final String POWERFUL = "select count(*) from security_role r"
            + " join security_role_grant g on g.parent = r.id and g.permission = '*'"
            + " where r.bin = 0 and r.id in ";

    private Administrators() {}

    /** Whether a change of a user takes the last one away. */
    static boolean endWithUser(Connection connection, Change change) {
        try {
            return isOne(connection, change.before().get("active"), NestedParts.before(change, "roles", "role"))
                    && (change.verb() == Verb.DELETE
                            || !isOne(
                                    connection,
                                    change.after().get("active"),
                                    NestedParts.after(change, "roles", "role")))
                    && Statements.count(
                                    connection,
                                    OTHERS + " and u.id <> ?",
                                    true,
                                    change.record().id())
                            == 0;
        } catch (SQLException e) {
            throw Statements.failure(e);
        }
    }

    private static boolean isOne(Connection connection, Object active, List<Object> roles) throws SQLException {
        return Boolean.TRUE.equals(active)
                && !roles.isEmpty()
                && Statements.count(
                                connection,
                                POWERFUL + "(" + Statements.places(roles.size()) + ")",
                                new ArrayList<>(roles).toArray())
                        > 0;
    }

    /** Whether a change of a role takes the last one away. */
    static boolean endWithRole(Connection connection, Change change) {
        try {
            return NestedParts.before(change, "grants", "permission").contains(Permissions.ALL)
                    && (change.verb() == Verb.DELETE
                            || !NestedParts.after(change, "grants", "permission")
                                    .contains(Permissions.ALL))
                    && Statements.count(connection, OTHERS, true) > 0
                    && Statements.count(
                                    connection,
                                    OTHERS + " and r.id <> ?",
                                    true,
                                    change.record().id())
                            == 0;
        } catch (SQLException e) {
            throw Statements.failure(e);
        }
    }
}
