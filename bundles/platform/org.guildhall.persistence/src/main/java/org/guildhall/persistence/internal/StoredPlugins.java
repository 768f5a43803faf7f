/* Copyright the Guildhall authors. SPDX-License-Identifier: Apache-2.0 */
package org.guildhall.persistence.internal;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.sql.Timestamp;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.guildhall.api.platform.FieldKind;
import org.guildhall.api.platform.PluginData;
import org.guildhall.api.platform.Table;
import org.guildhall.persistence.internal.TableModel.StoredField;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Counts and deletes what is held for plugins, by the stored models of their types and by the platform's tables. */
@Component
public final class StoredPlugins implements PluginData {
    private static final Logger LOG = LoggerFactory.getLogger(StoredPlugins.class);
    /** Others of the database know of a quarantine within this, and serve the plugin no longer. */
    private static final long KNOWN_MILLIS = 5_000;

    private static final int CHUNK = 500;

    private final Database database;
    private final JdbcSchema schema;
    private final OpenJpaUnits units;

    /** @param purged whether a purge has begun */
    private record Quarantine(Instant since, boolean purged) {}

    @Activate
    public StoredPlugins(@Reference Database database, @Reference JdbcSchema schema, @Reference OpenJpaUnits units) {
        this.database = database;
        this.schema = schema;
        this.units = units;
    }

    @Override
    public Held held(String plugin) {
        return schema.read(connection -> {
            List<Rows> rows = new ArrayList<>();
            List<TableModel> all = StoredSchema.all(connection);
            for (TableModel model : all) {
                if (isOf(plugin, model)) {
                    for (TableModel one : model.withParts().toList()) {
                        count(connection, rows, one.type(), new Sql().add(" from " + one.table()));
                    }
                }
            }
            for (Table table : tables()) {
                count(connection, rows, table.name(), of(plugin, table));
            }
            List<Rows> referring = new ArrayList<>();
            for (TableModel model : all) {
                if (!isOf(plugin, model)) {
                    referring(connection, referring, plugin, model);
                }
            }
            Quarantine quarantine = quarantines(connection).get(plugin);
            return new Held(plugin, quarantine == null ? null : quarantine.since(), rows, referring);
        });
    }

    private static boolean isOf(String plugin, TableModel model) {
        return model.type().startsWith(plugin + ".");
    }

    private static void count(Connection connection, List<Rows> rows, String what, Sql from) throws SQLException {
        long count = new Sql()
                .add("select count(*)")
                .add(from)
                .rows(connection, 0, row -> row.getLong(1))
                .get(0);
        if (count > 0) {
            rows.add(new Rows(what, count));
        }
    }

    private static void referring(Connection connection, List<Rows> referring, String plugin, TableModel model)
            throws SQLException {
        for (TableModel one : model.withParts().toList()) {
            for (StoredField field : one.fields()) {
                String name = one.type() + "." + field.field().name();
                String target = field.field().target();
                if (field.field().kind() == FieldKind.REFERENCE_TO_ANY) {
                    count(
                            connection,
                            referring,
                            name,
                            of(plugin, one.table(), field.columns().get(0).name()));
                } else if (target != null && target.startsWith(plugin + ".")) {
                    String column = field.columns().get(0).name();
                    count(
                            connection,
                            referring,
                            name,
                            new Sql().add(" from " + one.table() + " where " + column + " is not null"));
                }
            }
        }
    }

    /** The platform's tables with rows that are held for plugins. */
    private List<Table> tables() {
        return schema.ensured().stream().filter(table -> table.plugin() != null).toList();
    }

    private static Sql of(String plugin, Table table) {
        return of(plugin, table.name(), table.plugin());
    }

    /** The rows of which a column names the plugin or something of it. */
    private static Sql of(String plugin, String table, String column) {
        return new Sql()
                .add(" from " + table + " where (" + column + " = ")
                .bind(plugin)
                .add(" or (" + column + " >= ")
                .bind(plugin + ".")
                .add(" and " + column + " < ")
                .bind(plugin + "/")
                .add("))");
    }

    @Override
    public Map<String, Instant> quarantined() {
        return schema.read(StoredPlugins::quarantines).entrySet().stream()
                .collect(Collectors.toMap(
                        Map.Entry::getKey, entry -> entry.getValue().since()));
    }

    private static Map<String, Quarantine> quarantines(Connection connection) throws SQLException {
        Map<String, Quarantine> quarantines = new HashMap<>();
        try (Statement select = connection.createStatement();
                ResultSet row = select.executeQuery(
                        "select name, quarantined_at, purged from gh_plugin where quarantined_at is not null")) {
            while (row.next()) {
                LocalDateTime since = row.getTimestamp(2).toLocalDateTime();
                quarantines.put(row.getString(1), new Quarantine(since.toInstant(ZoneOffset.UTC), row.getBoolean(3)));
            }
        }
        return quarantines;
    }

