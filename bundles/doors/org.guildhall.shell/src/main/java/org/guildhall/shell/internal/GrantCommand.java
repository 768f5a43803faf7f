/* Copyright the Guildhall authors. SPDX-License-Identifier: Apache-2.0 */
package org.guildhall.shell.internal;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;
import org.apache.karaf.shell.api.action.Action;
import org.apache.karaf.shell.api.action.Argument;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.Completion;
import org.apache.karaf.shell.api.action.Option;
import org.apache.karaf.shell.api.action.lifecycle.Reference;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.apache.karaf.shell.support.table.ShellTable;
import org.guildhall.api.platform.PluginModel;
import org.guildhall.api.platform.Plugins;

/** Grants a plugin what it wants of other plugins' types. */
@Service
@Command(
        scope = "guildhall",
        name = "grant",
        description = "Grants a plugin what it declares to use of other plugins' types, and prints that")
public final class GrantCommand implements Action {
    @Argument(name = "plugin", description = "The plugin", required = true)
    @Completion(PluginCompleter.class)
    private String plugin;

    @Option(name = "--show", description = "Print what it wants and has, and grant nothing")
    private boolean show;

    @Option(name = "--revoke", description = "Take back what was granted")
    private boolean revoke;

    @Reference
    private Plugins plugins;

    @Override
    public Object execute() {
        if (revoke) {
            plugins.revoke(plugin);
        } else if (!show) {
            plugins.grant(plugin);
        }
        Plugins.Status status = plugins.all().stream()
                .filter(one -> one.name().equals(plugin))
                .findFirst()
                .orElseThrow(() ->
                        new IllegalArgumentException("There is no plugin " + plugin + ": see guildhall:plugins."));
        ShellTable table = Tables.of("Type", "Wants", "Of the fields", "Granted")
                .emptyTableText("It uses no type of another plugin.");
        for (PluginModel.Use use : status.uses()) {
            Optional<PluginModel.Use> granted = status.granted().stream()
                    .filter(one -> one.type().equals(use.type()))
                    .findFirst();
            table.addRow()
                    .addContent(
                            use.type(),
                            verbs(use),
                            fields(use),
                            granted.isEmpty()
                                    ? "nothing"
                                    : granted.get().equals(use)
                                            ? "all of it"
                                            : verbs(granted.get()) + " of " + fields(granted.get()));
        }
        table.print(System.out);
        return null;
    }

    private static String verbs(PluginModel.Use use) {
        return List.copyOf(use.verbs()).stream()
                .sorted()
                .map(verb -> verb.name().toLowerCase(Locale.ROOT))
                .collect(Collectors.joining(", "));
    }

    private static String fields(PluginModel.Use use) {
        return use.fields().isEmpty() ? "all" : use.fields().stream().sorted().collect(Collectors.joining(", "));
    }
}
