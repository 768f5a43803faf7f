/* Copyright the Guildhall authors. SPDX-License-Identifier: Apache-2.0 */
package org.guildhall.persistence.internal;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.guildhall.api.Problem;
import org.guildhall.api.platform.PersistenceUnits;
import org.guildhall.api.platform.PluginModel;
import org.guildhall.api.platform.RecordType;
import org.guildhall.api.platform.Schema;
import org.osgi.framework.Bundle;
import org.osgi.framework.wiring.BundleWiring;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/** The open units, and the records of each. */
@Component(service = {PersistenceUnits.class, OpenJpaUnits.class})
public final class OpenJpaUnits implements PersistenceUnits {
    private static final long STORED_NANOS = 5_000_000_000L;

    private final Database database;
    private final EnhancedLoaders loaders;
    private final LentConnections connections;
    private final Map<String, Entry> entries = new ConcurrentHashMap<>();
    private volatile Stored stored = new Stored(null, 0);

    /** The stored types, remembered for a short time because other servers change them. */
    private record Stored(List<RecordType> types, long readAt) {}

    /**
     * A record type or part, the unit that it is in, and what reads it.
     *
     * @param searched the fields that quick find looks into
     * @param keys the fields of its keys by the names of their indexes
     * @param keyQueries the fields of its keys by what is to be asked after a change; none where the database sees to it
     */
    record Entry(
            OpenJpaUnit unit,
            RecordMapping mapping,
            RowReader reader,
            List<String> searched,
            Map<String, List<String>> keys,
            Map<String, List<String>> keyQueries) {}

    @Activate
    public OpenJpaUnits(
            @Reference Database database,
            @Reference LentConnections connections,
            @Reference Schema schema,
            @Reference EnhancedLoaders loaders) {
        this.database = database;
        this.connections = connections;
        this.loaders = loaders;
        StoredSchema.ensureTables(schema);
        RecordLinks.ensureTables(schema);
    }

    @Override
    public Unit open(PluginModel plugin, Bundle bundle) {
        for (RecordType type : plugin.types()) {
            if (entries.containsKey(type.name())) {
                throw new IllegalArgumentException("Another plugin has the record type " + type
                        + " already: remove it, or name this one differently.");
            }
        }
        OpenJpaUnit unit = newUnit(plugin, bundle);
        try {
            List<String> notices = new Migration(database, plugin, unit.models()).apply();
            stored = new Stored(null, 0);
            unit.models().forEach(model -> model.withParts()
                    .forEach(one -> entries.put(
                            one.type(),
                            new Entry(
                                    unit,
                                    unit.mappings().get(one.type()),
                                    reader(one),
                                    one.searched(),
                                    one.keyIndexes(),
                                    database.dialect().missesDuplicates() ? one.keyQueries() : Map.of()))));
            return new OpenUnit(unit, notices);
        } catch (SQLException | RuntimeException e) {
            unit.close();
            throw StoreFailure.problem(e);
        }
    }

    /** A unit that takes its types with it when it goes. */
    private final class OpenUnit implements Unit {
        private final OpenJpaUnit unit;
        private final List<String> notices;

        OpenUnit(OpenJpaUnit unit, List<String> notices) {
            this.unit = unit;
            this.notices = notices;
        }

        @Override
        public List<String> notices() {
            return notices;
        }

        @Override
        public void close() {
            entries.values().removeIf(entry -> entry.unit() == unit);
            unit.close();
        }
    }

    @Override
    public List<String> preview(PluginModel plugin, Bundle bundle) {
        OpenJpaUnit unit = newUnit(plugin, bundle);
        try {
            return new Migration(database, plugin, unit.models()).preview();
        } catch (SQLException e) {
            throw StoreFailure.problem(e);
        } finally {
            unit.close();
        }
    }

    @Override
    public List<RecordType> stored() {
        Stored known = stored;
        if (System.nanoTime() - known.readAt() > STORED_NANOS || known.types() == null) {
            known = new Stored(readStored(), System.nanoTime());
            stored = known;
        }
        return known.types();
    }

    @Override
    public boolean isOpen(RecordType type) {
        return entries.containsKey(type.name());
    }

    private List<RecordType> readStored() {
        try (Connection connection = database.connection()) {
            return StoredSchema.all(connection).stream().map(TableModel::toType).toList();
        } catch (SQLException e) {
            throw StoreFailure.problem(e);
        }
    }

    private OpenJpaUnit newUnit(PluginModel plugin, Bundle bundle) {
        loaders.remember(bundle);
        try (Connection connection = database.connection()) {
            connections.lend(connection);
            try {
                OpenJpaUnit unit =
                        new OpenJpaUnit(plugin, bundle.adapt(BundleWiring.class), connections, database.dialect());
                unit.warmUp();
                return unit;
            } finally {
                connections.takeBack();
            }
        } catch (SQLException e) {
            throw StoreFailure.problem(e);
        }
    }

    /** The entry of a type whose plugin is here. */
    Entry entry(String type) {
        Entry entry = entries.get(type);
        if (entry == null) {
            throw Problem.of(Problem.Kind.UNAVAILABLE, "plugin.unavailable", type);
        }
        return entry;
    }

    private RowReader reader(TableModel model) {
        return new RowReader(new TypeTable(model, database.dialect()), database.dialect());
    }

    Dialect dialect() {
        return database.dialect();
    }

    /** The record or part of an entity's class; null where it is none of a plugin that is here. */
    String typeOf(Class<?> entity) {
        return entries.values().stream()
                .filter(entry -> entry.mapping().entity() == entity)
                .map(entry -> entry.mapping().type().name())
                .findFirst()
                .orElse(null);
    }

    /** What reads a type, by its stored tables when its plugin is not here. */
    RowReader reader(String type, Connection connection) throws SQLException {
        Entry entry = entries.get(type);
        return entry != null
                ? entry.reader()
                : StoredSchema.find(connection, type)
                        .map(this::reader)
                        .orElseThrow(() -> Problem.of(Problem.Kind.NOT_FOUND, "type.not-found", type));
    }

    /** Has the stored types read anew. */
    void forget() {
        stored = new Stored(null, 0);
    }

    LentConnections connections() {
        return connections;
    }
}
