/* Copyright the Guildhall authors. SPDX-License-Identifier: Apache-2.0 */
package org.guildhall.persistence.internal;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import javax.persistence.EntityManager;
import javax.persistence.EntityManagerFactory;
import javax.sql.DataSource;
import org.apache.openjpa.enhance.PCRegistry;
import org.apache.openjpa.jdbc.conf.JDBCConfiguration;
import org.apache.openjpa.jdbc.meta.ClassMapping;
import org.apache.openjpa.jdbc.meta.MappingRepository;
import org.apache.openjpa.persistence.JPAFacadeHelper;
import org.apache.openjpa.persistence.OpenJPAPersistence;
import org.apache.openjpa.persistence.PersistenceProviderImpl;
import org.guildhall.api.PartOf;
import org.guildhall.api.Problem;
import org.guildhall.api.platform.PluginModel;
import org.guildhall.api.platform.RecordType;
import org.guildhall.model.StoredPart;
import org.guildhall.model.StoredRecord;
import org.osgi.framework.wiring.BundleWiring;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The unit of one plugin's bundle: its entity manager factory and the mappings of its records. */
final class OpenJpaUnit {
    private static final Logger LOG = LoggerFactory.getLogger(OpenJpaUnit.class);
    private static final int DRAIN_SECONDS = 10;

    private final String plugin;
    private final EntityManagerFactory factory;
    private final Map<String, RecordMapping> mappings = new LinkedHashMap<>();
    private final List<TableModel> models = new ArrayList<>();
    private final ReentrantReadWriteLock calls = new ReentrantReadWriteLock();

    OpenJpaUnit(PluginModel model, BundleWiring wiring, DataSource connections, Dialect dialect) {
        this.plugin = model.name();
        Map<String, RecordType> types = new LinkedHashMap<>();
        model.types().forEach(type -> {
            types.put(model.entities().get(type.name()), type);
            type.parts()
                    .forEach(part -> types.put(model.entities().get(part.type().name()), part.type()));
        });
        CombinedClassLoader loader = new CombinedClassLoader(wiring.getClassLoader());
        Properties properties = new Properties();
        properties.putAll(Map.ofEntries(
                Map.entry("openjpa.DynamicEnhancementAgent", "false"),
                Map.entry("openjpa.RuntimeUnenhancedClasses", "unsupported"),
                Map.entry("openjpa.ConnectionRetainMode", "transaction"),
                Map.entry("openjpa.Log", "slf4j"),
                Map.entry("openjpa.DataCache", "false"),
                Map.entry("openjpa.QueryCache", "false"),
                Map.entry("openjpa.jdbc.QuerySQLCache", "false"),
                Map.entry("openjpa.jdbc.DBDictionary", dialect.dictionary() + "(datePrecision=1000)")));
        factory = new PersistenceProviderImpl()
                .createContainerEntityManagerFactory(
                        new UnitInfo(plugin, loader, List.copyOf(types.keySet()), connections, properties), Map.of());
        try {
            JDBCConfiguration configuration =
                    (JDBCConfiguration) JPAFacadeHelper.toBrokerFactory(factory).getConfiguration();
            configuration.setUserClassLoader(loader);
            // Not among the properties: OpenJPA looks those up before it knows the loader.
            configuration.setMetaDataRepository(OwnClassesRepository.class.getName());
            DerivedMapping derived = new DerivedMapping(types);
            derived.setConfiguration(configuration);
            configuration.setMappingDefaults(derived);
            // It would give such columns other names; ours are checked against the words of every database.
            configuration.getDBDictionaryInstance().getInvalidColumnWordSet().clear();
            MappingRepository repository = configuration.getMappingRepositoryInstance();
            types.forEach((entity, type) ->
                    mappings.put(type.name(), new RecordMapping(type, mapping(repository, loader, entity))));
            model.types().forEach(type -> models.add(model(type)));
            models.forEach(TableModel::check);
        } catch (RuntimeException e) {
            factory.close();
            throw e;
        }
    }

    private TableModel model(RecordType type) {
        return mappings.get(type.name())
                .model(type.parts().stream()
                        .map(part -> new TableModel.PartTable(
                                part.name(),
                                part.nested(),
                                part.max(),
                                mappings.get(part.type().name()).model(List.of())))
                        .toList());
    }

    private static ClassMapping mapping(MappingRepository repository, ClassLoader loader, String entity) {
        try {
            Class<?> type = Class.forName(entity, true, loader);
            Class<?> base = type.isAnnotationPresent(PartOf.class) ? StoredPart.class : StoredRecord.class;
            if (!base.isAssignableFrom(type)) {
                throw new IllegalArgumentException(
                        "The entity " + type.getSimpleName() + " must extend " + base.getName() + ".");
            }
            if (!PCRegistry.isRegistered(type)) {
                throw new IllegalArgumentException("The entity " + type.getSimpleName()
                        + " is not enhanced: build the jar with Guildhall's parent, which runs OpenJPA's enhancer.");
            }
            return repository.getMapping(type, loader, true);
        } catch (ClassNotFoundException e) {
            throw new IllegalArgumentException("The class " + entity + " can't be loaded from the plugin's bundle.", e);
        }
    }

    String plugin() {
        return plugin;
    }

    /** The mappings of records and parts by type. */
    Map<String, RecordMapping> mappings() {
        return mappings;
    }

    /** The tables of the record types. */
    List<TableModel> models() {
        return models;
    }

    EntityManager entityManager() {
        return factory.createEntityManager();
    }

    /** Lets OpenJPA ask the database what it wants to know of it now, and not in the first caller's time. */
    void warmUp() {
        EntityManager manager = factory.createEntityManager();
        manager.getTransaction().begin();
        OpenJPAPersistence.cast(manager).beginStore();
        manager.getTransaction().rollback();
        manager.close();
    }

    /** Holds the unit open until {@link #leave}; UNAVAILABLE when it is closing. */
    void enter() {
        if (!calls.readLock().tryLock()) {
            throw Problem.of(Problem.Kind.UNAVAILABLE, "plugin.unavailable", plugin);
        }
    }

    void leave() {
        calls.readLock().unlock();
    }

    /** Waits for the calls that have entered, then closes; never opens again. */
    void close() {
        try {
            if (!calls.writeLock().tryLock(DRAIN_SECONDS, TimeUnit.SECONDS)) {
                LOG.warn("Calls to plugin {} did not end in {} s; they fail now", plugin, DRAIN_SECONDS);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        factory.close();
    }
}
