/* Copyright the Guildhall authors. SPDX-License-Identifier: Apache-2.0 */
package org.guildhall.shell.internal;

import java.util.HashMap;
import java.util.Map;
import org.apache.karaf.shell.api.action.Action;
import org.apache.karaf.shell.api.action.Argument;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.Completion;
import org.apache.karaf.shell.api.action.Option;
import org.apache.karaf.shell.api.action.lifecycle.Reference;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.guildhall.api.platform.ChoiceList;
import org.guildhall.api.platform.Plugins;

/** Adds a choice to a list of a plugin. */
@Service
@Command(scope = "guildhall", name = "choice-add", description = "Adds a choice to a list of a plugin")
public final class ChoiceAddCommand implements Action {
    @Argument(name = "list", description = "The list, such as clinic.appointmentStatus", required = true)
    @Completion(ChoiceListCompleter.class)
    private String list;

    @Argument(index = 1, name = "choice", description = "The choice's name, which is stored", required = true)
    private String choice;

    @Option(name = "--category", description = "What it means to the plugin, one of the list's categories")
    private String category;

    @Option(name = "--label", description = "What people call it, in English")
    private String label;

    @Option(name = "--label-zh", description = "What people call it, in Chinese")
    private String chineseLabel;

    @Reference
    private Plugins plugins;

    @Override
    public Object execute() {
        Map<String, String> labels = new HashMap<>();
        if (label != null) {
            labels.put("en", label);
        }
        if (chineseLabel != null) {
            labels.put("zh", chineseLabel);
        }
        plugins.addChoice(list, new ChoiceList.Option(choice, category, false, null, Map.copyOf(labels)));
        return null;
    }
}
