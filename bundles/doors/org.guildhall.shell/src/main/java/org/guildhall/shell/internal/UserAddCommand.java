/* Copyright the Guildhall authors. SPDX-License-Identifier: Apache-2.0 */
package org.guildhall.shell.internal;

import java.security.SecureRandom;
import java.util.Base64;
import java.util.List;
import org.apache.karaf.shell.api.action.Action;
import org.apache.karaf.shell.api.action.Argument;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.Completion;
import org.apache.karaf.shell.api.action.Option;
import org.apache.karaf.shell.api.action.lifecycle.Reference;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.guildhall.api.Values;
import org.guildhall.api.platform.RecordService;
import org.guildhall.api.platform.RecordTypes;

/** Makes a user. */
@Service
@Command(
        scope = "guildhall",
        name = "user-add",
        description = "Makes a user with a random password, and prints it, once")
public final class UserAddCommand implements Action {
    private static final int BYTES = 15;

    @Argument(name = "name", description = "What the user signs in with", required = true)
    private String name;

    @Option(name = "--role", description = "A role that the user has, by its name", multiValued = true)
    @Completion(RoleCompleter.class)
    private List<String> roles = List.of();

    @Option(
            name = "--team",
            description = "A team that the user is in, by its name; the first is the primary one",
            multiValued = true)
    @Completion(TeamCompleter.class)
    private List<String> teams = List.of();

    @Reference
    private RecordService records;

    @Reference
    private RecordTypes types;

    @Override
    public Object execute() {
        ServerRecords server = new ServerRecords(records, types);
        Values user = server.create(
                ServerRecords.USERS,
                Values.builder()
                        .put("name", name)
                        .put("active", true)
                        .put("roles", parts(server, ServerRecords.ROLES, "role", roles))
                        .put("teams", parts(server, ServerRecords.TEAMS, "team", teams))
                        .build());
        String password = random();
        server.operate(ServerRecords.USERS, ServerRecords.id(user), "setPassword", Values.of("password", password));
        System.out.println(password);
        return null;
    }

    private static List<Values> parts(ServerRecords server, String type, String field, List<String> names) {
        return names.stream()
                .distinct()
                .map(one -> Values.of(field, server.byName(type, one)))
                .toList();
    }

    /** 120 random bits, in letters and digits. */
    private static String random() {
        byte[] bits = new byte[BYTES];
        new SecureRandom().nextBytes(bits);
        return Base64.getUrlEncoder()
                .withoutPadding()
                .encodeToString(bits)
                .replace('-', 'x')
                .replace('_', 'y');
    }
}
