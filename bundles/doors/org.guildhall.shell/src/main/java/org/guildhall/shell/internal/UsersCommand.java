/* Copyright the Guildhall authors. SPDX-License-Identifier: Apache-2.0 */
package org.guildhall.shell.internal;

import java.util.Map;
import java.util.stream.Collectors;
import org.apache.karaf.shell.api.action.Action;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.lifecycle.Reference;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.apache.karaf.shell.support.table.ShellTable;
import org.guildhall.api.Values;
import org.guildhall.api.platform.RecordService;
import org.guildhall.api.platform.RecordTypes;

/** Lists the users. */
@Service
@Command(scope = "guildhall", name = "users", description = "Lists the users with their roles and teams")
public final class UsersCommand implements Action {
    @Reference
    private RecordService records;

    @Reference
    private RecordTypes types;

    @Override
    public Object execute() {
        ServerRecords server = new ServerRecords(records, types);
        Map<Long, String> roles = server.names(ServerRecords.ROLES);
        Map<Long, String> teams = server.names(ServerRecords.TEAMS);
        ShellTable table =
                Tables.of("Name", "Display name", "Active", "Roles", "Teams").emptyTableText("There is no user.");
        for (Values user : server.all(ServerRecords.USERS)) {
            table.addRow()
                    .addContent(
                            ServerRecords.text(user, "name"),
                            ServerRecords.text(user, "displayName"),
                            Boolean.TRUE.equals(user.get("active")) ? "yes" : "no",
                            names(user, "roles", "role", roles),
                            names(user, "teams", "team", teams));
        }
        table.print(System.out);
        return null;
    }

    private static String names(Values user, String part, String field, Map<Long, String> names) {
        return ServerRecords.parts(user, part).stream()
                .map(item -> names.getOrDefault(item.get(field), "?"))
                .collect(Collectors.joining(", "));
    }
}
