/* Copyright the Guildhall authors. SPDX-License-Identifier: Apache-2.0 */
package org.guildhall.shell.internal;

import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import org.apache.karaf.shell.api.action.Action;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.lifecycle.Reference;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.apache.karaf.shell.support.table.ShellTable;
import org.guildhall.api.platform.RecordType;

/** Lists the record types. */
@Service
@Command(scope = "guildhall", name = "types", description = "Lists the record types of the plugins that are ready")
public final class TypesCommand implements Action {
    @Reference(optional = true)
    private List<RecordType> types;

    @Override
    public Object execute() {
        ShellTable table = new ShellTable().emptyTableText("There is no record type: no plugin is ready.");
        for (String column : new String[] {"Type", "Plural", "Label", "Fields"}) {
            table.column(column);
        }
        if (types != null) {
            types.stream().sorted(Comparator.comparing(RecordType::name)).forEach(type -> table.addRow()
                    .addContent(
                            type.name(),
                            type.plural(),
                            type.label(Locale.ENGLISH),
                            type.fields().size()));
        }
        table.print(System.out);
        return null;
    }
}
