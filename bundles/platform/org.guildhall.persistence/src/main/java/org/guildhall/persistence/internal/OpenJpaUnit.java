/* Copyright the Guildhall authors. SPDX-License-Identifier: Apache-2.0 */
package org.guildhall.persistence.internal;

import java.net.URL;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import javax.persistence.EntityManager;
import javax.persistence.EntityManagerFactory;
import javax.persistence.SharedCacheMode;
import javax.persistence.ValidationMode;
import javax.persistence.spi.ClassTransformer;
import javax.persistence.spi.PersistenceUnitInfo;
import javax.persistence.spi.PersistenceUnitTransactionType;
import javax.sql.DataSource;
import org.apache.openjpa.enhance.PCRegistry;
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
    private final ClassLoader loader;
    private final MappingRepository repository;
    private final List<RecordMapping> mappings;
    private final ReentrantReadWriteLock calls = new ReentrantReadWriteLock();

    OpenJpaUnit(String plugin, BundleWiring wiring, List<String> entities, DataSource connections, Dialect dialect) {
        this.plugin = plugin;
        CombinedClassLoader combined = new CombinedClassLoader(wiring.getClassLoader());
        this.loader = combined;
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
                        new UnitInfo(plugin, combined, entities, connections, properties), Map.of());
        try {
            JDBCConfiguration configuration =
                    (JDBCConfiguration) JPAFacadeHelper.toBrokerFactory(factory).getConfiguration();
            configuration.setUserClassLoader(loader);
            repository = configuration.getMappingRepositoryInstance();
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
        forgetOthers();
    }

    /**
     * Every repository of OpenJPA listens for every enhanced class of the JVM and holds it until its next look-up, and
     * with it the loader of a plugin that may leave before. This unit's classes are all listed and known by now.
     */
    private void forgetOthers() {
        PCRegistry.removeRegisterClassListener(repository);
        repository.getMetaData("", loader, false);
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

    /** The plugin's classes, then OpenJPA's, then those of this bundle. */
    private static final class CombinedClassLoader extends ClassLoader {
        private final List<ClassLoader> parts;

        CombinedClassLoader(ClassLoader plugin) {
            super(null);
            parts = List.of(plugin, PersistenceProviderImpl.class.getClassLoader(), OpenJpaUnit.class.getClassLoader());
        }

        private CombinedClassLoader(List<ClassLoader> parts) {
            super(null);
            this.parts = parts;
        }

        CombinedClassLoader copy() {
            return new CombinedClassLoader(parts);
        }

        @Override
        protected Class<?> findClass(String name) throws ClassNotFoundException {
            for (ClassLoader part : parts) {
                try {
                    return part.loadClass(name);
                } catch (ClassNotFoundException e) {
                    // The next one may have it.
                }
            }
            throw new ClassNotFoundException(name);
        }

        @Override
        protected URL findResource(String name) {
            return parts.stream()
                    .map(part -> part.getResource(name))
                    .filter(url -> url != null)
                    .findFirst()
                    .orElse(null);
        }
    }

    /** What a persistence.xml would say. */
    private record UnitInfo(
            String plugin,
            CombinedClassLoader loader,
            List<String> entities,
            DataSource connections,
            Properties properties)
            implements PersistenceUnitInfo {
        @Override
        public String getPersistenceUnitName() {
            return plugin;
        }

        @Override
        public String getPersistenceProviderClassName() {
            return PersistenceProviderImpl.class.getName();
        }

        @Override
        public PersistenceUnitTransactionType getTransactionType() {
            return PersistenceUnitTransactionType.RESOURCE_LOCAL;
        }

        @Override
        public DataSource getJtaDataSource() {
            return null;
        }

        @Override
        public DataSource getNonJtaDataSource() {
            return connections;
        }

        @Override
        public List<String> getMappingFileNames() {
            return List.of();
        }

        @Override
        public List<URL> getJarFileUrls() {
            return List.of();
        }

        @Override
        public URL getPersistenceUnitRootUrl() {
            return null;
        }

        @Override
        public List<String> getManagedClassNames() {
            String[] names = entities.toArray(new String[entities.size() + 1]);
            names[entities.size()] = StoredRecord.class.getName();
            return Arrays.asList(names);
        }

        @Override
        public boolean excludeUnlistedClasses() {
            return true;
        }

        @Override
        public SharedCacheMode getSharedCacheMode() {
            return SharedCacheMode.NONE;
        }

        @Override
        public ValidationMode getValidationMode() {
            return ValidationMode.NONE;
        }

        @Override
        public Properties getProperties() {
            return properties;
        }

        @Override
        public String getPersistenceXMLSchemaVersion() {
            return "2.1";
        }

        @Override
        public ClassLoader getClassLoader() {
            return loader;
        }

        @Override
        public void addTransformer(ClassTransformer transformer) {
            // Entities are enhanced when they are built.
        }

        @Override
        public ClassLoader getNewTempClassLoader() {
            return loader.copy();
        }
    }
}
