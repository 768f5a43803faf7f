/* Copyright the Guildhall authors. SPDX-License-Identifier: Apache-2.0 */
package org.guildhall.persistence.internal;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.reflect.Field;
import java.math.BigDecimal;
import java.sql.Date;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.sql.Types;
import java.time.Instant;
import java.time.LocalDate;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.openjpa.jdbc.meta.ClassMapping;
import org.apache.openjpa.jdbc.meta.FieldMapping;
import org.apache.openjpa.kernel.OpenJPAStateManager;
import org.guildhall.api.CrmRecord;
import org.guildhall.api.Values;
import org.guildhall.api.platform.FieldKind;
import org.guildhall.api.platform.Labels;
import org.guildhall.api.platform.RecordField;
import org.guildhall.api.platform.RecordType;
import org.guildhall.api.platform.Table;
import org.guildhall.api.platform.Table.Column;
import org.guildhall.api.platform.Table.Index;
import org.guildhall.model.StoredRecord;

/**
 * How a record type lies in its table and in its entity, taken from OpenJPA's mapping when the unit opens. Fields have
 * OpenJPA's own numbers, so that values go in and out of an entity without reflection.
 */
final class RecordMapping {
    private static final Set<String> REFERENCES = Set.of("id", "owner", "team", "createdBy", "changedBy");
    private static final Set<String> HIDDEN = Set.of("bin");

    private static final Map<Class<?>, FieldKind> KINDS = Map.of(
            String.class, FieldKind.TEXT,
            Long.class, FieldKind.INTEGER,
            long.class, FieldKind.INTEGER,
            Integer.class, FieldKind.INTEGER,
            int.class, FieldKind.INTEGER,
            BigDecimal.class, FieldKind.DECIMAL,
            Boolean.class, FieldKind.BOOLEAN,
            boolean.class, FieldKind.BOOLEAN,
            LocalDate.class, FieldKind.DATE,
            Instant.class, FieldKind.INSTANT);

    /** A field, its column, and its number and class in the entity. */
    private record Mapped(RecordField field, String column, int number, Class<?> declared) {
        /** The value as the entity's field takes it. */
        Object toEntity(Object value) {
            boolean narrow = declared == Integer.class || declared == int.class;
            return narrow && value instanceof Long number ? (Object) Math.toIntExact(number) : value;
        }

        Object fromEntity(Object value) {
            return value instanceof Integer number ? (Object) number.longValue() : value;
        }

        Object fromRow(ResultSet row, int index) throws SQLException {
            switch (field.kind()) {
                case TEXT, LONG_TEXT:
                    return row.getString(index);
                case DECIMAL:
                    return row.getBigDecimal(index);
                case DATE:
                    Date date = row.getDate(index);
                    return date == null ? null : date.toLocalDate();
                case INSTANT:
                    Timestamp time = row.getTimestamp(index);
                    return time == null ? null : time.toInstant();
                case BOOLEAN:
                    boolean yes = row.getBoolean(index);
                    return row.wasNull() ? null : (Object) yes;
                case INTEGER, REFERENCE:
                    long number = row.getLong(index);
                    return row.wasNull() ? null : (Object) number;
            }
            throw new IllegalStateException(field.kind().name());
        }
    }

    private final RecordType type;
    private final Class<?> entity;
    private final MethodHandle constructor;
    private final List<Mapped> fields;
    private final Table table;
    private final String selectById;
    private final String selectPage;

