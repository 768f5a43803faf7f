/* Copyright the Guildhall authors. SPDX-License-Identifier: Apache-2.0 */
package org.guildhall.shell.internal;

import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.apache.karaf.shell.api.action.Action;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.lifecycle.Reference;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.apache.karaf.shell.support.table.ShellTable;
import org.guildhall.api.platform.ChoiceList;
import org.guildhall.api.platform.RecordType;

/** Lists the choices. */
@Service
@Command(scope = "guildhall", name = "choices", description = "Lists the choices that fields offer")
public final class ChoicesCommand implements Action {
    @Reference(optional = true)
    private List<RecordType> types;

    @Override
    public Object execute() {
        ShellTable table = Tables.of("List", "Choice", "Category", "Label", "Next")
                .emptyTableText("No record type of a plugin that is ready offers choices.");
        Map<String, RecordType> lists = new TreeMap<>();
        for (RecordType type : types == null ? List.<RecordType>of() : types) {
            type.choiceLists().forEach(list -> lists.putIfAbsent(list.name(), type));
        }
        lists.forEach((name, type) -> type.choiceLists().stream()
                .filter(list -> list.name().equals(name))
                .sorted(Comparator.comparing(ChoiceList::name))
                .findFirst()
                .ifPresent(list -> list.choices().forEach(choice -> table.addRow()
                        .addContent(
                                name,
                                choice.name() + (choice.initial() ? " (initial)" : ""),
                                choice.category() == null ? "" : choice.category(),
                                type.label(Locale.ENGLISH, list, choice),
                                choice.next() == null ? "any" : String.join(", ", choice.next())))));
        table.print(System.out);
        return null;
    }
}
