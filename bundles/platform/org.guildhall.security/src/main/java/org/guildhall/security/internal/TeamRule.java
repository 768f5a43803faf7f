/* Copyright the Guildhall authors. SPDX-License-Identifier: Apache-2.0 */
package org.guildhall.security.internal;

import java.sql.SQLException;
import java.util.List;
import org.guildhall.api.Finding;
import org.guildhall.api.ForRecord;
import org.guildhall.api.RecordRule;
import org.guildhall.api.Verb;
import org.guildhall.api.Work;
import org.guildhall.api.platform.Access;
import org.guildhall.api.platform.PlatformWork;
import org.guildhall.api.platform.Transaction;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/** Teams are a tree, and no tower; who hangs one under his own would see its records. */
@Component
@ForRecord("security.team")
public final class TeamRule implements RecordRule {
    private final Access access;

    @Activate
    public TeamRule(@Reference Access access) {
        this.access = access;
    }

    @Override
    public List<Finding> check(Change change, Work work) {
        if (change.verb() == Verb.UPDATE
                && change.changed().has("parent")
                && !access.allows(work.context(), Permissions.GRANT)) {
            throw Permissions.grantNeeded();
        }
        Transaction transaction = ((PlatformWork) work).transaction();
        // First: two who move teams at once could make a circle together.
        access.changed(transaction);
        return change.after().get("parent") instanceof Long parent
                ? check(transaction, change.record().id(), parent)
                : List.of();
    }

    private static List<Finding> check(Transaction transaction, long team, long parent) {
        TeamTree tree;
        try {
            tree = SnapshotLoader.tree(transaction.connection()).with(team, parent);
        } catch (SQLException e) {
            throw Statements.failure(e);
        }
        if (tree.isCircle(team)) {
            return List.of(new Finding("parent", "security.team-circle"));
        }
        return tree.depth(team) > TeamTree.MAX_DEPTH
                ? List.of(new Finding("parent", "security.team-depth", Integer.toString(TeamTree.MAX_DEPTH)))
                : List.of();
    }
}
