/* Copyright the Guildhall authors. SPDX-License-Identifier: Apache-2.0 */
package org.guildhall.persistence.internal;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.guildhall.api.platform.FieldKind;
import org.guildhall.api.platform.RecordField;
import org.guildhall.api.platform.RecordField.Trait;
import org.guildhall.api.platform.RecordPart;
import org.guildhall.api.platform.RecordType;
import org.guildhall.api.platform.Table;
import org.guildhall.api.platform.Table.Column;
import org.guildhall.api.platform.Table.Index;
import org.guildhall.api.platform.Table.Type;

/**
 * How a record type lies in its tables, taken from the mapping of its plugin's unit. {@code gh_type} keeps it as JSON, so
 * that the data is reached when the plugin is not here.
 */
record TableModel(
        String type,
        String plural,
        String title,
        boolean dataSubject,
        String table,
        List<StoredField> fields,
        List<List<String>> keys,
        List<List<String>> listIndexes,
        List<String> events,
        List<PartTable> parts) {

    /** Of a table of words. */
    static final Index BY_WORD = new Index(false, "word", "record_id");

    /** The column of a record in the bin: 0 for a live one, its id for one in the bin. */
    static final String BIN = "bin";

    /** The column of a part's parent. */
    static final String PARENT = "parent";

    /** The column of a part's place among its siblings, from 0. */
    static final String POSITION = "position";

    /** What lists of every type are narrowed to and sorted by. */
    private static final List<String> LISTED = List.of("owner", "team", "created_at", "changed_at");

    /** The longest word of quick find, in UTF-16 units. */
    static final int WORD_LENGTH = 64;

    /**
     * A field and its columns.
     *
     * @param removed whether the entity has it no more; its columns and what is in them stay
     */
    record StoredField(RecordField field, List<Column> columns, boolean removed) {}

    /** Parts and their table. */
    record PartTable(String name, boolean nested, int max, TableModel model) {}

    Optional<StoredField> field(String name) {
        return fields.stream()
                .filter(field -> field.field().name().equals(name))
                .findFirst();
    }

    /** The model of one of the parts. */
    Optional<TableModel> part(String part) {
        return parts.stream()
                .map(PartTable::model)
                .filter(model -> model.type().equals(part))
                .findFirst();
    }

    /** This model or that of one of the parts. */
    Optional<TableModel> member(String name) {
        return type.equals(name) ? Optional.of(this) : part(name);
    }

    /** The name of the side table, which holds a row for each record and a column for each custom field. */
    String sideTable() {
        return Names.shortened(table + "_x");
    }

    /** The name of the table that holds the words of each record for quick find. */
    String wordTable() {
        return Names.shortened(table + "_w");
    }

    /** Whether quick find looks into records of the type, or into parts nested in them. */
    boolean hasWords() {
        return !searched().isEmpty();
    }

    /** The fields that quick find looks into: {@code name}, and {@code part.name} for those of nested parts. */
    List<String> searched() {
        return Stream.concat(
                        fields.stream()
                                .filter(field ->
                                        !field.removed() && field.field().is(Trait.SEARCHABLE))
                                .map(field -> field.field().name()),
                        parts.stream().filter(PartTable::nested).flatMap(part -> part.model().searched().stream()
                                .map(field -> part.name() + "." + field)))
                .toList();
    }

    /** This model and those of the parts. */
    Stream<TableModel> withParts() {
        return Stream.concat(Stream.of(this), parts.stream().map(PartTable::model));
    }

    /** The table of a record or, when {@code part}, of a part. */
    Table table(boolean part) {
        List<Column> columns = new ArrayList<>();
        fields.stream().filter(field -> !field.removed()).forEach(field -> columns.addAll(field.columns()));
        List<Index> indexes = new ArrayList<>();
        if (part) {
            columns.add(new Column("version", Type.INTEGER, 0, true));
            columns.add(new Column(PARENT, Type.INTEGER, 0, true));
            columns.add(new Column(POSITION, Type.INTEGER, 0, true));
            indexes.add(new Index(false, PARENT, POSITION));
        } else {
            columns.add(new Column(BIN, Type.INTEGER, 0, true));
            indexes.add(new Index(false, BIN, "id"));
            for (String column : LISTED) {
                indexes.add(new Index(false, BIN, column, "id"));
            }
            keys.forEach(key -> indexes.add(index(true, key)));
            listIndexes.forEach(list -> indexes.add(index(false, list)));
        }
        for (StoredField stored : fields) {
            RecordField field = stored.field();
            String last = stored.columns().get(stored.columns().size() - 1).name();
            boolean reference = field.kind() == FieldKind.REFERENCE || field.kind() == FieldKind.REFERENCE_TO_ANY;
            if (stored.removed() || field.is(Trait.PLATFORM)) {
                continue;
            }
            if (reference
                    && indexes.stream()
                            .noneMatch(index -> index.columns().get(0).equals(last))) {
                indexes.add(part ? new Index(false, last) : new Index(false, last, BIN, "id"));
            }
            if (field.is(Trait.SEARCHABLE) && !part) {
                indexes.add(new Index(false, BIN, last, "id"));
            }
        }
        return new Table(
                table, columns, List.of("id"), indexes.stream().distinct().toList());
    }

    /** The fields of the keys by the names of their indexes. */
    Map<String, List<String>> keyIndexes() {
        Map<String, List<String>> indexes = new HashMap<>();
        keys.forEach(key -> indexes.put(Ddl.name(table, index(true, key)), key));
        return indexes;
    }

    /** The fields of the keys, by queries that count the records with the key of the record of an id. */
    Map<String, List<String>> keyQueries() {
        Map<String, List<String>> queries = new HashMap<>();
        keys.forEach(key -> queries.put(
                "select count(*) from " + table + " a join " + table + " b on "
                        + index(true, key).columns().stream()
                                .map(column -> "a." + column + " = b." + column)
                                .collect(Collectors.joining(" and "))
                        + " where a.id = ?",
                key));
        return queries;
    }

    private Index index(boolean unique, List<String> names) {
        List<String> columns = new ArrayList<>();
        for (String signed : names) {
            String sign = signed.startsWith("-") ? "-" : "";
            StoredField field = field(signed.substring(sign.length())).orElseThrow();
            // A text is compared by its sort key, its last column.
            if (field.field().is(Trait.SORTABLE)) {
                columns.add(sign + field.columns().get(1).name());
            } else {
                field.columns().forEach(column -> columns.add(sign + column.name()));
            }
        }
        if (unique) {
            columns.add(BIN);
        } else {
            columns.add(0, BIN);
            if (!columns.contains("id")) {
                columns.add("id");
            }
        }
        return new Index(unique, columns);
    }

    /** Every table, with the side table and those of the parts. */
    List<Table> tables() {
        List<Table> tables = new ArrayList<>();
        tables.add(table(false));
        tables.add(new Table(sideTable(), List.of(new Column("id", Type.INTEGER, 0, true)), List.of("id"), List.of()));
        if (hasWords()) {
            tables.add(new Table(
                    wordTable(),
                    List.of(
                            new Column("record_id", Type.INTEGER, 0, true),
                            new Column("word", Type.SORT_KEY, WORD_LENGTH, true),
                            new Column("field_name", Type.TEXT, 83, true)),
                    List.of("record_id", "word", "field_name"),
                    List.of(BY_WORD)));
        }
        parts.forEach(part -> tables.add(part.model().table(true)));
        return tables;
    }

    /** Throws a sentence for what no database could keep. */
    void check() {
        check(false);
        parts.forEach(part -> part.model().check(true));
    }

    private void check(boolean part) {
        if (table.startsWith("gh_") || Names.isUnusable(table)) {
            throw new IllegalArgumentException("The record " + type + " would need a table named " + table
                    + ", which is the platform's or a word of SQL: name the plugin or the record differently.");
        }
        Map<String, String> owners = new HashMap<>();
        (part ? Stream.of("version", PARENT, POSITION) : Stream.of(BIN))
                .forEach(column -> owners.put(column, "the platform"));
        for (StoredField field : fields) {
            for (Column column : field.columns()) {
                String owner = owners.putIfAbsent(
                        column.name(), "the field " + field.field().name());
                if (owner != null) {
                    throw new IllegalArgumentException(
                            "The field " + field.field().name() + " of " + type
                                    + " needs a column named " + column.name() + ", and so does " + owner
                                    + ": name one of them differently.");
                }
                if (Names.isUnusable(column.name())) {
                    throw new IllegalArgumentException(
                            "The field " + field.field().name() + " of " + type
                                    + " needs a column named " + column.name()
                                    + ", which is a reserved word of SQL or no plain name: name it differently.");
                }
            }
        }
    }

    /** The type as it is known without its plugin's jar. */
    RecordType toType() {
        return RecordType.of(
                        type,
                        fields.stream()
                                .filter(field -> !field.removed())
                                .map(StoredField::field)
                                .toList())
                .plural(plural)
                .title(title)
                .dataSubject(dataSubject)
                .keys(keys)
                .listIndexes(listIndexes)
                .events(events)
                .parts(parts.stream()
                        .map(part -> new RecordPart(part.name(), part.model().toType(), part.nested(), part.max()))
                        .toList())
                .build();
    }
}
