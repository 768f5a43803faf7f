/* Copyright the Guildhall authors. SPDX-License-Identifier: Apache-2.0 */
package org.guildhall.persistence.internal;

import java.sql.Connection;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import javax.persistence.EntityManager;
import org.apache.openjpa.kernel.Broker;
import org.apache.openjpa.kernel.OpenJPAStateManager;
import org.apache.openjpa.persistence.JPAFacadeHelper;
import org.apache.openjpa.persistence.OpenJPAPersistence;
import org.guildhall.api.CallContext;
import org.guildhall.api.Ids;
import org.guildhall.api.Problem;
import org.guildhall.api.Values;
import org.guildhall.api.platform.IdSource;
import org.guildhall.api.platform.RecordType;
import org.guildhall.api.platform.Transaction;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One entity manager for each unit that takes part, all over the connection that the unit of work lends. */
final class OpenJpaTransaction extends JdbcRecordReader implements Transaction {
    private static final Logger LOG = LoggerFactory.getLogger(OpenJpaTransaction.class);

    private final CallContext context;
    private final Connection connection;
    private final OpenJpaUnits units;
    private final IdSource ids;
    private final Map<OpenJpaUnit, EntityManager> managers = new LinkedHashMap<>();

    OpenJpaTransaction(CallContext context, Connection connection, OpenJpaUnits units, IdSource ids) {
        super(connection, units);
        this.context = context;
        this.connection = connection;
        this.units = units;
        this.ids = ids;
    }

    @Override
    public CallContext context() {
        return context;
    }

    @Override
    public Connection connection() {
        return connection;
    }

    @Override
    public Values insert(RecordType type, Values values) {
        OpenJpaUnits.Entry entry = units.entry(type);
        EntityManager manager = manager(entry.unit());
        Object entity = entry.mapping().newEntity();
        Values stamps = stamps().put("id", ids.next())
                .put("createdAt", context.time().truncatedTo(ChronoUnit.MICROS))
                .put("createdBy", context.caller().id())
                .build();
        manager.persist(entity);
        OpenJPAStateManager state = state(manager, entity);
        entry.mapping().write(values, state);
        entry.mapping().write(stamps, state);
        manager.flush();
        return entry.mapping().read(state);
    }

    @Override
    public Values update(RecordType type, long id, long version, Values values) {
        OpenJpaUnits.Entry entry = units.entry(type);
        EntityManager manager = manager(entry.unit());
        Object entity = manager.find(entry.mapping().entity(), id);
        if (entity == null) {
            throw Problem.notFound(type.name(), Ids.format(id));
        }
        OpenJPAStateManager state = state(manager, entity);
        if (!Long.valueOf(version).equals(entry.mapping().read(state).get("version"))) {
            throw Problem.of(Problem.Kind.CONFLICT, "record.conflict");
        }
        entry.mapping().write(values, state);
        entry.mapping().write(stamps().build(), state);
        manager.flush();
        return entry.mapping().read(state);
    }

    @Override
    public Optional<Values> find(RecordType type, long id) {
        flush();
        return super.find(type, id);
    }

    @Override
    public List<Values> page(RecordType type, long after, int limit) {
        flush();
        return super.page(type, after, limit);
    }

    private Values.Builder stamps() {
        return Values.builder()
                .put("changedAt", context.time().truncatedTo(ChronoUnit.MICROS))
                .put("changedBy", context.caller().id());
    }

    private EntityManager manager(OpenJpaUnit unit) {
        EntityManager known = managers.get(unit);
        if (known != null) {
            return known;
        }
        unit.enter();
        EntityManager manager;
        try {
            manager = unit.entityManager();
        } catch (RuntimeException e) {
            unit.leave();
            throw e;
        }
        managers.put(unit, manager);
        manager.getTransaction().begin();
        // Else OpenJPA takes the connection at its first flush, and does not see what JDBC wrote before.
        OpenJPAPersistence.cast(manager).beginStore();
        return manager;
    }

    private static OpenJPAStateManager state(EntityManager manager, Object entity) {
        Broker broker = JPAFacadeHelper.toBroker(manager);
        return broker.getStateManager(entity);
    }

    void flush() {
        managers.values().forEach(EntityManager::flush);
    }

    /** Drops the entity managers; the connection's transaction has ended by then. */
    void close() {
        managers.forEach((unit, manager) -> {
            try {
                manager.getTransaction().rollback();
                manager.close();
            } catch (RuntimeException e) {
                // The transaction has ended for good or bad: its outcome must not change here.
                LOG.warn("An entity manager of plugin {} could not be closed", unit.plugin(), e);
            } finally {
                unit.leave();
            }
        });
    }
}
