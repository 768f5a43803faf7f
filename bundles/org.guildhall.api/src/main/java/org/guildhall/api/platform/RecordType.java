/* Copyright the Guildhall authors. SPDX-License-Identifier: Apache-2.0 */
package org.guildhall.api.platform;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.guildhall.api.OnDelete;
import org.guildhall.api.platform.RecordField.Trait;

/**
 * What the server knows of a kind of record. Published as a service, with the properties {@link #NAME} and
 * {@link #PLURAL}, for exactly as long as its plugin is ready. Immutable; it holds no class of the plugin.
 */
public final class RecordType {
    /** The service property that holds the identity, {@code plugin.record}. */
    public static final String NAME = "guildhall.type";

    /** The service property that holds the alias in URLs. */
    public static final String PLURAL = "guildhall.plural";

    /** What the names of plugins, records, fields, choices and the like look like. */
    public static final String GRAMMAR = "[a-z][A-Za-z0-9]{0,40}";

    /** What a record type's name looks like. */
    public static final String QUALIFIED_GRAMMAR = GRAMMAR + "\\." + GRAMMAR;

    /** What the platform itself offers for a record: no operation and no part of a plugin's has such a name. */
    public static final Set<String> ACTIONS = Set.of(
            "restore", "purge", "history", "assign", "share", "unshare", "shares", "merge", "timeline", "attachments");

    /** The fields that every record has, the stamps of the store; {@code bin} is not among them. */
    public static final List<RecordField> RECORD_FIELDS = List.of(
            platform("id", FieldKind.REFERENCE, Trait.REQUIRED),
            platform("version", FieldKind.INTEGER, Trait.REQUIRED),
            platform("owner", "security.user"),
            platform("team", "security.team"),
            platform("createdAt", FieldKind.INSTANT, Trait.REQUIRED),
            platform("createdBy", "security.user", Trait.REQUIRED),
            platform("changedAt", FieldKind.INSTANT, Trait.REQUIRED),
            platform("changedBy", "security.user", Trait.REQUIRED));

    /** The fields that every part has; its parent and its place among its siblings are not among them. */
    public static final List<RecordField> PART_FIELDS = List.of(platform("id", FieldKind.REFERENCE, Trait.REQUIRED));

    private final String name;
    private final String plural;
    private final String title;
    private final List<RecordField> fields;
    private final List<RecordPart> parts;
    private final List<List<String>> keys;
    private final List<List<String>> listIndexes;
    private final List<String> events;
    private final boolean dataSubject;
    private final Map<String, ChoiceList> choices;
    private final Labels labels;
    private final Map<String, RecordField> fieldsByName;
    private final Map<String, RecordPart> partsByName;
    private final RecordField parent;
    private final String revision;

    private RecordType(Builder builder) {
        this.name = builder.name;
        this.plural = builder.plural;
        this.title = builder.title;
        this.fields = List.copyOf(builder.fields);
        this.parts = List.copyOf(builder.parts);
        this.keys = List.copyOf(builder.keys);
        this.listIndexes = List.copyOf(builder.listIndexes);
        this.events = List.copyOf(builder.events);
        this.dataSubject = builder.dataSubject;
        this.choices = Map.copyOf(builder.choices);
        this.labels = builder.labels;
        this.fieldsByName =
                fields.stream().collect(Collectors.toUnmodifiableMap(RecordField::name, Function.identity()));
        this.parent = fields.stream()
                .filter(field -> field.is(Trait.PARENT))
                .findFirst()
                .orElse(null);
        this.partsByName = parts.stream().collect(Collectors.toUnmodifiableMap(RecordPart::name, Function.identity()));
        this.revision = Integer.toHexString(Stream.concat(
                        fields.stream().map(field -> field.name() + " " + field.kind()),
                        parts.stream()
                                .map(part -> part.name() + " " + part.type().revision()))
                .toList()
                .hashCode());
    }

    private static RecordField platform(String name, FieldKind kind, Trait... more) {
        List<Trait> traits = new ArrayList<>(List.of(more));
        traits.add(Trait.PLATFORM);
        traits.add(Trait.READ_ONLY);
        return new RecordField(name, kind, traits.toArray(Trait[]::new));
    }

    private static RecordField platform(String name, String target, Trait... more) {
        RecordField field = platform(name, FieldKind.REFERENCE, more);
        return new RecordField(name, field.kind(), 0, 0, null, target, OnDelete.KEEP, null, null, null, field.traits());
    }

    /** A type of which the name and the fields are known, the platform's own first. */
    public static Builder of(String name, List<RecordField> fields) {
        return new Builder(name, fields);
    }

    /** The same type to be changed. */
    public Builder edit() {
        return edit(fields);
    }

    /** The same type with other fields, to be changed. */
    public Builder edit(List<RecordField> other) {
        Builder builder = new Builder(name, other);
        builder.plural = plural;
        builder.title = title;
        builder.parts = parts;
        builder.keys = keys;
        builder.listIndexes = listIndexes;
        builder.events = events;
        builder.dataSubject = dataSubject;
        builder.choices.putAll(choices);
        builder.labels = labels;
        return builder;
    }

