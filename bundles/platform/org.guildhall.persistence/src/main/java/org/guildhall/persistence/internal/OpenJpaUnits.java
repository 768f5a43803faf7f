/* Copyright the Guildhall authors. SPDX-License-Identifier: Apache-2.0 */
package org.guildhall.persistence.internal;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.guildhall.api.GuildhallPlugin;
import org.guildhall.api.Problem;
import org.guildhall.api.platform.PersistenceUnits;
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
    private final Database database;
    private final Schema schema;
    private final EnhancedLoaders loaders;
    private final LentConnections connections = new LentConnections();
    private final Map<String, Entry> entries = new ConcurrentHashMap<>();

    /** A record type's mapping and the unit that it is in. */
    record Entry(OpenJpaUnit unit, RecordMapping mapping) {}

    @Activate
    public OpenJpaUnits(@Reference Database database, @Reference Schema schema, @Reference EnhancedLoaders loaders) {
        this.database = database;
        this.schema = schema;
        this.loaders = loaders;
    }

    @Override
    public Unit open(String plugin, Bundle bundle) {
        loaders.remember(bundle);
        String header = bundle.getHeaders("").get(GuildhallPlugin.RECORDS_HEADER);
        List<String> entities = header == null || header.isBlank()
                ? List.of()
                : Arrays.stream(header.split(",")).map(String::strip).toList();
        OpenJpaUnit unit = newUnit(plugin, bundle, entities);
        try {
            for (RecordMapping mapping : unit.mappings()) {
                if (entries.containsKey(mapping.type().name())) {
                    throw new IllegalArgumentException("Another plugin has the record type "
                            + mapping.type().name() + " already: remove it, or name this one differently.");
                }
                schema.ensure(mapping.table());
            }
        } catch (RuntimeException e) {
            unit.close();
            throw e;
        }
        List<RecordType> types = new ArrayList<>();
        for (RecordMapping mapping : unit.mappings()) {
            entries.put(mapping.type().name(), new Entry(unit, mapping));
            types.add(mapping.type());
        }
        return new Unit() {
            @Override
            public List<RecordType> types() {
                return types;
            }

            @Override
            public void close() {
                types.forEach(type -> entries.remove(type.name()));
                unit.close();
            }
        };
    }

    private OpenJpaUnit newUnit(String plugin, Bundle bundle, List<String> entities) {
        try (Connection connection = database.connection()) {
            connections.lend(connection);
            try {
                OpenJpaUnit unit = new OpenJpaUnit(
                        plugin, bundle.adapt(BundleWiring.class), entities, connections, database.dialect());
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
    Entry entry(RecordType type) {
        Entry entry = entries.get(type.name());
        if (entry == null) {
            throw Problem.of(Problem.Kind.UNAVAILABLE, "plugin.unavailable", type.name());
        }
        return entry;
    }

    LentConnections connections() {
        return connections;
    }
}
