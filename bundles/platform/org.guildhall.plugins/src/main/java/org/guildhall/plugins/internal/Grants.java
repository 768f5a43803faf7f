/* Copyright the Guildhall authors. SPDX-License-Identifier: Apache-2.0 */
package org.guildhall.plugins.internal;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.guildhall.api.Problem;
import org.guildhall.api.Verb;
import org.guildhall.api.platform.PluginModel.Use;
import org.guildhall.api.platform.Schema;
import org.guildhall.api.platform.Table;
import org.guildhall.api.platform.Table.Column;
import org.guildhall.api.platform.Table.Type;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/**
 * What administrators have granted to plugins of other plugins' types: {@code gh_grant}. It stays when the plugin leaves.
 * What another server writes is known within a second.
 */
@Component(service = Grants.class)
public final class Grants {
    private static final long KNOWN_NANOS = TimeUnit.SECONDS.toNanos(1);
    private static final String ALL = "*";

    private static final Table GRANTS = new Table(
                    "gh_grant",
                    List.of(
                            new Column("plugin", Type.TEXT, 41, true),
                            new Column("record_type", Type.TEXT, 83, true),
                            new Column("verbs", Type.TEXT, 100, true),
                            new Column("fields", Type.LONG_TEXT, 0, true)),
                    List.of("plugin", "record_type"),
                    List.of())
            .heldFor("plugin");

    private final Schema schema;
    private volatile Known known = new Known(Map.of(), 0);

    private record Known(Map<String, Use> grants, long readAt) {}

    @Activate
    public Grants(@Reference Schema schema) {
        this.schema = schema;
        schema.ensure(GRANTS);
        read();
    }

    private static String key(String plugin, String type) {
        return plugin + " " + type;
    }

    private void read() {
        known = new Known(
                schema.read(connection -> {
                    Map<String, Use> grants = new HashMap<>();
                    try (PreparedStatement select = connection.prepareStatement(
                                    "select plugin, record_type, verbs, fields from gh_grant");
                            ResultSet rows = select.executeQuery()) {
                        while (rows.next()) {
                            grants.put(
                                    key(rows.getString(1), rows.getString(2)),
                                    new Use(rows.getString(2), verbs(rows.getString(3)), fields(rows.getString(4))));
                        }
                    }
                    return grants;
                }),
                System.nanoTime());
    }

    private static Set<Verb> verbs(String text) {
        Set<Verb> verbs = EnumSet.noneOf(Verb.class);
        Arrays.stream(text.split(","))
                .filter(name -> !name.isEmpty())
                .map(Verb::valueOf)
                .forEach(verbs::add);
        return verbs;
    }

    private static Set<String> fields(String text) {
        return text.equals(ALL) ? Set.of() : Set.of(text.split(","));
    }

    /** What a plugin may do: what it declares, as far as it is granted. */
    List<Use> of(String plugin, List<Use> declared) {
        if (declared.isEmpty()) {
            return declared;
        }
        if (System.nanoTime() - known.readAt() > KNOWN_NANOS) {
            try {
                read();
            } catch (Problem lost) {
                // How the plugins are is asked most while the database is lost: what was known holds.
                known = new Known(known.grants(), System.nanoTime());
            }
        }
        Map<String, Use> grants = known.grants();
        return declared.stream()
                .filter(use -> grants.containsKey(key(plugin, use.type())))
                .map(use -> both(use, grants.get(key(plugin, use.type()))))
                .toList();
    }

    private static Use both(Use declared, Use granted) {
        Set<Verb> verbs =
                declared.verbs().stream().filter(granted.verbs()::contains).collect(Collectors.toUnmodifiableSet());
        if (granted.fields().isEmpty()) {
            return new Use(declared.type(), verbs, declared.fields());
        }
        if (declared.fields().isEmpty()) {
            return new Use(declared.type(), verbs, granted.fields());
        }
        Set<String> fields =
                declared.fields().stream().filter(granted.fields()::contains).collect(Collectors.toUnmodifiableSet());
        // No field in common is nothing, and no field named would be every one.
        return new Use(declared.type(), fields.isEmpty() ? Set.of() : verbs, fields);
    }

    /** Grants what a plugin declares, in place of what it was granted before. */
    void grant(String plugin, List<Use> declared) {
        schema.call(connection -> {
            delete(connection, plugin);
            try (PreparedStatement insert = connection.prepareStatement(
                    "insert into gh_grant (plugin, record_type, verbs, fields) values (?, ?, ?, ?)")) {
                for (Use use : declared) {
                    insert.setString(1, plugin);
                    insert.setString(2, use.type());
                    insert.setString(
                            3, use.verbs().stream().map(Verb::name).sorted().collect(Collectors.joining(",")));
                    insert.setString(4, use.fields().isEmpty() ? ALL : String.join(",", new TreeSet<>(use.fields())));
                    insert.addBatch();
                }
                insert.executeBatch();
            }
            return null;
        });
        read();
    }

    void revoke(String plugin) {
        schema.call(connection -> {
            delete(connection, plugin);
            return null;
        });
        read();
    }

    private static void delete(Connection connection, String plugin) throws SQLException {
        try (PreparedStatement delete = connection.prepareStatement("delete from gh_grant where plugin = ?")) {
            delete.setString(1, plugin);
            delete.executeUpdate();
        }
    }
}
