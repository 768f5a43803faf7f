/* Copyright the Guildhall authors. SPDX-License-Identifier: Apache-2.0 */
package org.guildhall.shell.internal;

import org.apache.karaf.shell.api.action.Action;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.lifecycle.Reference;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.apache.karaf.shell.support.table.ShellTable;
import org.guildhall.api.platform.Plugins;

/** Lists the plugins. */
@Service
@Command(scope = "guildhall", name = "plugins", description = "Lists the plugins, their state and their record types")
public final class PluginsCommand implements Action {
    @Reference
    private Plugins plugins;

    @Override
    public Object execute() {
        ShellTable table = Tables.of("Plugin", "Version", "Schema", "State", "Record types", "Uses", "Reason");
        for (Plugins.Status plugin : plugins.all()) {
            table.addRow()
                    .addContent(
                            plugin.name(),
                            plugin.version(),
                            plugin.schema() == 0 ? "" : plugin.schema(),
                            plugin.state(),
                            String.join(", ", plugin.types()),
                            String.join(
                                    ", ",
                                    plugin.uses().stream()
                                            .map(use -> use.type()
                                                    + (plugin.granted().contains(use) ? "" : " (not granted)"))
                                            .toList()),
                            plugin.reason());
        }
        table.print(System.out);
        return null;
    }
}
