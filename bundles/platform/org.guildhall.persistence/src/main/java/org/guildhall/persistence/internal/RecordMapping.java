/* Copyright the Guildhall authors. SPDX-License-Identifier: Apache-2.0 */
package org.guildhall.persistence.internal;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.openjpa.jdbc.meta.ClassMapping;
import org.apache.openjpa.jdbc.meta.FieldMapping;
import org.apache.openjpa.kernel.OpenJPAStateManager;
import org.guildhall.api.Finding;
import org.guildhall.api.Problem;
import org.guildhall.api.Values;
import org.guildhall.api.platform.RecordField;
import org.guildhall.api.platform.RecordType;
import org.guildhall.api.platform.Table.Column;
import org.guildhall.persistence.internal.TableModel.StoredField;

/**
 * A record type or part and its entity. Fields have OpenJPA's own numbers, so that values go in and out of an entity
 * without reflection.
 */
final class RecordMapping {
    /** A field, and its number and class in the entity. */
    private record Mapped(String name, int number, Class<?> declared, List<Column> columns) {
        /** The value as the entity's field takes it. */
        Object toEntity(Object value) {
            boolean narrow = declared == Integer.class || declared == int.class;
            if (!narrow || !(value instanceof Long number)) {
                return value;
            }
            if (number.intValue() != number) {
                throw Problem.invalid(
                        List.of(new Finding(name, "field.kind", name, Integer.MIN_VALUE + ".." + Integer.MAX_VALUE)));
            }
            return number.intValue();
        }

        Object fromEntity(Object value) {
            if (value instanceof Integer number) {
                return number.longValue();
            }
            return value instanceof BigDecimal decimal ? FieldStorage.tidy(decimal) : value;
        }
    }

    private final RecordType type;
    private final Class<?> entity;
    private final MethodHandle constructor;
    private final String table;
    private final List<Mapped> fields = new ArrayList<>();

    RecordMapping(RecordType type, ClassMapping mapping) {
        this.type = type;
        this.entity = mapping.getDescribedType();
        this.constructor = constructor(entity);
        this.table = mapping.getTable().getIdentifier().getName();
        for (RecordField field : type.fields()) {
            FieldMapping mapped = mapping.getFieldMapping(field.name());
            if (mapped == null || mapped.getColumns().length == 0) {
                throw new IllegalArgumentException("The field " + field.name() + " of " + type
                        + " is not stored: take away what keeps JPA from storing it, or mark it as transient.");
            }
            fields.add(new Mapped(
                    field.name(),
                    mapped.getIndex(),
                    mapped.getDeclaredType(),
                    columns(FieldStorage.of(field).columns(), mapped)));
        }
    }

    /** The columns of the storage under the names of the mapping. */
    private static List<Column> columns(List<Column> storage, FieldMapping mapped) {
        return IntStream.range(0, storage.size())
                .mapToObj(i -> new Column(
                        mapped.getColumns()[i].getIdentifier().getName(),
                        storage.get(i).type(),
                        storage.get(i).length(),
                        storage.get(i).scale(),
                        false))
                .toList();
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

    /** The model of the type's own table; what the platform writes by itself is never null. */
    TableModel model(List<TableModel.PartTable> parts) {
        List<StoredField> stored = new ArrayList<>();
        for (int i = 0; i < fields.size(); i++) {
            RecordField field = type.fields().get(i);
            stored.add(new StoredField(
                    field,
                    fields.get(i).columns().stream()
                            .map(column -> new Column(
                                    column.name(),
                                    column.type(),
                                    column.length(),
                                    column.scale(),
                                    field.is(RecordField.Trait.PLATFORM) && field.required()))
                            .toList(),
                    false));
        }
        return new TableModel(
                type.name(),
                type.plural(),
                type.title(),
                type.isDataSubject(),
                table,
                stored,
                type.keys(),
                type.listIndexes(),
                type.events(),
                parts);
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

    /** Puts the values that are present into an entity, but for the id of one that has it; parts are not its own. */
    void write(Values values, OpenJPAStateManager state) {
        for (Mapped field : fields) {
            if (values.has(field.name()) && (state.isNew() || !field.name().equals("id"))) {
                write(field.number(), field.toEntity(values.get(field.name())), state);
            }
        }
    }

    /** Puts a value into a field that the type does not show. */
    static void write(String field, Object value, OpenJPAStateManager state) {
        write(state.getMetaData().getField(field).getIndex(), value, state);
    }

    private static void write(int number, Object value, OpenJPAStateManager state) {
        if (!state.isNew() || state.isFlushed()) {
            state.dirty(number);
        }
        state.storeField(number, value);
    }

    /** All fields of an entity. */
    Values.Builder read(OpenJPAStateManager state) {
        Values.Builder values = Values.builder();
        for (Mapped field : fields) {
            values.put(field.name(), field.fromEntity(state.fetchField(field.number(), false)));
        }
        return values;
    }
}
