/* Copyright the Guildhall authors. SPDX-License-Identifier: Apache-2.0 */
package org.guildhall.persistence.internal;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import javax.persistence.EntityManager;
import javax.persistence.criteria.CriteriaBuilder;
import javax.persistence.criteria.CriteriaQuery;
import javax.persistence.criteria.Root;
import org.apache.openjpa.kernel.Broker;
import org.apache.openjpa.kernel.OpenJPAStateManager;
import org.apache.openjpa.persistence.JPAFacadeHelper;
import org.apache.openjpa.persistence.OpenJPAPersistence;
import org.guildhall.api.CallContext;
import org.guildhall.api.Ids;
import org.guildhall.api.Problem;
import org.guildhall.api.Values;
import org.guildhall.api.platform.IdSource;
import org.guildhall.api.platform.RecordField;
import org.guildhall.api.platform.RecordPart;
import org.guildhall.api.platform.RecordQuery;
import org.guildhall.api.platform.RecordType;
import org.guildhall.api.platform.Transaction;
import org.guildhall.api.platform.Visibility;
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
    private final List<Runnable> afterCommit = new ArrayList<>();

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
    public void lock(RecordType type, long id) {
        try {
            units.reader(type.name(), connection).lock(connection, id);
        } catch (SQLException e) {
            throw StoreFailure.problem(e);
        }
    }

    @Override
    public Values insert(RecordType type, Values values) {
        OpenJpaUnits.Entry entry = units.entry(type.name());
        EntityManager manager = manager(entry.unit());
        long id = ids.next();
        OpenJPAStateManager state = persist(manager, entry.mapping());
        entry.mapping().write(values, state);
        entry.mapping()
                .write(
                        stamps().put("id", id)
                                .put("createdAt", context.time().truncatedTo(ChronoUnit.MICROS))
                                .put("createdBy", context.caller().id())
                                .build(),
                        state);
        Map<String, List<OpenJPAStateManager>> parts = new LinkedHashMap<>();
        for (RecordPart part : type.parts()) {
            parts.put(part.name(), writeParts(manager, part, id, values.get(part.name()), Map.of()));
        }
        flush(manager, entry);
        Values stored = read(entry.mapping(), type, state, parts);
        sql(() -> {
            TypeTable table = entry.reader().table();
            new Sql()
                    .add("insert into " + table.sideTable() + " (id) values (")
                    .bind(id)
                    .add(")")
                    .update(connection);
            if (table.wordTable() != null) {
                Words.insert(connection, table.wordTable(), id, Words.of(entry.searched(), stored));
            }
            return null;
        });
        return stored;
    }

    @Override
    public Values update(RecordType type, long id, long version, Values values) {
        OpenJpaUnits.Entry entry = units.entry(type.name());
        EntityManager manager = manager(entry.unit());
        OpenJPAStateManager state = find(manager, entry, id, version);
        entry.mapping().write(values, state);
        entry.mapping().write(stamps().build(), state);
        for (RecordPart part : type.parts()) {
            if (values.has(part.name())) {
                replaceParts(manager, part, id, values.get(part.name()));
            }
        }
        flush(manager, entry);
        checkKeys(entry, id);
        Values stored = stored(type, id);
        if (isSearched(entry.searched(), values)) {
            sql(() -> {
                Words.replace(connection, entry.reader().table().wordTable(), id, Words.of(entry.searched(), stored));
                return null;
            });
        }
        return stored;
    }

    /** Whether one of the fields, or of the parts that hold them, was written. */
    private static boolean isSearched(List<String> searched, Values written) {
        return searched.stream().anyMatch(name -> {
            int dot = name.indexOf('.');
            return written.has(dot < 0 ? name : name.substring(0, dot));
        });
    }

    private Values stored(RecordType type, long id) {
        return find(type, id, Visibility.EVERYTHING).orElseThrow(() -> Problem.notFound(type.name(), Ids.format(id)));
    }

    private static <T> T sql(Reading<T> work) {
        return read(work);
    }

    @Override
    public void bin(RecordType type, long id, long version) {
        setBin(type, id, version, id);
    }

    @Override
    public Values restore(RecordType type, long id, long version) {
        setBin(type, id, version, 0);
        return stored(type, id);
    }

    @Override
    public void purge(RecordType type, long id) {
        OpenJpaUnits.Entry entry = units.entry(type.name());
        flush();
        sql(() -> {
            TypeTable table = entry.reader().table();
            for (TypeTable part : table.parts().values()) {
                delete(part.table(), TableModel.PARENT, id);
            }
            if (table.wordTable() != null) {
                Words.delete(connection, table.wordTable(), id);
            }
            delete(table.sideTable(), "id", id);
            RecordLinks.delete(connection, type.name(), id);
            delete(table.table(), "id", id);
            return null;
        });
    }

    private void delete(String table, String column, long id) throws SQLException {
        new Sql()
                .add("delete from " + table + " where " + column + " = ")
                .bind(id)
                .update(connection);
    }

    @Override
    public Values insertPart(RecordType type, RecordPart part, long parent, Values values) {
        EntityManager manager = touch(type, parent);
        RecordMapping mapping = units.entry(part.type().name()).mapping();
        long id = ids.next();
        OpenJPAStateManager state = persist(manager, mapping);
        mapping.write(values, state);
        mapping.write(Values.of("id", id), state);
        RecordMapping.write(TableModel.PARENT, parent, state);
        manager.flush();
        return mapping.read(state).build();
    }

    @Override
    public Values updatePart(RecordType type, RecordPart part, long parent, long id, Values values) {
        EntityManager manager = touch(type, parent);
        RecordMapping mapping = units.entry(part.type().name()).mapping();
        OpenJPAStateManager state = state(manager, manager.find(mapping.entity(), id));
        mapping.write(values, state);
        manager.flush();
        return mapping.read(state).build();
    }

    @Override
    public void deletePart(RecordType type, RecordPart part, long parent, long id) {
        EntityManager manager = touch(type, parent);
        manager.remove(manager.find(units.entry(part.type().name()).mapping().entity(), id));
        manager.flush();
    }

    /** Counts a record's version up. */
    private EntityManager touch(RecordType type, long id) {
        OpenJpaUnits.Entry entry = units.entry(type.name());
        EntityManager manager = manager(entry.unit());
        entry.mapping()
                .write(
                        stamps().build(),
                        state(manager, manager.find(entry.mapping().entity(), id)));
        return manager;
    }

    @Override
    public <T> T entity(RecordType type, Class<T> entity, long id) {
        T found = manager(units.entry(type.name()).unit()).find(entity, id);
        if (found == null) {
            throw Problem.notFound(type.name(), Ids.format(id));
        }
        return found;
    }

    @Override
    public String typeOf(Class<?> entity) {
        String type = units.typeOf(entity);
        if (type == null) {
            throw new IllegalArgumentException(entity.getName() + " is no record of a plugin that is here.");
        }
        return type;
    }

    @Override
    public Values entityValues(RecordType type, Object entity) {
        OpenJpaUnits.Entry entry = units.entry(type.name());
        return entry.mapping().read(state(manager(entry.unit()), entity)).build();
    }

    @Override
    public void share(RecordType type, long id, Share share) {
        sql(() -> {
            RecordLinks.share(connection, type.name(), id, share);
            return null;
        });
    }

    @Override
    public void unshare(RecordType type, long id, long grantee) {
        sql(() -> {
            RecordLinks.unshare(connection, type.name(), id, grantee);
            return null;
        });
    }

    @Override
    public void nameExternally(RecordType type, long id, String system, String externalId) {
        sql(() -> {
            RecordLinks.nameExternally(connection, type.name(), id, system, externalId);
            return null;
        });
    }

    @Override
    public void afterCommit(Runnable action) {
        afterCommit.add(action);
    }

    void committed() {
        for (Runnable action : afterCommit) {
            try {
                action.run();
            } catch (RuntimeException e) {
                // What is committed stays so, whatever the others make of it.
                LOG.error("What was to follow a commit failed", e);
            }
        }
    }

    private void setBin(RecordType type, long id, long version, long bin) {
        OpenJpaUnits.Entry entry = units.entry(type.name());
        EntityManager manager = manager(entry.unit());
        OpenJPAStateManager state = find(manager, entry, id, version);
        entry.mapping().write(stamps().build(), state);
        RecordMapping.write(TableModel.BIN, bin, state);
        flush(manager, entry);
        checkKeys(entry, id);
    }

    private void checkKeys(OpenJpaUnits.Entry entry, long id) {
        entry.keyQueries().forEach((query, key) -> {
            try (PreparedStatement count = connection.prepareStatement(query)) {
                count.setLong(1, id);
                try (ResultSet row = count.executeQuery()) {
                    row.next();
                    if (row.getLong(1) > 1) {
                        throw StoreFailure.ofKey(key);
                    }
                }
            } catch (SQLException e) {
                throw StoreFailure.problem(e);
            }
        });
    }

    private static OpenJPAStateManager find(EntityManager manager, OpenJpaUnits.Entry entry, long id, long version) {
        Object entity = manager.find(entry.mapping().entity(), id);
        if (entity == null) {
            throw Problem.notFound(entry.mapping().type().name(), Ids.format(id));
        }
        OpenJPAStateManager state = state(manager, entity);
        if (!Long.valueOf(version).equals(entry.mapping().read(state).build().get("version"))) {
            throw Problem.of(Problem.Kind.CONFLICT, "record.conflict");
        }
        return state;
    }

    private static void flush(EntityManager manager, OpenJpaUnits.Entry entry) {
        try {
            manager.flush();
        } catch (RuntimeException e) {
            throw StoreFailure.ofKeys(e, entry.keys());
        }
    }

    /** Makes the parts of a parent, or changes those of them that are there; in the order of the list. */
    private List<OpenJPAStateManager> writeParts(
            EntityManager manager, RecordPart part, long parent, Object list, Map<Long, Object> present) {
        RecordMapping mapping = units.entry(part.type().name()).mapping();
        List<OpenJPAStateManager> written = new ArrayList<>();
        if (list instanceof List<?> items) {
            for (Object item : items) {
                Values values = (Values) item;
                Object entity = values.get("id") == null ? null : present.get(values.get("id"));
                OpenJPAStateManager state = entity == null ? persist(manager, mapping) : state(manager, entity);
                mapping.write(values, state);
                if (entity == null) {
                    mapping.write(Values.of("id", ids.next()), state);
                    RecordMapping.write(TableModel.PARENT, parent, state);
                }
                RecordMapping.write(TableModel.POSITION, written.size(), state);
                written.add(state);
            }
        }
        return written;
    }

    /** Leaves the parent with the parts of the list alone; those that come with their id are kept. */
    private void replaceParts(EntityManager manager, RecordPart part, long parent, Object list) {
        RecordMapping mapping = units.entry(part.type().name()).mapping();
        Map<Long, Object> present = new LinkedHashMap<>();
        for (Object entity : entities(manager, mapping.entity(), parent)) {
            present.put((Long) mapping.read(state(manager, entity)).build().get("id"), entity);
        }
        List<OpenJPAStateManager> kept = writeParts(manager, part, parent, list, present);
        Set<Object> entities = Collections.newSetFromMap(new IdentityHashMap<>());
        kept.forEach(state -> entities.add(state.getManagedInstance()));
        present.values().stream().filter(entity -> !entities.contains(entity)).forEach(manager::remove);
    }

    /** The parts of a parent, to be changed; all by one statement. */
    private static <T> List<T> entities(EntityManager manager, Class<T> type, long parent) {
        CriteriaBuilder builder = manager.getCriteriaBuilder();
        CriteriaQuery<T> query = builder.createQuery(type);
        Root<T> root = query.from(type);
        query.select(root).where(builder.equal(root.get(TableModel.PARENT), parent));
        return manager.createQuery(query).getResultList();
    }

    private Values read(
            RecordMapping mapping,
            RecordType type,
            OpenJPAStateManager state,
            Map<String, List<OpenJPAStateManager>> parts) {
        Values.Builder values = mapping.read(state);
        for (RecordPart part : type.parts()) {
            if (part.nested()) {
                RecordMapping of = units.entry(part.type().name()).mapping();
                values.put(
                        part.name(),
                        parts.get(part.name()).stream()
                                .map(one -> of.read(one).build())
                                .toList());
            }
        }
        return values.build();
    }

    private static OpenJPAStateManager persist(EntityManager manager, RecordMapping mapping) {
        Object entity = mapping.newEntity();
        manager.persist(entity);
        return state(manager, entity);
    }

    @Override
    public Optional<Values> find(RecordType type, long id, Visibility visibility) {
        flush();
        return super.find(type, id, visibility);
    }

    @Override
    public Optional<Values> findBinned(RecordType type, long id, Visibility visibility) {
        flush();
        return super.findBinned(type, id, visibility);
    }

    @Override
    public Map<Long, Values> findAll(RecordType type, Collection<Long> ids, Visibility visibility) {
        flush();
        return super.findAll(type, ids, visibility);
    }

    @Override
    public Set<Long> existing(RecordType type, Collection<Long> ids, boolean binned, Visibility visibility) {
        flush();
        return super.existing(type, ids, binned, visibility);
    }

    @Override
    public List<Long> referring(
            RecordType type, RecordPart part, RecordField field, String target, long id, int limit) {
        flush();
        return super.referring(type, part, field, target, id, limit);
    }

    @Override
    public RecordQuery.Rows query(RecordType type, RecordQuery query) {
        flush();
        return super.query(type, query);
    }

    @Override
    public int count(RecordType type, RecordQuery query, int most) {
        flush();
        return super.count(type, query, most);
    }

    @Override
    public List<Values> parts(RecordType type, RecordPart part, long parent, long after, int limit) {
        flush();
        return super.parts(type, part, parent, after, limit);
    }

    @Override
    public Optional<Values> part(RecordType type, RecordPart part, long parent, long id) {
        flush();
        return super.part(type, part, parent, id);
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
