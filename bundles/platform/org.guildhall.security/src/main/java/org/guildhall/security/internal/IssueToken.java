/* Copyright the Guildhall authors. SPDX-License-Identifier: Apache-2.0 */
package org.guildhall.security.internal;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import javax.validation.constraints.NotNull;
import javax.validation.constraints.Size;
import org.guildhall.api.Finding;
import org.guildhall.api.ForRecord;
import org.guildhall.api.Operates;
import org.guildhall.api.Operation;
import org.guildhall.api.Problem;
import org.guildhall.api.Ref;
import org.guildhall.api.Refers;
import org.guildhall.api.Work;
import org.guildhall.api.platform.Access;
import org.guildhall.api.platform.PlatformWork;
import org.guildhall.api.platform.Transaction;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/** Makes a token for oneself or, for those who may give permissions, for another user; it is shown this once. */
@Component
@ForRecord("security.user")
@Operates(name = "issueToken", permission = Permissions.SELF)
public final class IssueToken implements Operation<IssueToken.Input, IssueToken.Output> {
    private static final int MOST_DAYS = 3_650;
    private static final int DAYS = 365;

    private final Access access;
    private final IssuedTokens tokens;

    /**
     * @param name what it is for
     * @param days for how many it is valid; a year when left out
     * @param scopes what it is limited to, separated by blanks; nothing when left out
     */
    public record Input(@NotNull @Size(max = 100) String name, Integer days, @Size(max = 255) String scopes) {}

    /**
     * @param token for the header {@code Authorization: Bearer}
     * @param id the record of the token
     */
    public record Output(@Size(max = 100) String token, @Refers("security.token") Long id, Instant expiresAt) {}

    @Activate
    public IssueToken(@Reference Access access, @Reference IssuedTokens tokens) {
        this.access = access;
        this.tokens = tokens;
    }

    @Override
    public Output run(Ref on, Input input, Work work) {
        if (work.context().caller().id() != on.id() && !access.allows(work.context(), Permissions.GRANT)) {
            throw Permissions.grantNeeded();
        }
        int days = input.days() == null ? DAYS : input.days();
        if (days < 1 || days > MOST_DAYS) {
            throw Problem.invalid(List.of(new Finding("days", "security.token-days", "days", "" + MOST_DAYS)));
        }
        Transaction transaction = ((PlatformWork) work).transaction();
        if (!isActive(transaction.connection(), on.id())) {
            throw Problem.of(Problem.Kind.CONFLICT, "security.user-inactive");
        }
        Instant expiresAt = work.now().plus(Duration.ofDays(days));
        IssuedTokens.Issued issued = tokens.issue(transaction, on.id(), input.name(), expiresAt, input.scopes());
        return new Output(issued.text(), issued.id(), expiresAt);
    }

    private static boolean isActive(Connection connection, long user) {
        try {
            return Statements.count(
                            connection,
                            "select count(*) from security_user where id = ? and bin = 0 and active = ?",
                            user,
                            true)
                    > 0;
        } catch (SQLException e) {
            throw Statements.failure(e);
        }
    }
}
