/* Copyright the Guildhall authors. SPDX-License-Identifier: Apache-2.0 */
package org.guildhall.persistence.internal;

import org.apache.openjpa.jdbc.identifier.DBIdentifier;
import org.apache.openjpa.jdbc.meta.ClassMapping;
import org.apache.openjpa.jdbc.meta.FieldMapping;
import org.apache.openjpa.jdbc.meta.ValueMapping;
import org.apache.openjpa.jdbc.schema.Column;
import org.apache.openjpa.jdbc.schema.Schema;
import org.apache.openjpa.jdbc.schema.Table;
import org.apache.openjpa.persistence.jdbc.PersistenceMappingDefaults;

/** Names tables {@code <plugin>_<record>} and columns in lower snake case, where the author did not name them. */
public final class SnakeCaseMapping extends PersistenceMappingDefaults {
    private String plugin;

    /** Set by OpenJPA from the unit's configuration. */
    public void setPlugin(String plugin) {
        this.plugin = plugin;
    }

    @Override
    public String getTableName(ClassMapping mapping, Schema schema) {
        return JdbcSchema.shortened(
                plugin + "_" + JdbcSchema.snakeCase(mapping.getDescribedType().getSimpleName()));
    }

    @Override
    public DBIdentifier getTableIdentifier(ClassMapping mapping, Schema schema) {
        return DBIdentifier.newTable(getTableName(mapping, schema));
    }

    @Override
    public void populateColumns(ValueMapping value, DBIdentifier name, Table table, Column[] columns) {
        super.populateColumns(value, name, table, columns);
        FieldMapping field = value.getFieldMapping();
        if (field != null && columns.length == 1) {
            columns[0].setIdentifier(DBIdentifier.newColumn(JdbcSchema.snakeCase(field.getName())));
        }
    }
}
