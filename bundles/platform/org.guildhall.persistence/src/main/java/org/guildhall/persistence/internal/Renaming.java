/* Copyright the Guildhall authors. SPDX-License-Identifier: Apache-2.0 */
package org.guildhall.persistence.internal;

import java.util.List;
import org.guildhall.api.platform.RecordField;
import org.guildhall.api.platform.Table.Column;
import org.guildhall.persistence.internal.TableModel.PartTable;
import org.guildhall.persistence.internal.TableModel.StoredField;

/** A model in which a field has another name, and its columns with it unless the author named them. */
final class Renaming {
    private Renaming() {}

    /** The model of a record, in which a field of the record or of one of its parts is renamed. */
    static TableModel of(TableModel model, String type, String from, String to) {
        boolean own = model.type().equals(type);
        return new TableModel(
                model.type(),
                model.plural(),
                own ? model.title().replace("{" + from + "}", "{" + to + "}") : model.title(),
                model.dataSubject(),
                model.table(),
                own
                        ? model.fields().stream()
                                .map(field -> renamed(field, from, to))
                                .toList()
                        : model.fields(),
                own ? renamed(model.keys(), from, to) : model.keys(),
                own ? renamed(model.listIndexes(), from, to) : model.listIndexes(),
                model.events(),
                model.parts().stream()
                        .map(part ->
                                new PartTable(part.name(), part.nested(), part.max(), of(part.model(), type, from, to)))
                        .toList());
    }

    private static StoredField renamed(StoredField stored, String from, String to) {
        RecordField field = stored.field();
        if (!field.name().equals(from)) {
            return stored;
        }
        String base = Names.snakeCase(from);
        List<Column> columns = stored.columns().stream()
                .map(column -> column.name().startsWith(base)
                        ? new Column(
                                Names.shortened(
                                        Names.snakeCase(to) + column.name().substring(base.length())),
                                column.type(),
                                column.length(),
                                column.scale(),
                                column.required())
                        : column)
                .toList();
        return new StoredField(field.named(to), columns, stored.removed());
    }

    private static List<List<String>> renamed(List<List<String>> names, String from, String to) {
        return names.stream()
                .map(list -> list.stream()
                        .map(name -> name.equals(from) ? to : name.equals("-" + from) ? "-" + to : name)
                        .toList())
                .toList();
    }
}