    /** Its identity, {@code plugin.record}. */
    public String name() {
        return name;
    }

    /** Its plugin's name. */
    public String plugin() {
        return name.substring(0, name.indexOf('.'));
    }

    /** Another for another shape: it changes with the fields and parts, and is the same on every server. */
    public String revision() {
        return revision;
    }

    /** Its alias in URLs. */
    public String plural() {
        return plural;
    }

    /** What a record is called in lists, fields in braces; empty when the author said nothing. */
    public String title() {
        return title;
    }

    /** All fields, the platform's own first. */
    public List<RecordField> fields() {
        return fields;
    }

    public Optional<RecordField> field(String field) {
        return Optional.ofNullable(fieldsByName.get(field));
    }

    /** The reference to the record that it hangs on, for a type whose records do. */
    public Optional<RecordField> parent() {
        return Optional.ofNullable(parent);
    }

    public List<RecordPart> parts() {
        return parts;
    }

    public Optional<RecordPart> part(String field) {
        return Optional.ofNullable(partsByName.get(field));
    }

    /** Fields whose values together no two live records share. */
    public List<List<String>> keys() {
        return keys;
    }

    /** Orders that have an index; a minus before a field's name sorts downwards. */
    public List<List<String>> listIndexes() {
        return listIndexes;
    }

    /** The past tenses of its events beside those of the verbs. */
    public List<String> events() {
        return events;
    }

    /** Whether a record stands for a person. */
    public boolean isDataSubject() {
        return dataSubject;
    }

    /** The choices that a field offers; empty for a field that offers none. */
    public Optional<ChoiceList> choices(RecordField field) {
        return field.choiceList() == null ? Optional.empty() : Optional.ofNullable(choices.get(field.choiceList()));
    }

    /** Every list that a field of the type or of its parts offers. */
    public Collection<ChoiceList> choiceLists() {
        Map<String, ChoiceList> lists = new HashMap<>(choices);
        parts.forEach(part -> lists.putAll(part.type().choices));
        return lists.values();
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
                .or(() -> field.is(Trait.PLATFORM) ? Labels.PLATFORM.get(locale, field.name()) : Optional.empty())
                .orElseGet(() -> sentence(field.name()));
    }

    /** What people call an operation. */
    public String operationLabel(Locale locale, String operation) {
        return labels.get(locale, record() + "." + operation).orElseGet(() -> sentence(operation));
    }

    /** What helps people to fill a field in, if the plugin says anything. */
    public Optional<String> help(Locale locale, RecordField field) {
        return labels.get(locale, record() + "." + field.name() + ".help");
    }

    /** What people call a part's field. */
    public String label(Locale locale, RecordPart part) {
        return labels.get(locale, record() + "." + part.name()).orElseGet(() -> sentence(part.name()));
    }

    /** What people call a choice of a list. */
    public String label(Locale locale, ChoiceList list, ChoiceList.Option choice) {
        Map<String, String> given = choice.labels();
        return Optional.ofNullable(given.getOrDefault(locale.getLanguage(), given.get("en")))
                .or(() -> labels.get(locale, list.name().substring(list.name().indexOf('.') + 1) + "." + choice.name()))
                .orElseGet(() -> sentence(choice.name()));
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

    /** Collects what is known of a type; used by one thread. */
    public static final class Builder {
        private final String name;
        private final List<RecordField> fields;
        private final Map<String, ChoiceList> choices = new HashMap<>();
        private String plural;
        private String title = "";
        private List<RecordPart> parts = List.of();
        private List<List<String>> keys = List.of();
        private List<List<String>> listIndexes = List.of();
        private List<String> events = List.of();
        private boolean dataSubject;
        private Labels labels = Labels.NONE;

        private Builder(String name, List<RecordField> fields) {
            this.name = name;
            this.fields = fields;
            this.plural = name.substring(name.indexOf('.') + 1) + "s";
        }

        public Builder plural(String alias) {
            plural = alias;
            return this;
        }

        public Builder title(String pattern) {
            title = pattern;
            return this;
        }

        public Builder parts(List<RecordPart> all) {
            parts = all;
            return this;
        }

        public Builder keys(List<List<String>> all) {
            keys = all;
            return this;
        }

        public Builder listIndexes(List<List<String>> all) {
            listIndexes = all;
            return this;
        }

        public Builder events(List<String> all) {
            events = all;
            return this;
        }

        public Builder dataSubject(boolean person) {
            dataSubject = person;
            return this;
        }

        /** Adds a list, or replaces it. */
        public Builder choices(ChoiceList list) {
            choices.put(list.name(), list);
            return this;
        }

        public Builder labels(Labels words) {
            labels = words;
            return this;
        }

        public RecordType build() {
            return new RecordType(this);
        }
    }
}
