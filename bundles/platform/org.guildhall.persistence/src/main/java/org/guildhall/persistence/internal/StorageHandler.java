/* Copyright the Guildhall authors. SPDX-License-Identifier: Apache-2.0 */
package org.guildhall.persistence.internal;

import org.apache.openjpa.jdbc.identifier.DBIdentifier;
import org.apache.openjpa.jdbc.kernel.JDBCStore;
import org.apache.openjpa.jdbc.meta.ValueMapping;
import org.apache.openjpa.jdbc.meta.strats.AbstractValueHandler;
import org.apache.openjpa.jdbc.schema.Column;
import org.apache.openjpa.jdbc.schema.ColumnIO;
import org.apache.openjpa.meta.JavaTypes;
import org.guildhall.api.platform.Table.Type;

/** Lets OpenJPA write and load a field as its storage says. */
final class StorageHandler extends AbstractValueHandler {
    private static final long serialVersionUID = 1;

    private final transient FieldStorage storage;
    private final String base;

    /** @param base what the columns' names begin with */
    StorageHandler(FieldStorage storage, String base) {
        this.storage = storage;
        this.base = base;
    }

    @Override
    @Deprecated
    public Column[] map(ValueMapping value, String name, ColumnIO io, boolean adapt) {
        return storage.columns().stream()
                .map(declared -> {
                    Column column = new Column();
                    column.setIdentifier(DBIdentifier.newColumn(Names.shortened(base + declared.name())));
                    column.setJavaType(javaType(declared.type()));
                    return column;
                })
                .toArray(Column[]::new);
    }

    private static int javaType(Type type) {
        return switch (type) {
            case TEXT, LONG_TEXT, SORT_KEY -> JavaTypes.STRING;
            case INTEGER -> JavaTypes.LONG_OBJ;
            case DECIMAL -> JavaTypes.BIGDECIMAL;
            case BOOLEAN -> JavaTypes.BOOLEAN_OBJ;
            case DATE -> JavaTypes.LOCAL_DATE;
            case TIMESTAMP -> JavaTypes.LOCAL_DATETIME;
        };
    }

    @Override
    public Object toDataStoreValue(ValueMapping value, Object object, JDBCStore store) {
        Object[] cells = storage.toCells(object);
        return cells.length == 1 ? cells[0] : cells;
    }

    @Override
    public Object toObjectValue(ValueMapping value, Object stored) {
        return stored instanceof Object[] cells ? storage.toValue(cells) : storage.toValue(stored);
    }
}
