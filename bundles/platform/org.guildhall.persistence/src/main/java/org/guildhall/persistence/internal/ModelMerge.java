/* Copyright the Guildhall authors. SPDX-License-Identifier: Apache-2.0 */
package org.guildhall.persistence.internal;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.guildhall.api.platform.RecordField.Trait;
import org.guildhall.api.platform.Table;
import org.guildhall.api.platform.Table.Column;
import org.guildhall.persistence.internal.TableModel.PartTable;
import org.guildhall.persistence.internal.TableModel.StoredField;

/** What a declared model makes of the one that the database has. */
final class ModelMerge {
    private ModelMerge() {}

    /**
     * The declared model, with what the stored one has beside: that stays, marked as removed unless the declared one is the
     * older. The sort keys and words that an older one does not keep up are left out, so that a newer one fills them again.
     */
    static TableModel of(TableModel had, TableModel has, boolean older) {
        List<StoredField> fields = new ArrayList<>();
        for (StoredField field : has.fields()) {
            Optional<StoredField> before = had.field(field.field().name());
            fields.add(
                    before.isEmpty()
                            ? field
                            : older && isKeptUp(before.get(), field) ? before.get() : wider(before.get(), field));
        }
        for (StoredField field : had.fields()) {
            if (has.field(field.field().name()).isEmpty()) {
                fields.add(left(field, older));
            }
        }
        List<PartTable> parts = new ArrayList<>();
        for (PartTable part : has.parts()) {
            parts.add(had.parts().stream()
                    .filter(before -> before.model().type().equals(part.model().type()))
                    .findFirst()
                    .map(before -> new PartTable(
                            part.name(), part.nested(), part.max(), of(before.model(), part.model(), older)))
                    .orElse(part));
        }
        had.parts().stream()
                .filter(before -> parts.stream()
                        .noneMatch(part ->
                                part.model().type().equals(before.model().type())))
                .map(before -> new PartTable(before.name(), before.nested(), before.max(), left(before.model(), older)))
                .forEach(parts::add);
        TableModel head = older ? had : has;
        return new TableModel(
                head.type(),
                head.plural(),
                head.title(),
                head.dataSubject(),
                head.table(),
                fields,
                head.keys(),
                head.listIndexes(),
                head.events(),
                parts);
    }

    private static boolean isKeptUp(StoredField had, StoredField has) {
        return has.columns().size() >= had.columns().size() && (isSearched(has) || !isSearched(had));
    }

    private static boolean isSearched(StoredField field) {
        return field.field().is(Trait.SEARCHABLE);
    }

    private static StoredField left(StoredField field, boolean older) {
        return older && !isSearched(field) || field.field().is(Trait.PLATFORM)
                ? field
                : new StoredField(field.field(), field.columns(), true);
    }

    private static TableModel left(TableModel part, boolean older) {
        return new TableModel(
                part.type(),
                part.plural(),
                part.title(),
                part.dataSubject(),
                part.table(),
                part.fields().stream().map(field -> left(field, older)).toList(),
                part.keys(),
                part.listIndexes(),
                part.events(),
                part.parts());
    }

    /** The field as declared, its columns as wide as they are. */
    private static StoredField wider(StoredField had, StoredField has) {
        List<Column> columns = new ArrayList<>(has.columns());
        for (int i = 0; i < Math.min(columns.size(), had.columns().size()); i++) {
            if (had.columns().get(i).length() > columns.get(i).length()) {
                columns.set(i, had.columns().get(i));
            }
        }
        return new StoredField(has.field(), columns, false);
    }

    /** A column stays what it is; only a text may become longer. */
    static void checkColumns(TableModel model, StoredField had, StoredField has) {
        boolean same = true;
        for (int i = 0; i < Math.max(had.columns().size(), has.columns().size()); i++) {
            if (i >= had.columns().size() || i >= has.columns().size()) {
                Column extra = i < had.columns().size()
                        ? had.columns().get(i)
                        : has.columns().get(i);
                same &= extra.type() == Table.Type.SORT_KEY;
                continue;
            }
            Column before = had.columns().get(i);
            Column after = has.columns().get(i);
            same &= before.name().equals(after.name()) && before.type() == after.type();
            if (before.type() == Table.Type.DECIMAL) {
                same &= after.scale() <= before.scale()
                        && after.length() - after.scale() <= before.length() - before.scale();
            }
        }
        if (!same) {
            throw new IllegalArgumentException("The field " + has.field().name() + " of " + model.type()
                    + " is of kind "
                    + has.field().kind().outerName() + " in the columns " + text(has) + ", and the database has it as "
                    + had.field().kind().outerName() + " in " + text(had)
                    + ": keep it as it was, and give what is new another name.");
        }
    }

    /** A new field takes no column that holds the data of another, such as one that left the plugin. */
    static void checkUnused(TableModel had, StoredField field) {
        for (StoredField other : had.fields()) {
            if (!other.field().name().equals(field.field().name())
                    && other.columns().stream().anyMatch(column -> field.columns().stream()
                            .anyMatch(own -> own.name().equals(column.name())))) {
                throw new IllegalArgumentException("The field " + field.field().name() + " of " + had.type()
                        + " needs a column that holds the data of the field "
                        + other.field().name() + ", " + text(other)
                        + ": name it differently, or rename that field in changes.yaml.");
            }
        }
    }

    /** The columns of a field, for people. */
    static List<String> text(StoredField field) {
        return field.columns().stream()
                .map(column ->
                        column.name() + (column.scale() > 0 ? "(" + column.length() + "," + column.scale() + ")" : ""))
                .toList();
    }
}
