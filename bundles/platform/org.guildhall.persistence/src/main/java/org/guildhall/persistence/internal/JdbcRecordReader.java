/* Copyright the Guildhall authors. SPDX-License-Identifier: Apache-2.0 */
package org.guildhall.persistence.internal;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
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
        RecordMapping mapping = units.entry(type).mapping();
        List<Values> rows = select(mapping, mapping.selectById(), id);
        return rows.isEmpty() ? Optional.empty() : Optional.of(rows.get(0));
    }

    @Override
    public List<Values> page(RecordType type, long after, int limit) {
        RecordMapping mapping = units.entry(type).mapping();
        return select(mapping, mapping.selectPage(), after, limit);
    }

    private List<Values> select(RecordMapping mapping, String query, long... parameters) {
        try (PreparedStatement statement = connection.prepareStatement(query)) {
            for (int i = 0; i < parameters.length; i++) {
                statement.setLong(i + 1, parameters[i]);
            }
            try (ResultSet rows = statement.executeQuery()) {
                List<Values> values = new ArrayList<>();
                while (rows.next()) {
                    values.add(mapping.values(rows));
                }
                return values;
            }
        } catch (SQLException e) {
            throw StoreFailure.problem(e);
        }
    }
}
