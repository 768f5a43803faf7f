/* Copyright the Guildhall authors. SPDX-License-Identifier: Apache-2.0 */
package org.guildhall.api.platform;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * What the server knows of a kind of record. Published as a service, with the property {@link #PLURAL}, for exactly as
 * long as its plugin is ready. Immutable; it holds no class of the plugin.
 */
public final class RecordType {
    /** The service property that holds the alias in URLs. */
    public static final String PLURAL = "guildhall.plural";

    private final String name;
    private final String plural;
    private final List<RecordField> fields;
    private final Map<String, RecordField> byName;

    public RecordType(String name, String plural, List<RecordField> fields) {
        this.name = name;
        this.plural = plural;
        this.fields = List.copyOf(fields);
        this.byName = fields.stream().collect(Collectors.toUnmodifiableMap(RecordField::name, Function.identity()));
    }

    /** Its identity, {@code plugin.record}. */
    public String name() {
        return name;
    }

    /** Its alias in URLs. */
    public String plural() {
        return plural;
    }

    /** All fields, the platform's own first. */
    public List<RecordField> fields() {
        return fields;
    }

    public Optional<RecordField> field(String field) {
        return Optional.ofNullable(byName.get(field));
    }

    @Override
    public String toString() {
        return name;
    }
}
