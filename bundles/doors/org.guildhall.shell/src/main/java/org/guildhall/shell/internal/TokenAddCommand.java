/* Copyright the Guildhall authors. SPDX-License-Identifier: Apache-2.0 */
package org.guildhall.shell.internal;

import java.time.Duration;
import java.util.List;
import org.apache.karaf.shell.api.action.Action;
import org.apache.karaf.shell.api.action.Argument;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.Completion;
import org.apache.karaf.shell.api.action.Option;
import org.apache.karaf.shell.api.action.lifecycle.Reference;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.guildhall.api.platform.Authentication;

/** Makes a token. */
@Service
@Command(scope = "guildhall", name = "token-add", description = "Makes a token for a user and prints it, once")
public final class TokenAddCommand implements Action {
    @Argument(index = 0, name = "user", description = "The user it speaks for", required = true)
    @Completion(UserCompleter.class)
    private String user;

    @Argument(index = 1, name = "name", description = "What it is for", required = true)
    private String name;

    @Option(name = "--days", description = "For how many days it is valid, 1 to 3650")
    private int days = 365;

    @Option(
            name = "--scope",
            description =
                    "What it is limited to, such as customer.contact:read; all that the user may do when left out",
            multiValued = true)
    private List<String> scopes = List.of();

    @Reference
    private Authentication authentication;

    @Override
    public Object execute() {
        if (days < 1 || days > 3_650) {
            throw new IllegalArgumentException("--days takes 1 to 3650.");
        }
        if (name.isBlank() || name.length() > 100) {
            throw new IllegalArgumentException("name takes 1 to 100 characters.");
        }
        System.out.println(Problems.told(() -> authentication.issueToken(user, name, Duration.ofDays(days), scopes)));
        return null;
    }
}
