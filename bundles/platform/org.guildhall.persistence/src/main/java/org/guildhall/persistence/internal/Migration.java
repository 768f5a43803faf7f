/* Copyright the Guildhall authors. SPDX-License-Identifier: Apache-2.0 */
package org.guildhall.persistence.internal;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.guildhall.api.platform.PluginModel;
import org.guildhall.api.platform.Table;
import org.guildhall.persistence.internal.TableModel.StoredField;

/**
 * Brings the tables of a plugin to what it declares. Nothing is dropped, and every step is found to be done or not by
 * looking at the database: what was cut short goes on with the next start. The order is the author's renames, tables and
 * columns, sort keys and side rows of records that are there, the author's statements, indexes.
 */
final class Migration {
    private final Database database;
    private final PluginModel plugin;
    private final Map<String, TableModel> declared = new TreeMap<>();

    Migration(Database database, PluginModel plugin, List<TableModel> models) {
        this.database = database;
        this.plugin = plugin;
        models.forEach(model -> declared.put(model.type(), model));
    }

    /**
     * Does what is to be done.
     *
     * @return what an administrator should know of the tables, in sentences
     */
    List<String> apply() throws SQLException {
        StoredSchema stored = stored();
        if (!isUpToDate(stored)) {
            try (SchemaLease lease = new SchemaLease(database)) {
                stored = stored();
                dropHalfMadeIndexes();
                for (Step step : plan(stored)) {
                    lease.check();
                    try (Connection connection = database.patient()) {
                        step.work().run(connection);
                    }
                }
            }
        }
        return plugin.schema() < stored.schema()
                ? List.of("The plugin is of schema " + plugin.schema() + ", and the database has gone on to schema "
                        + stored.schema() + "; what was added since is kept.")
                : notices(merged(stored));
    }

    /** The statements that {@link #apply} would run. */
    List<String> preview() throws SQLException {
        StoredSchema stored = stored();
        return isUpToDate(stored)
                ? List.of()
                : plan(stored).stream()
                        .map(Step::preview)
                        .filter(text -> !text.isEmpty())
                        .toList();
    }

    private StoredSchema stored() throws SQLException {
        try (Connection connection = database.connection()) {
            StoredSchema stored = StoredSchema.read(connection, plugin.name());
            if (plugin.schema() < stored.lowest()) {
                throw new IllegalArgumentException("The plugin is of schema " + plugin.schema()
                        + ", and the database has gone on to a change of the author's own at schema " + stored.lowest()
                        + ": deploy a version with schema " + stored.lowest() + " or higher.");
            }
            for (int number = 0; number < plugin.changes().size(); number++) {
                if (stored.hasMade(number)
                        && !stored.isAsMade(number, plugin.changes().get(number))) {
                    throw new IllegalArgumentException(
                            "Change " + (number + 1) + " of changes.yaml was made when it said"
                                    + " something else: take it back to what it said, and add a new change behind the last.");
                }
            }
            return stored;
        }
    }

    private void checkOtherPlugins(Connection connection) throws SQLException {
        Map<String, String> owners = new TreeMap<>();
        for (TableModel model : StoredSchema.all(connection)) {
            if (!model.toType().plugin().equals(plugin.name())) {
                model.tables().forEach(table -> owners.put(table.name(), model.type()));
            }
        }
        for (TableModel model : declared.values()) {
            for (Table table : model.tables()) {
                String owner = owners.putIfAbsent(table.name(), model.type());
                if (owner != null) {
                    throw new IllegalArgumentException("The record " + model.type() + " needs the table " + table.name()
                            + ", which " + owner + " has: name the plugin or the record differently.");
                }
            }
        }
    }

    private boolean isUpToDate(StoredSchema stored) {
        return stored.isOfThisPlatform()
                && stored.schema() >= plugin.schema()
                && merged(stored).equals(stored.models())
                && IntStream.range(0, plugin.changes().size()).allMatch(stored::hasMade);
    }

    private List<Step> plan(StoredSchema stored) throws SQLException {
        try (Connection connection = database.connection()) {
            checkOtherPlugins(connection);
            List<Table> tables = declared.values().stream()
                    .flatMap(model -> model.tables().stream())
                    .toList();
            Catalogue catalogue = Catalogue.read(database.dialect(), connection, tables);
            return new MigrationPlan(database.dialect(), plugin, declared.values(), stored, catalogue)
                    .steps(this::merged);
        }
    }

    private Map<String, TableModel> merged(StoredSchema stored) {
        Map<String, TableModel> merged = new TreeMap<>(stored.models());
        boolean older = plugin.schema() < stored.schema();
        declared.forEach((type, model) -> merged.merge(type, model, (had, has) -> ModelMerge.of(had, has, older)));
        return merged;
    }

    /** PostgreSQL keeps an index whose online creation was cut short, and does not use it. */
    private void dropHalfMadeIndexes() throws SQLException {
        try (Connection connection = database.patient()) {
            for (String index : database.dialect().halfMadeIndexes(connection)) {
                if (index.matches("[iu]_" + Names.snakeCase(plugin.name()) + "_.*")) {
                    Step.execute(connection, "drop index " + index);
                }
            }
        }
    }

    /** What the database has and the plugin has no more. */
    private List<String> notices(Map<String, TableModel> models) {
        List<String> notices = new ArrayList<>();
        for (TableModel type : models.values()) {
            type.withParts().forEach(model -> model.fields().stream()
                    .filter(StoredField::removed)
                    .forEach(field -> notices.add("The field " + field.field().name() + " of " + model.type()
                            + " is no more in the plugin; its data are kept in " + ModelMerge.text(field) + " of "
                            + model.table() + ".")));
            if (!declared.containsKey(type.type())) {
                notices.add("The record " + type.type() + " is no more in the plugin; its data are kept in "
                        + type.table() + ".");
            }
        }
        return notices;
    }
}
