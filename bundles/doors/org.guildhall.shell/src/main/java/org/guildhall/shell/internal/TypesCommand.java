/* Copyright the Guildhall authors. SPDX-License-Identifier: Apache-2.0 */
package org.guildhall.shell.internal;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import org.apache.karaf.shell.api.action.Action;
import org.apache.karaf.shell.api.action.Argument;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.Completion;
import org.apache.karaf.shell.api.action.lifecycle.Reference;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.apache.karaf.shell.support.table.ShellTable;
import org.guildhall.api.platform.RecordField;
import org.guildhall.api.platform.RecordField.Trait;
import org.guildhall.api.platform.RecordPart;
import org.guildhall.api.platform.RecordType;

/** Lists the record types, or the fields of one. */
@Service
@Command(
        scope = "guildhall",
        name = "types",
        description = "Lists the record types of the plugins that are ready, or the fields of one")
public final class TypesCommand implements Action {
    @Argument(name = "type", description = "A record type, such as customer.contact; all when left out")
    @Completion(TypeCompleter.class)
    private String name;

    @Reference(optional = true)
    private List<RecordType> types;

    @Override
    public Object execute() {
        List<RecordType> all = types == null ? List.of() : types;
        if (name == null) {
            list(all);
            return null;
        }
        RecordType type = all.stream()
                .filter(one -> one.name().equals(name) || one.plural().equals(name))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException(
                        "There is no record type " + name + " of a plugin that is ready: see guildhall:types."));
        fields(type);
        return null;
    }

    private static void list(List<RecordType> all) {
        ShellTable table = Tables.of("Type", "Plural", "Label", "Fields", "Parts")
                .emptyTableText("There is no record type: no plugin is ready.");
        all.stream().sorted(Comparator.comparing(RecordType::name)).forEach(type -> table.addRow()
                .addContent(
                        type.name(),
                        type.plural(),
                        type.label(Locale.ENGLISH),
                        type.fields().size(),
                        String.join(
                                ", ",
                                type.parts().stream().map(RecordPart::name).toList())));
        table.print(System.out);
    }

    private static void fields(RecordType type) {
        ShellTable table = Tables.of("Field", "Kind", "Label", "Length", "Traits");
        addFields(table, type, "");
        for (RecordPart part : type.parts()) {
            addFields(table, part.type(), part.name() + ".");
        }
        table.print(System.out);
    }

    private static void addFields(ShellTable table, RecordType type, String path) {
        for (RecordField field : type.fields()) {
            table.addRow()
                    .addContent(
                            path + field.name(),
                            field.kind().outerName(),
                            type.label(Locale.ENGLISH, field),
                            field.length() == 0 ? "" : field.length(),
                            String.join(", ", traits(field)));
        }
    }

    private static List<String> traits(RecordField field) {
        List<String> traits = new ArrayList<>();
        field.traits().stream()
                .filter(trait -> trait != Trait.PLATFORM)
                .sorted()
                .forEach(trait ->
                        traits.add(trait.name().toLowerCase(Locale.ROOT).replace('_', ' ')));
        if (field.target() != null) {
            traits.add("refers to " + field.target());
        }
        if (field.choiceList() != null) {
            traits.add("choices of " + field.choiceList());
        }
        if (field.onErase() != null) {
            traits.add("personal");
        }
        field.neededPermission().ifPresent(permission -> traits.add("needs " + permission));
        return traits;
    }
}