    RecordMapping(String plugin, ClassMapping mapping, Dialect dialect) {
        entity = mapping.getDescribedType();
        constructor = constructor(entity);
        List<String> declared = Stream.of(StoredRecord.class, entity)
                .flatMap(type -> Arrays.stream(type.getDeclaredFields()))
                .map(Field::getName)
                .toList();
        List<Mapped> all = Arrays.stream(mapping.getFieldMappings())
                .map(this::mapped)
                .sorted(Comparator.comparingInt(
                        field -> declared.indexOf(field.field().name())))
                .toList();
        fields = all.stream()
                .filter(field -> !HIDDEN.contains(field.field().name()))
                .toList();
        String record = entity.getSimpleName();
        String name = record.substring(0, 1).toLowerCase(Locale.ROOT) + record.substring(1);
        String plural = entity.getAnnotation(CrmRecord.class).plural();
        type = new RecordType(
                plugin + "." + name,
                plural.isEmpty() ? name + "s" : plural,
                fields.stream().map(Mapped::field).toList(),
                Labels.NONE);
        table = new Table(
                mapping.getTable().getIdentifier().getName(),
                all.stream()
                        .map(field -> new Column(
                                field.column(),
                                field.field().kind(),
                                field.field().length(),
                                field.field().required()))
                        .toList(),
                List.of("id"),
                List.of(new Index(false, List.of("bin", "id"))));
        String select = fields.stream().map(Mapped::column).collect(Collectors.joining(", ", "select ", "")) + " from "
                + table.name() + " where bin = 0 and id ";
        selectById = select + "= ?";
        selectPage = select + "> ? order by id" + dialect.limit();
    }

    private Mapped mapped(FieldMapping mapping) {
        String name = mapping.getName();
        FieldKind kind = KINDS.get(mapping.getDeclaredType());
        if (kind == null || mapping.getColumns().length != 1) {
            throw new IllegalArgumentException("The field " + name + " of " + entity.getSimpleName() + " is a "
                    + mapping.getDeclaredType().getSimpleName() + ", which no kind of field stands for. Use one of "
                    + KINDS.keySet().stream().map(Class::getSimpleName).sorted().toList() + ".");
        }
        org.apache.openjpa.jdbc.schema.Column column = mapping.getColumns()[0];
        boolean platform = mapping.getDeclaringType() == StoredRecord.class;
        int length = 0;
        if (kind == FieldKind.TEXT) {
            boolean lob = column.getType() == Types.CLOB || column.getSize() < 0;
            length = lob ? 0 : column.getSize() == 0 ? 255 : column.getSize();
            kind = lob || length > 255 ? FieldKind.LONG_TEXT : kind;
        } else if (platform && REFERENCES.contains(name)) {
            kind = FieldKind.REFERENCE;
        }
        boolean required = column.isNotNull() || mapping.getDeclaredType().isPrimitive();
        return new Mapped(
                new RecordField(name, kind, length, required, platform),
                column.getIdentifier().getName(),
                mapping.getIndex(),
                mapping.getDeclaredType());
    }

    private static MethodHandle constructor(Class<?> entity) {
        try {
            return MethodHandles.privateLookupIn(entity, MethodHandles.lookup())
                    .findConstructor(entity, MethodType.methodType(void.class))
                    .asType(MethodType.methodType(Object.class));
        } catch (ReflectiveOperationException e) {
            throw new IllegalArgumentException(entity.getSimpleName() + " needs a constructor without parameters.", e);
        }
    }

    RecordType type() {
        return type;
    }

    Class<?> entity() {
        return entity;
    }

    Table table() {
        return table;
    }

    /** One row by {@code id}. */
    String selectById() {
        return selectById;
    }

    /** Rows above an id, by id, as many as the last parameter says. */
    String selectPage() {
        return selectPage;
    }

    Values values(ResultSet row) throws SQLException {
        Values.Builder values = Values.builder();
        int index = 1;
        for (Mapped field : fields) {
            values.put(field.field().name(), field.fromRow(row, index++));
        }
        return values.build();
    }

    Object newEntity() {
        try {
            return constructor.invokeExact();
        } catch (RuntimeException | Error e) {
            throw e;
        } catch (Throwable e) {
            throw new IllegalStateException(e);
        }
    }

    /** Puts the values that are present into an entity. */
    void write(Values values, OpenJPAStateManager state) {
        for (Mapped field : fields) {
            String name = field.field().name();
            if (values.has(name)) {
                if (!state.isNew()) {
                    state.dirty(field.number());
                }
                state.storeField(field.number(), field.toEntity(values.get(name)));
            }
        }
    }

    /** All fields of an entity. */
    Values read(OpenJPAStateManager state) {
        Values.Builder values = Values.builder();
        for (Mapped field : fields) {
            values.put(field.field().name(), field.fromEntity(state.fetchField(field.number(), false)));
        }
        return values.build();
    }
}
