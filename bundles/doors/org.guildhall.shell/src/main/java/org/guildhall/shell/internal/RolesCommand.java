/* Copyright the Guildhall authors. SPDX-License-Identifier: Apache-2.0 */
package org.guildhall.shell.internal;

import java.util.List;
import java.util.stream.Collectors;
import org.apache.karaf.shell.api.action.Action;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.lifecycle.Reference;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.apache.karaf.shell.support.table.ShellTable;
import org.guildhall.api.Choices;
import org.guildhall.api.Values;
import org.guildhall.api.platform.RecordService;
import org.guildhall.api.platform.RecordTypes;

/** Lists the roles. */
@Service
@Command(
        scope = "guildhall",
        name = "roles",
        description = "Lists the roles and what they permit, a row for each permission")
public final class RolesCommand implements Action {
    @Reference
    private RecordService records;

    @Reference
    private RecordTypes types;

    @Override
    public Object execute() {
        ShellTable table = Tables.of("Role", "Description", "Type", "Verbs", "Scope", "Grants")
                .emptyTableText("There is no role.");
        for (Values role : new ServerRecords(records, types).all(ServerRecords.ROLES)) {
            add(table, role);
        }
        table.print(System.out);
        return null;
    }

    private static void add(ShellTable table, Values role) {
        List<Values> permissions = ServerRecords.parts(role, "permissions");
        for (int i = 0; i < Math.max(1, permissions.size()); i++) {
            Values permission = i < permissions.size()
                    ? permissions.get(i)
                    : Values.builder().build();
            table.addRow()
                    .addContent(
                            i == 0 ? ServerRecords.text(role, "name") : "",
                            i == 0 ? ServerRecords.text(role, "description") : "",
                            ServerRecords.text(permission, "type"),
                            permission.get("verbs") instanceof Choices verbs ? String.join(", ", verbs.names()) : "",
                            ServerRecords.text(permission, "scope"),
                            i == 0 ? grants(role) : "");
        }
    }

    private static String grants(Values role) {
        return ServerRecords.parts(role, "grants").stream()
                .map(grant -> ServerRecords.text(grant, "permission"))
                .collect(Collectors.joining(", "));
    }
}
