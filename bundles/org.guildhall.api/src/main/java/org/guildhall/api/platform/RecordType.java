/* Copyright the Guildhall authors. SPDX-License-Identifier: Apache-2.0 */
package org.guildhall.api.platform;

import java.util.List;
import java.util.Locale;
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
    private final Labels labels;
    private final Map<String, RecordField> byName;

    public RecordType(String name, String plural, List<RecordField> fields, Labels labels) {
        this.name = name;
        this.plural = plural;
        this.fields = List.copyOf(fields);
        this.labels = labels;
        this.byName = fields.stream().collect(Collectors.toUnmodifiableMap(RecordField::name, Function.identity()));
    }

    /** The same type with its plugin's words. */
    public RecordType with(Labels words) {
        return new RecordType(name, plural, fields, words);
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

    /** What people call one such record. */
    public String label(Locale locale) {
        return labels.get(locale, record()).orElseGet(() -> sentence(record()));
    }

    /** What people call several. */
    public String pluralLabel(Locale locale) {
        return labels.get(locale, record() + ".plural").orElseGet(() -> sentence(plural));
    }

    /** What people call a field. */
    public String label(Locale locale, RecordField field) {
        return labels.get(locale, record() + "." + field.name())
                .or(() -> field.readOnly() ? Labels.PLATFORM.get(locale, field.name()) : Optional.empty())
                .orElseGet(() -> sentence(field.name()));
    }

    /** What helps people to fill a field in, if the plugin says anything. */
    public Optional<String> help(Locale locale, RecordField field) {
        return labels.get(locale, record() + "." + field.name() + ".help");
    }

    private String record() {
        return name.substring(name.indexOf('.') + 1);
    }

    /** The words of a Java name: "First name" for "firstName". */
    private static String sentence(String name) {
        String words = name.replaceAll("(?<=[a-z0-9])(?=[A-Z])", " ").toLowerCase(Locale.ROOT);
        return words.substring(0, 1).toUpperCase(Locale.ROOT) + words.substring(1);
    }

    @Override
    public String toString() {
        return name;
    }
}
