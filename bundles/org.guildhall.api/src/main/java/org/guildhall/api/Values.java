/* Copyright the Guildhall authors. SPDX-License-Identifier: Apache-2.0 */
package org.guildhall.api;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.function.BiConsumer;

/**
 * The fields of a record by name, immutable and in order. A field that is present with {@code null} is cleared or empty;
 * an absent one was not spoken of. Values are {@code String}, {@code Long}, {@code BigDecimal}, {@code Boolean},
 * {@code LocalDate}, {@code Instant}, {@link LocalDateTimeInZone}, {@link Money}, {@link Choices}, {@link Ref},
 * {@link JsonObject}, or for parts a list of values.
 */
public final class Values {
    private final Map<String, Object> fields;

    private Values(Map<String, Object> fields) {
        this.fields = fields;
    }

    /** One field. */
    public static Values of(String name, Object value) {
        return builder().put(name, value).build();
    }

    public static Builder builder() {
        return new Builder();
    }

    /** Whether the field was spoken of, be it with {@code null}. */
    public boolean has(String name) {
        return fields.containsKey(name);
    }

    /** The field's value, {@code null} when it is empty or absent. */
    public Object get(String name) {
        return fields.get(name);
    }

    public Set<String> names() {
        return Collections.unmodifiableSet(fields.keySet());
    }

    public void forEach(BiConsumer<String, Object> action) {
        fields.forEach(action);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Values values && values.fields.equals(fields);
    }

    @Override
    public int hashCode() {
        return fields.hashCode();
    }

    /** The names only: values are people's data and do not belong in a log. */
    @Override
    public String toString() {
        return fields.keySet().toString();
    }

    /** Collects fields; used by one thread, once. */
    public static final class Builder {
        private Map<String, Object> fields = new LinkedHashMap<>();

        private Builder() {}

        /** Adds a field, or replaces it. */
        public Builder put(String name, Object value) {
            fields.put(name, value);
            return this;
        }

        public boolean has(String name) {
            return fields.containsKey(name);
        }

        public Values build() {
            Values values = new Values(fields);
            fields = null;
            return values;
        }
    }
}
