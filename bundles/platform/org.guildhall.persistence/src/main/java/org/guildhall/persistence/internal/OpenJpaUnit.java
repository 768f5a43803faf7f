/* Copyright the Guildhall authors. SPDX-License-Identifier: Apache-2.0 */
package org.guildhall.persistence.internal;

import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import javax.persistence.EntityManager;
import javax.persistence.EntityManagerFactory;
import javax.sql.DataSource;
import org.apache.openjpa.jdbc.conf.JDBCConfiguration;
import org.apache.openjpa.jdbc.meta.ClassMapping;
import org.apache.openjpa.jdbc.meta.MappingRepository;
import org.apache.openjpa.persistence.JPAFacadeHelper;
import org.apache.openjpa.persistence.OpenJPAPersistence;
import org.apache.openjpa.persistence.PersistenceProviderImpl;
import org.guildhall.api.Problem;
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
    private final List<RecordMapping> mappings;
    private final ReentrantReadWriteLock calls = new ReentrantReadWriteLock();

    OpenJpaUnit(String plugin, BundleWiring wiring, List<String> entities, DataSource connections, Dialect dialect) {
        this.plugin = plugin;
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
                Map.entry("openjpa.jdbc.DBDictionary", dialect.dictionary() + "(datePrecision=1000)"),
                Map.entry(
                        "openjpa.jdbc.MappingDefaults",
                        SnakeCaseMapping.class.getName() + "(Plugin=" + plugin + ",FieldStrategies='java.time.Instant="
                                + InstantHandler.class.getName() + "')")));
        factory = new PersistenceProviderImpl()
                .createContainerEntityManagerFactory(
                        new UnitInfo(plugin, loader, entities, connections, properties), Map.of());
        try {
            JDBCConfiguration configuration =
                    (JDBCConfiguration) JPAFacadeHelper.toBrokerFactory(factory).getConfiguration();
            configuration.setUserClassLoader(loader);
            // Not among the properties: OpenJPA looks those up before it knows the loader.
            configuration.setMetaDataRepository(OwnClassesRepository.class.getName());
            MappingRepository repository = configuration.getMappingRepositoryInstance();
            mappings = entities.stream()
                    .map(entity -> new RecordMapping(plugin, mapping(repository, loader, entity), dialect))
                    .toList();
        } catch (RuntimeException e) {
            factory.close();
            throw e;
        }
    }

    private static ClassMapping mapping(MappingRepository repository, ClassLoader loader, String entity) {
        try {
            Class<?> type = Class.forName(entity, true, loader);
            if (!StoredRecord.class.isAssignableFrom(type)) {
                throw new IllegalArgumentException(
                        "The entity " + type.getSimpleName() + " must extend " + StoredRecord.class.getName() + ".");
            }
            return repository.getMapping(type, loader, true);
        } catch (ClassNotFoundException e) {
            throw new IllegalArgumentException("The class " + entity + " can't be loaded from the plugin's bundle.", e);
        }
    }

    String plugin() {
        return plugin;
    }

    List<RecordMapping> mappings() {
        return mappings;
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
