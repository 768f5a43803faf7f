/* Copyright the Guildhall authors. SPDX-License-Identifier: Apache-2.0 */
package org.guildhall.persistence.internal;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Predicate;
import org.guildhall.api.platform.PluginModel;
import org.guildhall.api.platform.PluginModel.Change;
import org.guildhall.api.platform.Table;
import org.guildhall.api.platform.Table.Column;
import org.guildhall.api.platform.Table.Index;
import org.guildhall.persistence.internal.TableModel.PartTable;
import org.guildhall.persistence.internal.TableModel.StoredField;

/** What is to be done to bring a plugin's tables to what it declares; used once. */
final class MigrationPlan {
    private final Dialect dialect;
    private final PluginModel plugin;
    private final Collection<TableModel> declared;
    private final StoredSchema stored;
    private final Catalogue catalogue;
    private final List<Step> steps = new ArrayList<>();
    private final List<Step> fills = new ArrayList<>();

    /** The stored schema and the catalogue become what they will be when the steps are done. */
    MigrationPlan(
            Dialect dialect,
            PluginModel plugin,
            Collection<TableModel> declared,
            StoredSchema stored,
            Catalogue catalogue) {
        this.dialect = dialect;
        this.plugin = plugin;
        this.declared = declared;
        this.stored = stored;
        this.catalogue = catalogue;
    }

    /** @param merged what is to be stored at the end */
    List<Step> steps(Function<StoredSchema, Map<String, TableModel>> merged) {
        if (!stored.isNew()) {
            changes(change -> change.rename() != null, this::rename);
        }
        for (TableModel model : declared) {
            Optional<TableModel> had = Optional.ofNullable(stored.models().get(model.type()));
            addColumns(model, had, false);
            for (PartTable part : model.parts()) {
                addColumns(
                        part.model(),
                        had.flatMap(before -> before.part(part.model().type())),
                        true);
            }
            addSideTable(model, had.isPresent());
            addWordTable(model, had);
        }
        steps.addAll(fills);
        changes(change -> stored.isNew() || change.sql() != null, this::make);
        for (TableModel model : declared) {
            model.tables().forEach(this::addIndexes);
        }
        Map<String, TableModel> models = merged.apply(stored);
        int lowest = Math.max(
                stored.lowest(),
                plugin.changes().stream().mapToInt(Change::schema).max().orElse(1));
        steps.add(Step.inTransaction("", connection -> {
            for (TableModel model : models.values()) {
                stored.writeModel(connection, model);
            }
            stored.writePlugin(connection, Math.max(stored.schema(), plugin.schema()), lowest);
            stored.writePlatform(connection);
        }));
        return steps;
    }

    private interface Making {
        void plan(int number, Change change);
    }

    /** The author's changes that are not made yet. */
    private void changes(Predicate<Change> which, Making making) {
        for (int number = 0; number < plugin.changes().size(); number++) {
            Change change = plugin.changes().get(number);
            if (!stored.hasMade(number) && which.test(change)) {
                making.plan(number, change);
            }
        }
    }

    /** Renames the columns of a field, in the catalogue and in the stored model too, and remembers that it was done. */
    private void rename(int number, Change change) {
        String type = change.rename().type();
        String from = change.rename().from();
        String to = change.rename().to();
        TableModel owner = stored.models().values().stream()
                .filter(model -> model.member(type).isPresent())
                .findFirst()
                .orElseThrow(() -> unknown(number, type));
        TableModel before = owner.member(type).orElseThrow();
        StoredField field = before.field(from).orElseThrow(() -> unknown(number, type + "." + from));
        TableModel renamed = Renaming.of(owner, type, from, to);
        List<Column> columns = renamed.member(type)
                .flatMap(model -> model.field(to))
                .orElseThrow()
                .columns();
        for (int i = 0; i < columns.size(); i++) {
            String had = field.columns().get(i).name();
            String has = columns.get(i).name();
            if (!had.equals(has) && catalogue.has(before.table(), had)) {
                steps.add(Step.of(Ddl.rename(dialect, before.table(), had, has), dialect));
                catalogue.rename(before.table(), had, has);
            }
        }
        stored.models().put(owner.type(), renamed);
        steps.add(Step.inTransaction("", connection -> {
            stored.writeModel(connection, renamed);
            stored.writeChange(connection, number, change);
            stored.writePlugin(connection, stored.schema(), Math.max(stored.lowest(), change.schema()));
        }));
    }

    private static IllegalArgumentException unknown(int number, String what) {
        return new IllegalArgumentException("Change " + (number + 1) + " of changes.yaml renames " + what
                + ", which the database does not have: correct its name.");
    }

    /** One of the author's statements and the row that remembers it; in a new database the row alone. */
    private void make(int number, Change change) {
        boolean runs = !stored.isNew();
        steps.add(Step.inTransaction(runs ? change.sql() : "", connection -> {
            if (runs) {
                execute(connection, number, change.sql());
                stored.writePlugin(connection, stored.schema(), Math.max(stored.lowest(), change.schema()));
            }
            stored.writeChange(connection, number, change);
        }));
    }

