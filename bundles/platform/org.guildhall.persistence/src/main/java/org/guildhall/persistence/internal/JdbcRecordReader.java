/* Copyright the Guildhall authors. SPDX-License-Identifier: Apache-2.0 */
package org.guildhall.persistence.internal;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import org.guildhall.api.Values;
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
        List<Values> rows = read(() -> units.reader(type, connection).find(connection, id));
        return rows.isEmpty() ? Optional.empty() : Optional.of(rows.get(0));
    }

    @Override
    public List<Values> page(RecordType type, long after, int limit) {
        return read(() -> units.reader(type, connection).page(connection, after, limit));
    }

    private interface Reading {
        List<Values> run() throws SQLException;
    }

    private static List<Values> read(Reading reading) {
        try {
            return reading.run();
        } catch (SQLException e) {
            throw StoreFailure.problem(e);
        }
    }
}
