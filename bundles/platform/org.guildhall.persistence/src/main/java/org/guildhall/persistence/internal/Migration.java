/* Copyright the Guildhall authors. SPDX-License-Identifier: Apache-2.0 */
package org.guildhall.persistence.internal;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.guildhall.api.platform.PluginModel;
import org.guildhall.api.platform.PluginModel.Change;
import org.guildhall.api.platform.Table;
import org.guildhall.api.platform.Table.Column;
import org.guildhall.api.platform.Table.Index;
import org.guildhall.persistence.internal.TableModel.PartTable;
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

    /** Something to do, and what to show of it beforehand; bookkeeping shows nothing. */
    private record Step(String preview, Work work) {
        static Step of(Ddl ddl, Dialect dialect) {
            return new Step(ddl.sql(), connection -> ddl.run(dialect, connection));
        }
    }

    private interface Work {
        void run(Connection connection) throws SQLException;
    }

    Migration(Database database, PluginModel plugin, List<TableModel> models) {
        this.database = database;
        this.plugin = plugin;
        models.forEach(model -> declared.put(model.type(), model));
    }

    /**
     * Does what is to be done.
     *
     * @return the plugin's models as stored
     */
    Map<String, TableModel> apply() throws SQLException {
        StoredSchema stored = stored();
        if (!isUpToDate(stored)) {
            try (SchemaLease lease = new SchemaLease(database)) {
                stored = stored();
                dropHalfMadeIndexes();
                for (Step step : plan(stored)) {
                    lease.check();
                    try (Connection connection = database.connection()) {
                        step.work().run(connection);
                    }
                }
            }
        }
        return merged(stored);
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
        return stored.schema() >= plugin.schema()
                && merged(stored).equals(stored.models())
                && firstUnmade(stored) == plugin.changes().size();
    }

    private int firstUnmade(StoredSchema stored) {
        int number = 0;
        while (stored.hasMade(number)) {
            number++;
        }
        return Math.min(number, plugin.changes().size());
    }

    private Map<String, TableModel> merged(StoredSchema stored) {
        Map<String, TableModel> merged = new TreeMap<>(stored.models());
        boolean older = plugin.schema() < stored.schema();
        declared.forEach((type, model) -> merged.merge(type, model, (had, has) -> merge(had, has, older)));
        return merged;
    }

    /** What the declared model makes of the stored one: what it lacks stays, marked as removed unless it is the older. */
    private static TableModel merge(TableModel had, TableModel has, boolean older) {
        List<StoredField> fields = new ArrayList<>();
        for (StoredField field : has.fields()) {
            Optional<StoredField> before = had.field(field.field().name());
            fields.add(before.isEmpty() ? field : older ? before.get() : wider(before.get(), field));
        }
        for (StoredField field : had.fields()) {
            if (has.field(field.field().name()).isEmpty()) {
                fields.add(older ? field : new StoredField(field.field(), field.columns(), true));
            }
        }
        List<PartTable> parts = new ArrayList<>();
        for (PartTable part : has.parts()) {
            parts.add(had.parts().stream()
                    .filter(before -> before.model().type().equals(part.model().type()))
                    .findFirst()
                    .map(before -> new PartTable(
                            part.name(), part.nested(), part.max(), merge(before.model(), part.model(), older)))
                    .orElse(part));
        }
        had.parts().stream()
                .filter(before -> parts.stream()
                        .noneMatch(part ->
                                part.model().type().equals(before.model().type())))
                .forEach(parts::add);
        TableModel head = older ? had : has;
        return new TableModel(
                head.type(),
                head.plural(),
                head.title(),
                head.dataSubject(),
                head.table(),
                fields,
                head.keys(),
                head.listIndexes(),
                head.events(),
                parts);
    }

    /** The field as declared, its columns as wide as they are. */
    private static StoredField wider(StoredField had, StoredField has) {
        List<Column> columns = new ArrayList<>(has.columns());
        for (int i = 0; i < Math.min(columns.size(), had.columns().size()); i++) {
            if (had.columns().get(i).length() > columns.get(i).length()) {
                columns.set(i, had.columns().get(i));
            }
        }
        return new StoredField(has.field(), columns, false);
    }

    private List<Step> plan(StoredSchema stored) throws SQLException {
        Dialect dialect = database.dialect();
        List<Table> tables = declared.values().stream()
                .flatMap(model -> model.tables().stream())
                .toList();
        Catalogue catalogue;
        try (Connection connection = database.connection()) {
            checkOtherPlugins(connection);
            catalogue = Catalogue.read(dialect, connection, tables);
        }
        List<Step> steps = new ArrayList<>();
        if (!stored.isNew()) {
            for (int number = firstUnmade(stored); number < plugin.changes().size(); number++) {
                if (plugin.changes().get(number).rename() != null) {
                    rename(steps, stored, catalogue, number);
                }
            }
        }
        List<Step> fills = new ArrayList<>();
        for (TableModel model : declared.values()) {
            Optional<TableModel> had = Optional.ofNullable(stored.models().get(model.type()));
            addColumns(steps, fills, catalogue, model, had, false);
            for (PartTable part : model.parts()) {
                addColumns(
                        steps,
                        fills,
                        catalogue,
                        part.model(),
                        had.flatMap(before -> before.parts().stream()
                                .map(PartTable::model)
                                .filter(one -> one.type().equals(part.model().type()))
                                .findFirst()),
                        true);
            }
            addSideTable(steps, fills, catalogue, model, had.isPresent());
        }
        steps.addAll(fills);
        for (int number = firstUnmade(stored); number < plugin.changes().size(); number++) {
            if (stored.isNew() || plugin.changes().get(number).sql() != null) {
                make(steps, stored, number);
            }
        }
        for (Table table : tables) {
            for (Index index : table.indexes()) {
                if (!catalogue.has(table.name(), index)) {
                    Ddl ddl = Ddl.createIndex(dialect, table.name(), index, catalogue.has(table.name()));
                    steps.add(new Step(ddl.sql(), connection -> createIndex(ddl, index, connection)));
                }
            }
        }
        Map<String, TableModel> merged = merged(stored);
        int lowest = Math.max(
                stored.lowest(),
                plugin.changes().stream().mapToInt(Change::schema).max().orElse(1));
        steps.add(new Step(
                "",
                connection -> inTransaction(connection, () -> {
                    for (TableModel model : merged.values()) {
                        stored.writeModel(connection, model);
                    }
                    stored.writePlugin(connection, Math.max(stored.schema(), plugin.schema()), lowest);
                })));
        return steps;
    }

    /** Renames the columns of a field, in the catalogue and in the stored model too, and remembers that it was done. */
    private void rename(List<Step> steps, StoredSchema stored, Catalogue catalogue, int number) {
        Change change = plugin.changes().get(number);
        String from = change.rename().from();
        String to = change.rename().to();
        TableModel owner = stored.models().values().stream()
                .filter(model -> model.withParts()
                        .anyMatch(one -> one.type().equals(change.rename().type())))
                .findFirst()
                .orElseThrow(() -> unknown(number, change.rename().type()));
        TableModel model = owner.withParts()
                .filter(one -> one.type().equals(change.rename().type()))
                .findFirst()
                .orElseThrow();
        StoredField field = model.field(from).orElseThrow(() -> unknown(number, model.type() + "." + from));
        TableModel renamed = Renaming.of(owner, model.type(), from, to);
        List<Column> columns = renamed.withParts()
                .filter(one -> one.type().equals(model.type()))
                .findFirst()
                .flatMap(one -> one.field(to))
                .orElseThrow()
                .columns();
        for (int i = 0; i < columns.size(); i++) {
            String before = field.columns().get(i).name();
            String after = columns.get(i).name();
            if (!before.equals(after) && catalogue.has(model.table(), before)) {
                steps.add(Step.of(Ddl.rename(database.dialect(), model.table(), before, after), database.dialect()));
                catalogue.rename(model.table(), before, after);
            }
        }
        stored.models().put(owner.type(), renamed);
        steps.add(new Step(
                "",
                connection -> inTransaction(connection, () -> {
                    stored.writeModel(connection, renamed);
                    stored.writeChange(connection, number, change);
                    stored.writePlugin(connection, stored.schema(), Math.max(stored.lowest(), change.schema()));
                })));
    }

    private static IllegalArgumentException unknown(int number, String what) {
        return new IllegalArgumentException("Change " + (number + 1) + " of changes.yaml renames " + what
                + ", which the database does not have: correct its name.");
    }

    private void addColumns(
            List<Step> steps,
            List<Step> fills,
            Catalogue catalogue,
            TableModel model,
            Optional<TableModel> had,
            boolean part) {
        Dialect dialect = database.dialect();
        Table table = model.table(part);
        if (!catalogue.has(table.name())) {
            steps.add(Step.of(Ddl.create(dialect, table), dialect));
            return;
        }
        for (StoredField field : model.fields()) {
            Optional<StoredField> before =
                    had.flatMap(one -> one.field(field.field().name()));
            before.ifPresent(one -> checkColumns(model, one, field));
            for (int i = 0; i < field.columns().size(); i++) {
                Column column = field.columns().get(i);
                if (!catalogue.has(table.name(), column.name())) {
                    steps.add(Step.of(Ddl.addColumn(dialect, table.name(), column), dialect));
                } else if (before.isPresent()
                        && i < before.get().columns().size()
                        && column.type() == Table.Type.TEXT
                        && column.length() > before.get().columns().get(i).length()) {
                    steps.add(Step.of(Ddl.widen(dialect, table.name(), column), dialect));
                }
                if (column.type() == Table.Type.SORT_KEY
                        && before.map(one -> one.columns().size() < 2).orElse(true)) {
                    SortKeyFill fill = new SortKeyFill(
                            dialect, table.name(), field.columns().get(0).name(), column.name());
                    fills.add(new Step(fill.preview(), fill::run));
                }
            }
        }
        for (Column column : table.columns()) {
            boolean isPlatforms =
                    model.fields().stream().noneMatch(field -> field.columns().contains(column));
            if (isPlatforms && !catalogue.has(table.name(), column.name())) {
                steps.add(Step.of(Ddl.addColumn(dialect, table.name(), column), dialect));
            }
        }
    }

    /** A column stays what it is; only a text may become longer. */
    private static void checkColumns(TableModel model, StoredField had, StoredField has) {
        boolean same = true;
        for (int i = 0; i < Math.max(had.columns().size(), has.columns().size()); i++) {
            if (i >= had.columns().size() || i >= has.columns().size()) {
                Column extra = i < had.columns().size()
                        ? had.columns().get(i)
                        : has.columns().get(i);
                same &= extra.type() == Table.Type.SORT_KEY;
                continue;
            }
            Column before = had.columns().get(i);
            Column after = has.columns().get(i);
            same &= before.name().equals(after.name()) && before.type() == after.type();
            if (before.type() == Table.Type.DECIMAL) {
                same &= after.scale() <= before.scale()
                        && after.length() - after.scale() <= before.length() - before.scale();
            }
        }
        if (!same) {
            throw new IllegalArgumentException("The field " + has.field().name() + " of " + model.type()
                    + " is of kind "
                    + has.field().kind().outerName() + " in the columns " + text(has) + ", and the database has it as "
                    + had.field().kind().outerName() + " in " + text(had)
                    + ": keep it as it was, and give what is new another name.");
        }
    }

    private static List<String> text(StoredField field) {
        return field.columns().stream()
                .map(column ->
                        column.name() + (column.scale() > 0 ? "(" + column.length() + "," + column.scale() + ")" : ""))
                .toList();
    }

    private void addSideTable(
            List<Step> steps, List<Step> fills, Catalogue catalogue, TableModel model, boolean hadRows) {
        String side = model.sideTable();
        if (!catalogue.has(side)) {
            steps.add(Step.of(Ddl.create(database.dialect(), model.tables().get(1)), database.dialect()));
        }
        if (!hadRows && catalogue.has(model.table())) {
            String sql = "insert into " + side + " (id) select r.id from " + model.table()
                    + " r where not exists (select 1 from " + side + " x where x.id = r.id)";
            fills.add(new Step(sql, connection -> execute(connection, sql)));
        }
    }

    /** One of the author's statements and the row that remembers it, together or not at all. */
    private void make(List<Step> steps, StoredSchema stored, int number) {
        Change change = plugin.changes().get(number);
        boolean runs = !stored.isNew();
        steps.add(new Step(
                runs ? change.sql() : "",
                connection -> inTransaction(connection, () -> {
                    if (runs) {
                        execute(connection, change.sql());
                        stored.writePlugin(connection, stored.schema(), Math.max(stored.lowest(), change.schema()));
                    }
                    stored.writeChange(connection, number, change);
                })));
    }

    private void createIndex(Ddl ddl, Index index, Connection connection) throws SQLException {
        try {
            ddl.run(database.dialect(), connection);
        } catch (SQLException e) {
            if (index.unique() && Dialect.isDuplicate(e)) {
                throw new IllegalArgumentException("A key can't be set, because live records share its values: "
                        + ddl.sql() + ". Change or merge those records, and deploy the plugin again.");
            }
            throw e;
        }
    }

    /** PostgreSQL keeps an index whose online creation was cut short, and does not use it. */
    private void dropHalfMadeIndexes() throws SQLException {
        try (Connection connection = database.connection()) {
            for (String index : database.dialect().halfMadeIndexes(connection)) {
                if (index.matches("[iu]_" + Names.snakeCase(plugin.name()) + "_.*")) {
                    execute(connection, "drop index " + index);
                }
            }
        }
    }

    /** What an administrator should know of the tables. */
    List<String> notices(Map<String, TableModel> models) {
        List<String> notices = new ArrayList<>();
        for (TableModel type : models.values()) {
            type.withParts().forEach(model -> model.fields().stream()
                    .filter(StoredField::removed)
                    .forEach(field -> notices.add("The field " + field.field().name() + " of " + model.type()
                            + " is no more in the plugin; its data are kept in " + text(field) + " of "
                            + model.table() + ".")));
            if (!declared.containsKey(type.type())) {
                notices.add("The record " + type.type() + " is no more in the plugin; its data are kept in "
                        + type.table() + ".");
            }
        }
        return notices;
    }

    private interface Body {
        void run() throws SQLException;
    }

    private static void inTransaction(Connection connection, Body body) throws SQLException {
        connection.setAutoCommit(false);
        try {
            body.run();
            connection.commit();
        } catch (SQLException | RuntimeException e) {
            connection.rollback();
            throw e;
        }
    }

    private static void execute(Connection connection, String sql) throws SQLException {
        try (java.sql.Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }
}