    private static void execute(Connection connection, int number, String sql) throws SQLException {
        try {
            Step.execute(connection, sql);
        } catch (SQLException e) {
            if (Dialect.isUnreachable(e)) {
                throw e;
            }
            throw new IllegalArgumentException(
                    "Change " + (number + 1) + " of changes.yaml failed, and changed nothing: "
                            + e.getMessage().strip() + ". Correct it, and deploy the plugin again.");
        }
    }

    private void addColumns(TableModel model, Optional<TableModel> had, boolean part) {
        Table table = model.table(part);
        if (!catalogue.has(table.name())) {
            steps.add(Step.of(Ddl.create(dialect, table), dialect));
            return;
        }
        for (StoredField field : model.fields()) {
            Optional<StoredField> before =
                    had.flatMap(one -> one.field(field.field().name()));
            before.ifPresent(one -> ModelMerge.checkColumns(model, one, field));
            had.ifPresent(one -> ModelMerge.checkUnused(one, field));
            for (int i = 0; i < field.columns().size(); i++) {
                Column column = field.columns().get(i);
                Optional<Column> was =
                        before.isPresent() && i < before.get().columns().size()
                                ? Optional.of(before.get().columns().get(i))
                                : Optional.empty();
                addColumn(table.name(), column, was);
                if (column.type() == Table.Type.SORT_KEY && was.isEmpty()) {
                    SortKeyFill fill = new SortKeyFill(
                            dialect, table.name(), field.columns().get(0).name(), column.name());
                    fills.add(new Step(fill.preview(), connection -> fill(fill, field, model, connection)));
                }
            }
        }
        table.columns().stream()
                .filter(column -> model.fields().stream()
                        .noneMatch(field -> field.columns().contains(column)))
                .forEach(column -> addColumn(table.name(), column, Optional.empty()));
    }

    private static void fill(SortKeyFill fill, StoredField field, TableModel model, Connection connection)
            throws SQLException {
        try {
            fill.run(connection);
        } catch (SQLException e) {
            if (Dialect.isDuplicate(e)) {
                throw new IllegalArgumentException("A key with the field "
                        + field.field().name() + " of " + model.type()
                        + " can't be set, because live records share its values. Change or merge those records, and deploy"
                        + " the plugin again.");
            }
            throw e;
        }
    }

    private void addColumn(String table, Column column, Optional<Column> was) {
        if (!catalogue.has(table, column.name())) {
            steps.add(Step.of(Ddl.addColumn(dialect, table, column), dialect));
        } else if (column.type() == Table.Type.TEXT
                && was.isPresent()
                && column.length() > was.get().length()) {
            steps.add(Step.of(Ddl.widen(dialect, table, column), dialect));
        }
    }

    private void addSideTable(TableModel model, boolean hasRows) {
        String side = model.sideTable();
        if (!catalogue.has(side)) {
            steps.add(Step.of(Ddl.create(dialect, model.tables().get(1)), dialect));
        }
        if (!hasRows && catalogue.has(model.table())) {
            String sql = "insert into " + side + " (id) select r.id from " + model.table()
                    + " r where not exists (select 1 from " + side + " x where x.id = r.id)";
            fills.add(new Step(sql, connection -> Step.execute(connection, sql)));
        }
    }

    private void addWordTable(TableModel model, Optional<TableModel> had) {
        if (!model.hasWords()) {
            return;
        }
        boolean isNew = !catalogue.has(model.wordTable());
        if (isNew) {
            model.tables().stream()
                    .filter(table -> table.name().equals(model.wordTable()))
                    .forEach(table -> steps.add(Step.of(Ddl.create(dialect, table), dialect)));
        }
        boolean same = had.isPresent() && had.get().searched().equals(model.searched());
        if (catalogue.has(model.table()) && (isNew || !same)) {
            WordFill fill = new WordFill(dialect, model);
            fills.add(new Step(fill.preview(), fill::run));
        }
    }

    private void addIndexes(Table table) {
        for (Index index : dialect.indexes(table)) {
            if (!catalogue.has(table.name(), index)) {
                Ddl ddl = Ddl.createIndex(dialect, table.name(), index, catalogue.has(table.name()));
                steps.add(new Step(ddl.sql(), connection -> createIndex(ddl, index, connection)));
            }
        }
    }

    private void createIndex(Ddl ddl, Index index, Connection connection) throws SQLException {
        try {
            ddl.run(dialect, connection);
        } catch (SQLException e) {
            if (index.unique() && Dialect.isDuplicate(e)) {
                throw new IllegalArgumentException("A key can't be set, because live records share its values: "
                        + ddl.sql() + ". Change or merge those records, and deploy the plugin again.");
            }
            throw e;
        }
    }
}
