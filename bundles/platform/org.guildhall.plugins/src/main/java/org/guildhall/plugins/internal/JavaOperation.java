/* Copyright the Guildhall authors. SPDX-License-Identifier: Apache-2.0 */
package org.guildhall.plugins.internal;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.reflect.Field;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.guildhall.api.Finding;
import org.guildhall.api.Operation;
import org.guildhall.api.Problem;
import org.guildhall.api.Ref;
import org.guildhall.api.Values;
import org.guildhall.api.Work;
import org.guildhall.api.platform.RecordField;
import org.guildhall.api.platform.RecordOperation;
import org.guildhall.api.platform.RecordType;

/**
 * A plugin's operation, with its Java records as values. Their components are found and unlocked once, so that a call needs
 * no reflection. It holds the plugin's classes, and goes with the plugin's service.
 */
final class JavaOperation implements RecordOperation {
    private final Operation<Object, Object> operation;
    private final String plugin;
    private final String type;
    private final String name;
    private final String permission;
    private final Shape input;
    private final Shape output;

    /** A Java record class: what it looks like, how one is made, and how its components are read. */
    private record Shape(RecordType type, MethodHandle constructor, List<Component> components) {}

    private record Component(String name, Class<?> declared, MethodHandle accessor) {}

    private JavaOperation(
            Operation<Object, Object> operation,
            String plugin,
            String type,
            String name,
            String permission,
            Shape input,
            Shape output) {
        this.operation = operation;
        this.plugin = plugin;
        this.type = type;
        this.name = name;
        this.permission = permission;
        this.input = input;
        this.output = output;
    }

    @SuppressWarnings("unchecked")
    static JavaOperation of(
            Operation<?, ?> operation, String plugin, String type, String name, String permission, Mistakes mistakes) {
        Type[] types = arguments(operation.getClass());
        return new JavaOperation(
                (Operation<Object, Object>) operation,
                plugin,
                type,
                name,
                permission,
                shape(types[0], plugin + ".input", plugin, mistakes),
                shape(types[1], plugin + ".output", plugin, mistakes));
    }

    private static Type[] arguments(Class<?> type) {
        for (Class<?> one = type; one != null; one = one.getSuperclass()) {
            for (Type implemented : one.getGenericInterfaces()) {
                if (implemented instanceof ParameterizedType parameterized
                        && parameterized.getRawType() == Operation.class) {
                    return parameterized.getActualTypeArguments();
                }
            }
        }
        throw new IllegalArgumentException(
                "It must implement Operation<Input, Output> itself, with Java records as input and output.");
    }

    private static Shape shape(Type type, String name, String plugin, Mistakes mistakes) {
        if (type == Void.class) {
            return new Shape(RecordType.of(name, List.of()).build(), null, List.of());
        }
        if (!(type instanceof Class<?> record) || !record.isRecord()) {
            throw new IllegalArgumentException(type.getTypeName() + " must be a Java record, or Void.");
        }
        FieldReader reader = new FieldReader(plugin, Map.of(), mistakes);
        List<RecordField> fields = new ArrayList<>();
        List<Component> components = new ArrayList<>();
        try {
            MethodHandles.Lookup lookup = MethodHandles.privateLookupIn(record, MethodHandles.lookup());
            for (RecordComponent component : record.getRecordComponents()) {
                Field field = record.getDeclaredField(component.getName());
                RecordField read = reader.read(record.getSimpleName(), field);
                if (read != null) {
                    fields.add(read);
                }
                components.add(new Component(
                        component.getName(),
                        component.getType(),
                        lookup.unreflect(component.getAccessor())
                                .asType(MethodType.methodType(Object.class, Object.class))));
            }
            Class<?>[] parameters = Arrays.stream(record.getRecordComponents())
                    .map(RecordComponent::getType)
                    .toArray(Class<?>[]::new);
            MethodHandle constructor = lookup.findConstructor(record, MethodType.methodType(void.class, parameters))
                    .asSpreader(Object[].class, parameters.length)
                    .asType(MethodType.methodType(Object.class, Object[].class));
            return new Shape(RecordType.of(name, List.copyOf(fields)).build(), constructor, components);
        } catch (ReflectiveOperationException e) {
            throw new IllegalArgumentException("The record " + record.getSimpleName() + " can't be used.", e);
        }
    }

    @Override
    public String type() {
        return type;
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public String permission() {
        return permission;
    }

    @Override
    public String plugin() {
        return plugin;
    }

    @Override
    public RecordType input() {
        return input.type();
    }

    @Override
    public RecordType output() {
        return output.type();
    }

    @Override
    public Values run(Ref on, Values given, Work work) {
        return values(operation.run(on, object(given), work));
    }

    private Object object(Values given) {
        if (input.constructor() == null) {
            return null;
        }
        List<Finding> findings = input.components().stream()
                .filter(component -> isNarrow(component.declared())
                        && given.get(component.name()) instanceof Long number
                        && number != number.intValue())
                .map(component -> new Finding(
                        component.name(), "field.kind", component.name(), Integer.MIN_VALUE + ".." + Integer.MAX_VALUE))
                .toList();
        if (!findings.isEmpty()) {
            throw Problem.invalid(findings);
        }
        Object[] arguments = input.components().stream()
                .map(component -> toJava(component.declared(), given.get(component.name())))
                .toArray();
        return call(() -> (Object) input.constructor().invokeExact(arguments));
    }

    private Values values(Object result) {
        Values.Builder values = Values.builder();
        if (result != null) {
            for (Component component : output.components()) {
                values.put(component.name(), fromJava(call(() ->
                        (Object) component.accessor().invokeExact(result))));
            }
        }
        return values.build();
    }

    /** Whole numbers are Long in values; a primitive that was not given is its zero. */
    private static Object toJava(Class<?> declared, Object value) {
        if (isNarrow(declared)) {
            return value == null ? (declared == int.class ? 0 : null) : (Object) Math.toIntExact((Long) value);
        }
        if (value == null && declared == long.class) {
            return 0L;
        }
        return value == null && declared == boolean.class ? (Object) false : value;
    }

    private static boolean isNarrow(Class<?> declared) {
        return declared == int.class || declared == Integer.class;
    }

    private static Object fromJava(Object value) {
        return value instanceof Integer number ? (Object) number.longValue() : value;
    }

    private interface Code {
        Object run() throws Throwable;
    }

    private static Object call(Code code) {
        try {
            return code.run();
        } catch (RuntimeException | Error e) {
            throw e;
        } catch (Throwable e) {
            throw new IllegalStateException(e);
        }
    }
}
