/* Copyright the Guildhall authors. SPDX-License-Identifier: Apache-2.0 */
package org.guildhall.persistence.internal;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.guildhall.api.Values;
import org.guildhall.api.platform.RecordField;
import org.guildhall.api.platform.RecordPart;
import org.guildhall.api.platform.RecordReader;
import org.guildhall.api.platform.RecordType;

/** Reads rows straight into values. */
class JdbcRecordReader implements RecordReader {
    private final Connection connection;
    private final OpenJpaUnits units;

    JdbcRecordReader(Connection connection, OpenJpaUnits units) {
        this.connection = connection;
        this.units = units;
    }

    @Override
    public Optional<Values> find(RecordType type, long id) {
        List<Values> rows = read(() -> units.reader(type.name(), connection).find(connection, id));
        return rows.isEmpty() ? Optional.empty() : Optional.of(rows.get(0));
    }

    @Override
    public List<Values> page(RecordType type, long after, int limit) {
        return read(() -> units.reader(type.name(), connection).page(connection, after, limit));
    }

    @Override
    public Optional<Values> findBinned(RecordType type, long id) {
        List<Values> rows = read(() -> units.reader(type.name(), connection).findBinned(connection, id));
        return rows.isEmpty() ? Optional.empty() : Optional.of(rows.get(0));
    }

    @Override
    public Set<Long> existing(String type, Collection<Long> ids) {
        return read(() -> units.isStored(type, connection)
                ? units.reader(type, connection).existing(connection, ids)
                : Set.<Long>of());
    }

    @Override
    public List<Long> referring(RecordType type, RecordPart part, RecordField field, long id, int limit) {
        String name = part == null ? null : part.name();
        return read(() -> units.reader(type.name(), connection).referring(connection, name, field.name(), id, limit));
    }

    private interface Reading<T> {
        T run() throws SQLException;
    }

    private static <T> T read(Reading<T> reading) {
        try {
            return reading.run();
        } catch (SQLException e) {
            throw StoreFailure.problem(e);
        }
    }
}
