/* Copyright the Guildhall authors. SPDX-License-Identifier: Apache-2.0 */
package org.guildhall.persistence.internal;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.guildhall.api.Values;
import org.guildhall.api.platform.RecordField;
import org.guildhall.api.platform.RecordPart;
import org.guildhall.api.platform.RecordQuery;
import org.guildhall.api.platform.RecordReader;
import org.guildhall.api.platform.RecordType;
import org.guildhall.api.platform.Visibility;

/** Reads rows straight into values. */
class JdbcRecordReader implements RecordReader {
    private final Connection connection;
    private final OpenJpaUnits units;

    JdbcRecordReader(Connection connection, OpenJpaUnits units) {
        this.connection = connection;
        this.units = units;
    }

    @Override
    public Optional<Values> find(RecordType type, long id, Visibility visibility) {
        return read(() -> reader(type).find(connection, conditions(), List.of(id), false, visibility)).stream()
                .findFirst();
    }

    @Override
    public Optional<Values> findBinned(RecordType type, long id, Visibility visibility) {
        return read(() -> reader(type).find(connection, conditions(), List.of(id), true, visibility)).stream()
                .findFirst();
    }

    @Override
    public Map<Long, Values> findAll(RecordType type, Collection<Long> ids, Visibility visibility) {
        Map<Long, Values> found = new HashMap<>();
        if (!ids.isEmpty() && !visibility.isNothing()) {
            read(() -> reader(type).find(connection, conditions(), ids, false, visibility))
                    .forEach(record -> found.put((Long) record.get("id"), record));
        }
        return found;
    }

    @Override
    public Set<Long> existing(RecordType type, Collection<Long> ids, boolean binned, Visibility visibility) {
        return ids.isEmpty() || visibility.isNothing()
                ? Set.of()
                : read(() -> reader(type).existing(connection, conditions(), ids, binned, visibility));
    }

    @Override
    public RecordQuery.Rows query(RecordType type, RecordQuery query) {
        return read(() -> reader(type).query(connection, conditions(), query));
    }

    @Override
    public List<String> words(String text) {
        return Words.wanted(text);
    }

    @Override
    public int count(RecordType type, RecordQuery query, int most) {
        return read(() -> reader(type).count(connection, conditions(), query, most));
    }

    @Override
    public List<Values> parts(RecordType type, RecordPart part, long parent, long after, int limit) {
        return read(() -> reader(type).parts(connection, part.name(), parent, after, false, limit));
    }

    @Override
    public Optional<Values> part(RecordType type, RecordPart part, long parent, long id) {
        return read(() -> reader(type).parts(connection, part.name(), parent, id, true, 1)).stream()
                .findFirst();
    }

    @Override
    public List<Long> referring(
            RecordType type, RecordPart part, RecordField field, String target, long id, int limit) {
        String name = part == null ? null : part.name();
        return read(() -> reader(type).referring(connection, name, field.name(), target, id, limit));
    }

    @Override
    public List<Share> shares(RecordType type, long id) {
        return read(() -> RecordLinks.shares(connection, type.name(), id));
    }

    @Override
    public long byExternalId(RecordType type, String system, String externalId) {
        return read(() -> RecordLinks.byExternalId(connection, type.name(), system, externalId));
    }

    private RowReader reader(RecordType type) throws SQLException {
        return units.reader(type.name(), connection);
    }

    private ConditionSql conditions() {
        return new ConditionSql(units.dialect(), connection, type -> units.reader(type, connection)
                .table());
    }

    interface Reading<T> {
        T run() throws SQLException;
    }

    static <T> T read(Reading<T> reading) {
        try {
            return reading.run();
        } catch (SQLException e) {
            throw StoreFailure.problem(e);
        }
    }
}
