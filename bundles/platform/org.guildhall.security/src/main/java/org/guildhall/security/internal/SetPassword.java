/* Copyright the Guildhall authors. SPDX-License-Identifier: Apache-2.0 */
package org.guildhall.security.internal;

import java.sql.Connection;
import java.util.List;
import javax.validation.constraints.NotNull;
import javax.validation.constraints.Size;
import org.guildhall.api.Caller;
import org.guildhall.api.Finding;
import org.guildhall.api.ForRecord;
import org.guildhall.api.Operates;
import org.guildhall.api.Operation;
import org.guildhall.api.Problem;
import org.guildhall.api.Ref;
import org.guildhall.api.Work;
import org.guildhall.api.platform.Access;
import org.guildhall.api.platform.Authentication;
import org.guildhall.api.platform.PlatformWork;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/** Sets one's own password, with the current one, or, for those who may give permissions, another user's. */
@Component
@ForRecord("security.user")
@Operates(name = "setPassword", permission = Permissions.SELF)
public final class SetPassword implements Operation<SetPassword.Input, Void> {
    private static final int SHORTEST = 12;
    private static final int LONGEST = 200;

    private final Access access;
    private final Credentials credentials;
    private final PasswordTries tries;

    /** @param currentPassword for one's own */
    public record Input(
            @NotNull @Size(min = SHORTEST, max = LONGEST) String password,
            @Size(max = LONGEST) String currentPassword) {}

    @Activate
    public SetPassword(@Reference Access access, @Reference Credentials credentials, @Reference PasswordTries tries) {
        this.access = access;
        this.credentials = credentials;
        this.tries = tries;
    }

    @Override
    public Void run(Ref on, Input input, Work work) {
        Connection connection = ((PlatformWork) work).transaction().connection();
        Caller caller = work.context().caller();
        String password = input.password();
        if (password == null || password.length() < SHORTEST || password.length() > LONGEST) {
            throw Problem.invalid(List.of(
                    new Finding("password", "security.password-length", "password", "" + SHORTEST, "" + LONGEST)));
        }
        if (caller.id() == on.id()) {
            checkCurrent(connection, caller, input.currentPassword());
        } else if (!access.allows(work.context(), Permissions.GRANT)) {
            throw Permissions.grantNeeded();
        }
        credentials.put(connection, on.id(), Passwords.hash(password));
        work.emit("passwordSet", on);
        return null;
    }

    private void checkCurrent(Connection connection, Caller caller, String current) {
        String stored = credentials.find(connection, caller.id()).orElse(null);
        if (current == null || stored == null || !isRight(caller, current, stored)) {
            throw Problem.of(Problem.Kind.FORBIDDEN, "security.password-wrong");
        }
    }

    private boolean isRight(Caller caller, String password, String stored) {
        try {
            return tries.match(caller.name(), "setPassword", () -> Passwords.matches(password, stored));
        } catch (Authentication.Throttled throttled) {
            throw Problem.of(Problem.Kind.FORBIDDEN, "security.too-many-tries", Long.toString(throttled.seconds()));
        }
    }
}
