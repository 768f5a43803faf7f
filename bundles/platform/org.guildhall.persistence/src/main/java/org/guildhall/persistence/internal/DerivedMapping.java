/* Copyright the Guildhall authors. SPDX-License-Identifier: Apache-2.0 */
package org.guildhall.persistence.internal;

import java.util.List;
import java.util.Map;
import org.apache.openjpa.jdbc.identifier.DBIdentifier;
import org.apache.openjpa.jdbc.meta.ClassMapping;
import org.apache.openjpa.jdbc.meta.FieldMapping;
import org.apache.openjpa.jdbc.meta.ValueMapping;
import org.apache.openjpa.jdbc.schema.Column;
import org.apache.openjpa.jdbc.schema.Schema;
import org.apache.openjpa.jdbc.schema.Table;
import org.apache.openjpa.persistence.jdbc.PersistenceMappingDefaults;
import org.guildhall.api.platform.RecordField;
import org.guildhall.api.platform.RecordType;

/** Maps entities as their record types say: names in lower snake case, and the storage of each field. */
final class DerivedMapping extends PersistenceMappingDefaults {
    private final Map<String, RecordType> types;

    /** @param types the records and parts by the names of their entity classes */
    DerivedMapping(Map<String, RecordType> types) {
        this.types = types;
    }

    @Override
    public String getTableName(ClassMapping mapping, Schema schema) {
        RecordType type = types.get(mapping.getDescribedType().getName());
        return type == null ? super.getTableName(mapping, schema) : Names.table(type.name());
    }

    @Override
    public DBIdentifier getTableIdentifier(ClassMapping mapping, Schema schema) {
        return DBIdentifier.newTable(getTableName(mapping, schema));
    }

    /** Numbers, truth and dates OpenJPA stores as we do; the rest is ours. */
    @Override
    public Object getStrategy(ValueMapping value, Class<?> type, boolean adapt) {
        FieldMapping mapping = value.getFieldMapping();
        RecordType record =
                types.get(mapping.getDefiningMapping().getDescribedType().getName());
        RecordField field =
                record == null ? null : record.field(mapping.getName()).orElse(null);
        if (field == null) {
            return null;
        }
        return switch (field.kind()) {
            case INTEGER, REFERENCE, DECIMAL, BOOLEAN, DATE -> null;
            default -> new StorageHandler(FieldStorage.of(field), base(value));
        };
    }

    /** The author's name for the column, which then stands for no column of OpenJPA's; else ours. */
    private static String base(ValueMapping value) {
        List<Column> given = value.getValueInfo().getColumns();
        DBIdentifier name = given.isEmpty() ? DBIdentifier.NULL : given.get(0).getIdentifier();
        value.getValueInfo().setColumns(List.of());
        return DBIdentifier.isEmpty(name)
                ? Names.snakeCase(value.getFieldMapping().getName())
                : name.getName();
    }

    @Override
    public void populateColumns(ValueMapping value, DBIdentifier name, Table table, Column[] columns) {
        if (!(value.getHandler() instanceof StorageHandler)) {
            super.populateColumns(value, name, table, columns);
            FieldMapping field = value.getFieldMapping();
            if (field != null && columns.length == 1) {
                columns[0].setIdentifier(DBIdentifier.newColumn(Names.snakeCase(field.getName())));
            }
        }
    }
}
