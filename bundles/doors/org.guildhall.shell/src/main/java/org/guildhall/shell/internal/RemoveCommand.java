/* Copyright the Guildhall authors. SPDX-License-Identifier: Apache-2.0 */
package org.guildhall.shell.internal;

import java.util.List;
import org.apache.karaf.shell.api.action.Action;
import org.apache.karaf.shell.api.action.Argument;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.Completion;
import org.apache.karaf.shell.api.action.Option;
import org.apache.karaf.shell.api.action.lifecycle.Reference;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.apache.karaf.shell.support.table.ShellTable;
import org.guildhall.api.platform.PluginData;
import org.guildhall.api.platform.Plugins;

/** Takes a plugin's data away: first into quarantine, then for ever. */
@Service
@Command(
        scope = "guildhall",
        name = "remove",
        description = "Says what the database holds for a plugin, puts the plugin into quarantine, or deletes its data")
public final class RemoveCommand implements Action {
    @Argument(name = "plugin", description = "The plugin", required = true)
    @Completion(PluginCompleter.class)
    private String plugin;

    @Option(name = "--dry-run", description = "Print what is held for it, and do nothing; so without an option too")
    private boolean dryRun;

    @Option(name = "--quarantine", description = "Serve it no more, whatever is deployed; its data stay as they are")
    private boolean quarantine;

    @Option(name = "--restore", description = "Let it out of quarantine")
    private boolean restore;

    @Option(name = "--purge", description = "Delete the data of a plugin in quarantine, for ever")
    private boolean purge;

    @Reference
    private Plugins plugins;

    @Override
    public Object execute() {
        long options = List.of(dryRun, quarantine, restore, purge).stream()
                .filter(given -> given)
                .count();
        if (options > 1) {
            throw new IllegalArgumentException(
                    "Only one of --dry-run, --quarantine, --restore and --purge can be given.");
        }
        if (quarantine) {
            plugins.quarantine(plugin);
            System.out.println("The plugin " + plugin
                    + " is in quarantine, with all its data. guildhall:remove --restore " + plugin + " lets it out.");
        } else if (restore) {
            plugins.release(plugin);
            System.out.println("The plugin " + plugin + " is out of quarantine, and served where its jar is deployed.");
        } else if (purge) {
            PluginData.Held held = plugins.held(plugin);
            plugins.purge(plugin);
            print(held.rows(), "Deleted", "There was nothing.");
        } else {
            show();
        }
        return null;
    }

    private void show() {
        PluginData.Held held = plugins.held(plugin);
        print(held.rows(), "Held for " + plugin, "The database holds nothing for " + plugin + ".");
        if (!held.referring().isEmpty()) {
            System.out.println();
            print(held.referring(), "Refers to its records, and would to nothing", "");
        }
        System.out.println();
        System.out.println(
                held.quarantined() == null
                        ? "guildhall:remove --quarantine " + plugin
                                + " serves it no more and deletes nothing; --purge deletes this when it is in quarantine."
                        : "In quarantine since " + held.quarantined()
                                + ": --restore lets it out, --purge deletes this.");
    }

    private static void print(List<PluginData.Rows> rows, String what, String empty) {
        ShellTable table = Tables.of(what, "Rows").emptyTableText(empty);
        rows.forEach(one -> table.addRow().addContent(one.what(), one.count()));
        table.print(System.out);
    }
}