    @Override
    public void quarantine(String plugin) {
        boolean done = schema.call(connection -> update(
                connection,
                "update gh_plugin set quarantined_at = ? where name = ? and quarantined_at is null",
                Timestamp.valueOf(LocalDateTime.now(ZoneOffset.UTC)),
                plugin));
        if (!done) {
            throw new IllegalArgumentException(
                    quarantined().containsKey(plugin)
                            ? "The plugin " + plugin + " is in quarantine already."
                            : "The database holds nothing for a plugin " + plugin + ".");
        }
        LOG.info("Plugin {} is in quarantine", plugin);
    }

    @Override
    public void release(String plugin) {
        if (quarantine(plugin, "it can't be let out").purged()) {
            throw new IllegalArgumentException("A purge of the plugin " + plugin
                    + " has begun and was interrupted: some of its data are gone. Purge it once more to end it.");
        }
        schema.call(connection ->
                update(connection, "update gh_plugin set quarantined_at = null where name = ?", null, plugin));
        LOG.info("Plugin {} is out of quarantine", plugin);
    }

    private Quarantine quarantine(String plugin, String consequence) {
        Quarantine quarantine =
                schema.<Map<String, Quarantine>>read(StoredPlugins::quarantines).get(plugin);
        if (quarantine == null) {
            throw new IllegalArgumentException("The plugin " + plugin + " is not in quarantine: " + consequence + ".");
        }
        return quarantine;
    }

    private static boolean update(Connection connection, String statement, Timestamp time, String plugin)
            throws SQLException {
        try (PreparedStatement update = connection.prepareStatement(statement)) {
            if (time != null) {
                update.setTimestamp(1, time);
            }
            update.setString(time == null ? 1 : 2, plugin);
            return update.executeUpdate() > 0;
        }
    }

    @Override
    public void purge(String plugin) {
        Quarantine quarantine = quarantine(plugin, "put it there first, and purge it when you are sure");
        await(quarantine.since().plusMillis(KNOWN_MILLIS));
        schema.call(
                connection -> update(connection, "update gh_plugin set purged = true where name = ?", null, plugin));
        try {
            drop(plugin);
            for (Table table : tables()) {
                delete(plugin, table);
            }
            schema.call(connection -> {
                for (String statement : List.of(
                        "delete from gh_type where plugin = ?",
                        "delete from gh_change where plugin = ?",
                        "delete from gh_plugin where name = ?")) {
                    update(connection, statement, null, plugin);
                }
                return null;
            });
        } catch (SQLException e) {
            throw StoreFailure.problem(e);
        } finally {
            units.forget();
        }
        LOG.info("Plugin {} is purged", plugin);
    }

    private static void await(Instant time) {
        try {
            Thread.sleep(Math.max(0, Math.min(KNOWN_MILLIS, time.toEpochMilli() - System.currentTimeMillis())));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("The server stops.", e);
        }
    }

    private void drop(String plugin) throws SQLException {
        List<String> tables = schema.read(StoredSchema::all).stream()
                .filter(model -> isOf(plugin, model))
                .flatMap(model -> Stream.concat(
                        Stream.of(model.wordTable()),
                        model.withParts().flatMap(one -> Stream.of(one.sideTable(), one.table()))))
                .toList();
        List<Table> wanted = tables.stream()
                .map(name -> new Table(name, List.of(), List.of(), List.of()))
                .toList();
        try (SchemaLease lease = new SchemaLease(database);
                Connection connection = database.patient()) {
            Catalogue catalogue = Catalogue.read(database.dialect(), connection, wanted);
            for (String table : tables) {
                lease.check();
                if (catalogue.has(table)) {
                    try (Statement drop = connection.createStatement()) {
                        drop.execute("drop table " + table);
                    }
                }
            }
        }
    }

    /** In chunks, each in a transaction of its own, so that others don't wait. */
    private void delete(String plugin, Table table) {
        String keys = String.join(", ", table.primaryKey());
        String key = table.primaryKey().stream().map(column -> column + " = ?").collect(Collectors.joining(" and "));
        int deleted;
        do {
            deleted = schema.call(connection -> {
                List<Object[]> rows = new Sql()
                        .add("select " + keys)
                        .add(of(plugin, table))
                        .add(database.dialect().limit(CHUNK))
                        .rows(
                                connection,
                                0,
                                row -> values(row, table.primaryKey().size()));
                try (PreparedStatement delete =
                        connection.prepareStatement("delete from " + table.name() + " where " + key)) {
                    for (Object[] row : rows) {
                        for (int i = 0; i < row.length; i++) {
                            delete.setObject(i + 1, row[i]);
                        }
                        delete.addBatch();
                    }
                    if (!rows.isEmpty()) {
                        delete.executeBatch();
                    }
                }
                return rows.size();
            });
        } while (deleted == CHUNK);
    }

    private static Object[] values(ResultSet row, int count) throws SQLException {
        Object[] values = new Object[count];
        for (int i = 0; i < count; i++) {
            values[i] = row.getObject(i + 1);
        }
        return values;
    }
}
