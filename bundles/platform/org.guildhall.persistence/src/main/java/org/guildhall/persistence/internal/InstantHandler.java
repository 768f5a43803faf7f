/* Copyright the Guildhall authors. SPDX-License-Identifier: Apache-2.0 */
package org.guildhall.persistence.internal;

import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import org.apache.openjpa.jdbc.identifier.DBIdentifier;
import org.apache.openjpa.jdbc.kernel.JDBCStore;
import org.apache.openjpa.jdbc.meta.ValueMapping;
import org.apache.openjpa.jdbc.meta.strats.AbstractValueHandler;
import org.apache.openjpa.jdbc.schema.Column;
import org.apache.openjpa.jdbc.schema.ColumnIO;
import org.apache.openjpa.meta.JavaTypes;

/** Stores an instant as a timestamp in UTC; OpenJPA by itself writes it as bytes. */
public final class InstantHandler extends AbstractValueHandler {
    private static final long serialVersionUID = 1;

    @Override
    @Deprecated
    public Column[] map(ValueMapping value, String name, ColumnIO io, boolean adapt) {
        Column column = new Column();
        column.setIdentifier(DBIdentifier.newColumn(name));
        column.setJavaType(JavaTypes.LOCAL_DATETIME);
        return new Column[] {column};
    }

    @Override
    public Object toDataStoreValue(ValueMapping value, Object instant, JDBCStore store) {
        return instant == null ? null : LocalDateTime.ofInstant((Instant) instant, ZoneOffset.UTC);
    }

    @Override
    public Object toObjectValue(ValueMapping value, Object stored) {
        return stored == null ? null : ((LocalDateTime) stored).toInstant(ZoneOffset.UTC);
    }
}
