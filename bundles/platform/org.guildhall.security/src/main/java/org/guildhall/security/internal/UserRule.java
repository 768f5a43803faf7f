/* Copyright the Guildhall authors. SPDX-License-Identifier: Apache-2.0 */
package org.guildhall.security.internal;

import java.util.ArrayList;
import java.util.List;
import org.guildhall.api.Finding;
import org.guildhall.api.ForRecord;
import org.guildhall.api.RecordRule;
import org.guildhall.api.Work;
import org.guildhall.api.platform.Access;
import org.guildhall.api.platform.PlatformWork;
import org.guildhall.api.platform.Transaction;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/** Who may change users is not thereby who may say what users may do. */
@Component
@ForRecord("security.user")
public final class UserRule implements RecordRule {
    private final Access access;
    private final Credentials credentials;

    @Activate
    public UserRule(@Reference Access access, @Reference Credentials credentials) {
        this.access = access;
        this.credentials = credentials;
    }

    @Override
    public List<Finding> check(Change change, Work work) {
        if (needsGrant(change, work.context().caller().id()) && !access.allows(work.context(), Permissions.GRANT)) {
            throw Permissions.grantNeeded();
        }
        if (change.changed().get("name") instanceof String name && !isLogin(name)) {
            return List.of(new Finding("name", "security.user-name", "name"));
        }
        Transaction transaction = ((PlatformWork) work).transaction();
        access.changed(transaction);
        List<Finding> findings = new ArrayList<>();
        switch (change.verb()) {
            case UPDATE, DELETE -> {
                if (Administrators.endWithUser(transaction.connection(), change)) {
                    findings.add(new Finding("active", "security.last-administrator"));
                }
            }
            case PURGE ->
                credentials.remove(transaction.connection(), change.record().id());
            default -> {}
        }
        return findings;
    }

    private static boolean needsGrant(Change change, long caller) {
        return switch (change.verb()) {
            case CREATE, RESTORE ->
                !NestedParts.of(change.after(), "roles").isEmpty()
                        || !NestedParts.of(change.after(), "teams").isEmpty();
            case UPDATE ->
                change.changed().has("roles")
                        || change.changed().has("teams")
                        || change.changed().has("active")
                        || (change.changed().has("name") && change.record().id() != caller);
            default -> false;
        };
    }

    /** Basic authentication ends the name at the first colon. */
    private static boolean isLogin(String name) {
        return name.codePoints()
                .noneMatch(one -> one == ':'
                        || Character.isWhitespace(one)
                        || Character.isSpaceChar(one)
                        || Character.isISOControl(one));
    }
}
