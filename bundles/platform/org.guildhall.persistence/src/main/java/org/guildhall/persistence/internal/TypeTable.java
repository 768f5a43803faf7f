/* Copyright the Guildhall authors. SPDX-License-Identifier: Apache-2.0 */
package org.guildhall.persistence.internal;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.guildhall.api.platform.FieldKind;
import org.guildhall.api.platform.RecordField;
import org.guildhall.api.platform.RecordField.Trait;
import org.guildhall.api.platform.Table.Column;
import org.guildhall.api.platform.Table.Index;
import org.guildhall.persistence.internal.TableModel.PartTable;
import org.guildhall.persistence.internal.TableModel.StoredField;

/** The names under which a type lies in the database, looked up by its fields. Immutable. */
final class TypeTable {
    private final String type;
    private final String table;
    private final String wordTable;
    private final String wordIndex;
    private final String sideTable;
    private final Map<String, FieldColumns> fields = new LinkedHashMap<>();
    private final Map<String, TypeTable> parts = new LinkedHashMap<>();
    private final List<String> nestedParts = new ArrayList<>();
    private final Map<List<String>, String> indexes = new LinkedHashMap<>();

    /** A field, how its values lie in cells, and the columns of these. */
    record FieldColumns(RecordField field, FieldStorage storage, List<Column> columns) {
        /** The first column: null when the field is empty. */
        String first() {
            return columns.get(0).name();
        }

        /** The last one: of a reference the id, of a text with a sort key the key. */
        String last() {
            return columns.get(columns.size() - 1).name();
        }

        /** The column that the field sorts by. */
        String sorted() {
            return isKeyed() ? last() : first();
        }

        boolean isKeyed() {
            return field.is(Trait.SORTABLE) && columns.size() > 1;
        }

        boolean canBeEmpty() {
            return !columns.get(0).required();
        }

        /** What is compared of a value: a text's key, or the value's first cell. */
        Object comparable(Object value) {
            return storage.toCells(value)[isKeyed() ? 1 : 0];
        }
    }

    TypeTable(TableModel model, Dialect dialect) {
        type = model.type();
        table = model.table();
        wordTable = model.hasWords() ? model.wordTable() : null;
        wordIndex = model.hasWords() ? Ddl.name(wordTable, TableModel.BY_WORD) : null;
        sideTable = model.sideTable();
        for (StoredField stored : model.fields()) {
            if (!stored.removed()) {
                fields.put(
                        stored.field().name(),
                        new FieldColumns(stored.field(), FieldStorage.of(stored.field()), stored.columns()));
            }
        }
        for (PartTable part : model.parts()) {
            parts.put(part.name(), new TypeTable(part.model(), dialect));
            if (part.nested()) {
                nestedParts.add(part.name());
            }
        }
        for (Index index : dialect.indexes(model.table(false))) {
            indexes.put(index.columns(), Ddl.name(table, index));
        }
    }

    String type() {
        return type;
    }

    String table() {
        return table;
    }

    /** The table of the words of quick find; null where no field is searched. */
    String wordTable() {
        return wordTable;
    }

    /** The index over the words. */
    String wordIndex() {
        return wordIndex;
    }

    String sideTable() {
        return sideTable;
    }

    Map<String, FieldColumns> fields() {
        return fields;
    }

    FieldColumns field(String name) {
        FieldColumns field = fields.get(name);
        if (field == null) {
            throw new IllegalArgumentException(type + " has no field " + name);
        }
        return field;
    }

    Map<String, TypeTable> parts() {
        return parts;
    }

    List<String> nestedParts() {
        return nestedParts;
    }

    /** The name of the index over exactly these columns; null where there is none. */
    String index(List<String> columns) {
        return indexes.get(columns);
    }

    /** Whether a condition on the field is one on a text that the database must compare exactly. */
    static boolean isExactText(FieldColumns field) {
        return field.field().kind().type() == String.class
                && !field.isKeyed()
                && field.field().kind() != FieldKind.CHOICE;
    }
}
