/* Copyright the Guildhall authors. SPDX-License-Identifier: Apache-2.0 */
package org.guildhall.persistence.internal;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.zip.CRC32;
import org.guildhall.api.platform.PluginModel;
import org.guildhall.api.platform.Schema;
import org.guildhall.api.platform.Table;
import org.guildhall.api.platform.Table.Column;
import org.guildhall.api.platform.Table.Type;

/** What the database remembers of a plugin's schema: {@code gh_plugin}, {@code gh_type} and {@code gh_change}. */
final class StoredSchema {
    private static final Table PLUGINS = new Table(
            "gh_plugin",
            List.of(
                    new Column("name", Type.TEXT, 41, true),
                    new Column("schema_number", Type.INTEGER, 0, true),
                    new Column("lowest_number", Type.INTEGER, 0, true),
                    new Column("platform_number", Type.INTEGER, 0, false),
                    new Column("quarantined_at", Type.TIMESTAMP, 0, false),
                    new Column("purged", Type.BOOLEAN, 0, false)),
            List.of("name"),
            List.of());
    private static final Table TYPES = new Table(
            "gh_type",
            List.of(
                    new Column("name", Type.TEXT, 83, true),
                    new Column("plugin", Type.TEXT, 41, true),
                    new Column("model", Type.LONG_TEXT, 0, true)),
            List.of("name"),
            List.of());
    private static final Table CHANGES = new Table(
            "gh_change",
            List.of(
                    new Column("plugin", Type.TEXT, 41, true),
                    new Column("change_number", Type.INTEGER, 0, true),
                    new Column("checksum", Type.INTEGER, 0, true)),
            List.of("plugin", "change_number"),
            List.of());
    private static final ObjectMapper JSON = new ObjectMapper();

    /** Counted up when the platform wants something else beside or around the tables of every plugin. */
    private static final int PLATFORM = 2;

    private final String plugin;
    private int platform;
    private int schema;
    private int lowest;
    private final Map<String, TableModel> models = new TreeMap<>();
    private final Map<Integer, Long> changes = new HashMap<>();

    private StoredSchema(String plugin) {
        this.plugin = plugin;
    }

    static void ensureTables(Schema schema) {
        schema.ensure(PLUGINS);
        schema.ensure(TYPES);
        schema.ensure(CHANGES);
    }

    /** What is remembered of a plugin; nothing of one that was never here. */
    static StoredSchema read(Connection connection, String plugin) throws SQLException {
        StoredSchema stored = new StoredSchema(plugin);
        query(
                connection,
                "select schema_number, lowest_number, platform_number from gh_plugin where name = ?",
                plugin,
                row -> {
                    stored.schema = row.getInt(1);
                    stored.lowest = row.getInt(2);
                    stored.platform = row.getInt(3);
                });
        query(connection, "select model from gh_type where plugin = ?", plugin, row -> {
            TableModel model = model(row.getString(1));
            stored.models.put(model.type(), model);
        });
        query(
                connection,
                "select change_number, checksum from gh_change where plugin = ?",
                plugin,
                row -> stored.changes.put(row.getInt(1), row.getLong(2)));
        return stored;
    }

    /** The models of every type that the database has tables of. */
    static List<TableModel> all(Connection connection) throws SQLException {
        List<TableModel> models = new ArrayList<>();
        try (PreparedStatement select = connection.prepareStatement("select model from gh_type order by name");
                ResultSet rows = select.executeQuery()) {
            while (rows.next()) {
                models.add(model(rows.getString(1)));
            }
        }
        return models;
    }

    /** The model of a record type, if the database has tables of it. */
    static Optional<TableModel> find(Connection connection, String type) throws SQLException {
        List<TableModel> models = new ArrayList<>();
        query(connection, "select model from gh_type where name = ?", type, row -> models.add(model(row.getString(1))));
        return models.stream().findFirst();
    }

    private interface Row {
        void take(ResultSet row) throws SQLException;
    }

    private static void query(Connection connection, String sql, String parameter, Row taker) throws SQLException {
        try (PreparedStatement select = connection.prepareStatement(sql)) {
            select.setString(1, parameter);
            try (ResultSet rows = select.executeQuery()) {
                while (rows.next()) {
                    taker.take(rows);
                }
            }
        }
    }

    private static TableModel model(String json) {
        try {
            return JSON.readValue(json, TableModel.class);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("gh_type holds a model that can't be read", e);
        }
    }

    private static String json(TableModel model) {
        try {
            return JSON.writeValueAsString(model);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Whether a server of this version, or of a later one, has brought the plugin's tables up to date. */
    boolean isOfThisPlatform() {
        return platform >= PLATFORM;
    }

    void writePlatform(Connection connection) throws SQLException {
        try (PreparedStatement update =
                connection.prepareStatement("update gh_plugin set platform_number = ? where name = ?")) {
            update.setInt(1, Math.max(platform, PLATFORM));
            update.setString(2, plugin);
            update.executeUpdate();
        }
    }

    /** Whether the plugin was never here. */
    boolean isNew() {
        return schema == 0;
    }

    /** The highest number of the plugin's schema so far. */
    int schema() {
        return schema;
    }

    /** The lowest number that still runs: that of the author's last change. */
    int lowest() {
        return lowest;
    }

    Map<String, TableModel> models() {
        return models;
    }

    boolean hasMade(int change) {
        return changes.containsKey(change);
    }

    /** Whether a change that was made said the same then. */
    boolean isAsMade(int number, PluginModel.Change change) {
        return changes.get(number) == checksum(change);
    }

    private static long checksum(PluginModel.Change change) {
        CRC32 checksum = new CRC32();
        checksum.update(change.toString().getBytes(StandardCharsets.UTF_8));
        return checksum.getValue();
    }

    void writeChange(Connection connection, int number, PluginModel.Change change) throws SQLException {
        try (PreparedStatement insert = connection.prepareStatement(
                "insert into gh_change (plugin, change_number, checksum) values (?, ?, ?)")) {
            insert.setString(1, plugin);
            insert.setInt(2, number);
            insert.setLong(3, checksum(change));
            insert.executeUpdate();
        }
    }

    void writeModel(Connection connection, TableModel model) throws SQLException {
        String json = json(model);
        try (PreparedStatement update =
                connection.prepareStatement("update gh_type set model = ? where name = ? and plugin = ?")) {
            update.setString(1, json);
            update.setString(2, model.type());
            update.setString(3, plugin);
            if (update.executeUpdate() == 1) {
                return;
            }
        }
        try (PreparedStatement insert =
                connection.prepareStatement("insert into gh_type (name, plugin, model) values (?, ?, ?)")) {
            insert.setString(1, model.type());
            insert.setString(2, plugin);
            insert.setString(3, json);
            insert.executeUpdate();
        }
    }

    void writePlugin(Connection connection, int number, int lowestNumber) throws SQLException {
        try (PreparedStatement update = connection.prepareStatement(
                "update gh_plugin set schema_number = ?, lowest_number = ? where name = ?")) {
            update.setInt(1, number);
            update.setInt(2, lowestNumber);
            update.setString(3, plugin);
            if (update.executeUpdate() == 1) {
                return;
            }
        }
        try (PreparedStatement insert = connection.prepareStatement(
                "insert into gh_plugin (schema_number, lowest_number, name) values (?, ?, ?)")) {
            insert.setInt(1, number);
            insert.setInt(2, lowestNumber);
            insert.setString(3, plugin);
            insert.executeUpdate();
        }
    }
}
