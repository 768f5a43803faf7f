/* Copyright the Guildhall authors. SPDX-License-Identifier: Apache-2.0 */
package org.guildhall.plugins.internal;

import java.lang.annotation.Annotation;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.guildhall.api.CrmRecord;
import org.guildhall.api.DataSubject;
import org.guildhall.api.Emits;
import org.guildhall.api.Key;
import org.guildhall.api.ListIndex;
import org.guildhall.api.OnDelete;
import org.guildhall.api.PartOf;
import org.guildhall.api.platform.ChoiceList;
import org.guildhall.api.platform.FieldKind;
import org.guildhall.api.platform.Labels;
import org.guildhall.api.platform.RecordField;
import org.guildhall.api.platform.RecordField.Trait;
import org.guildhall.api.platform.RecordPart;
import org.guildhall.api.platform.RecordType;

/** Reads the entities of a plugin into record types, once; afterwards nothing holds their classes. */
final class EntityReader {
    private static final Pattern PLACEHOLDER = Pattern.compile("\\{([^{}]*)\\}");
    /** Fields of the platform that no door shows. */
    private static final Set<String> HIDDEN_IN_RECORDS = Set.of("bin");

    private static final Set<String> HIDDEN_IN_PARTS = Set.of("version", "parent", "position");

    private static final Set<FieldKind> IN_NO_INDEX = EnumSet.of(
            FieldKind.LONG_TEXT,
            FieldKind.URL,
            FieldKind.MONEY,
            FieldKind.LOCAL_DATE_TIME,
            FieldKind.CHOICES,
            FieldKind.JSON);

    private final String plugin;
    private final Map<String, ChoiceList> choices;
    private final Labels labels;
    private final Mistakes mistakes;
    private final FieldReader fieldReader;
    private final Map<String, Class<?>> entities = new LinkedHashMap<>();

    EntityReader(String plugin, Map<String, ChoiceList> choices, Labels labels, Mistakes mistakes) {
        this.plugin = plugin;
        this.choices = choices;
        this.labels = labels;
        this.mistakes = mistakes;
        this.fieldReader = new FieldReader(plugin, choices, mistakes);
    }

    /** The record types of entity classes; parts are in their parents. */
    List<RecordType> read(List<Class<?>> classes) {
        for (Class<?> entity : classes) {
            String name = plugin + "." + name(entity);
            if (!entity.isAnnotationPresent(CrmRecord.class)) {
                mistakes.add("The entity " + entity.getSimpleName()
                        + " is no @CrmRecord: make it one, so that the server" + " knows it.");
            } else if (entities.putIfAbsent(name, entity) != null) {
                mistakes.add("Two entities are named " + entity.getSimpleName() + ": name one differently.");
            }
        }
        Map<String, List<RecordPart>> parts = new LinkedHashMap<>();
        entities.forEach((name, entity) -> {
            PartOf partOf = entity.getAnnotation(PartOf.class);
            if (partOf != null) {
                parts.computeIfAbsent(partOf.value(), parent -> new ArrayList<>())
                        .add(part(name, entity, partOf));
            }
        });
        List<RecordType> types = new ArrayList<>();
        Set<String> plurals = new HashSet<>();
        entities.forEach((name, entity) -> {
            if (!entity.isAnnotationPresent(PartOf.class)) {
                RecordType type = type(name, entity, parts.getOrDefault(name, List.of()));
                if (!plurals.add(type.plural())) {
                    mistakes.add("Two records have the plural " + type.plural() + ": give one another, with"
                            + " @CrmRecord(plural = ...).");
                }
                types.add(type);
            }
        });
        return types;
    }

    /** The names of the entity classes by the names of records and parts. */
    Map<String, String> entityNames() {
        Map<String, String> names = new LinkedHashMap<>();
        entities.forEach((name, entity) -> names.put(name, entity.getName()));
        return names;
    }

    private static String name(Class<?> entity) {
        String simple = entity.getSimpleName();
        return simple.substring(0, 1).toLowerCase(Locale.ROOT) + simple.substring(1);
    }

    private RecordPart part(String name, Class<?> entity, PartOf partOf) {
        Class<?> parent = entities.get(partOf.value());
        if (parent == null || parent.isAnnotationPresent(PartOf.class)) {
            mistakes.add(name + " is a part of \"" + partOf.value()
                    + "\", and must be a part of a record of this plugin that" + " is no part itself.");
        }
        mistakes.checkName(partOf.field(), RecordType.GRAMMAR, "The field of the parts " + name);
        if (partOf.max() < 1 || partOf.max() > PartOf.MAX) {
            mistakes.add("The parts " + name + " are limited to " + partOf.max() + ", and the limit must be from 1 to "
                    + PartOf.MAX + ".");
        }
        for (Class<? extends Annotation> mark : List.<Class<? extends Annotation>>of(
                Key.class, Key.List.class, ListIndex.class, ListIndex.List.class, Emits.class)) {
            if (entity.isAnnotationPresent(mark)) {
                mistakes.add(name + " is a part and can't be @" + mark.getSimpleName() + ".");
            }
        }
        return new RecordPart(partOf.field(), type(name, entity, List.of()), partOf.nested(), partOf.max());
    }

    private RecordType type(String name, Class<?> entity, List<RecordPart> parts) {
        mistakes.checkName(
                name.substring(plugin.length() + 1), RecordType.GRAMMAR, "The record of class " + entity.getName());
        Map<String, RecordField> fields = new LinkedHashMap<>();
        boolean isPart = entity.isAnnotationPresent(PartOf.class);
        (isPart ? RecordType.PART_FIELDS : RecordType.RECORD_FIELDS).forEach(field -> fields.put(field.name(), field));
        for (Field declared : fields(entity)) {
            if ((isPart ? HIDDEN_IN_PARTS : HIDDEN_IN_RECORDS).contains(declared.getName())
                    || fields.containsKey(declared.getName())) {
                mistakes.add("The field " + declared.getName() + " of " + name + " is the platform's own: name yours"
                        + " differently.");
                continue;
            }
            RecordField field = fieldReader.read(name, declared);
            if (isPart && field != null && field.onDelete() == OnDelete.CLEAR) {
                mistakes.add("The field " + field.name() + " of the part " + name
                        + " can't be cleared when its record is" + " deleted: let it BLOCK or KEEP.");
            }
            if (field != null) {
                fields.put(field.name(), field);
            }
        }
        List<RecordField> parents =
                fields.values().stream().filter(field -> field.is(Trait.PARENT)).toList();
        if (parents.size() > 1 || parents.stream().anyMatch(field -> !field.required())) {
            mistakes.add(name + " hangs on another record by @OnRecord: let it be one field, and make it @NotNull.");
        }
        for (RecordPart part : parts) {
            if (!part.nested() && RecordType.ACTIONS.contains(part.name())) {
                mistakes.add("The parts " + part.type() + " are to be at " + part.name()
                        + ", which is an address of the platform: name their field differently.");
            }
            if (fields.containsKey(part.name())) {
                mistakes.add("The parts " + part.type() + " are to be in the field " + part.name() + " of " + name
                        + ", which is there already.");
            }
        }
        List<List<String>> keys = Arrays.stream(entity.getAnnotationsByType(Key.class))
                .map(key -> sortable(name, "key", fields, key.value()))
                .toList();
        List<List<String>> listIndexes = Arrays.stream(entity.getAnnotationsByType(ListIndex.class))
                .map(index -> sortable(name, "list index", fields, index.value()))
                .toList();
        CrmRecord record = entity.getAnnotation(CrmRecord.class);
        Emits emits = entity.getAnnotation(Emits.class);
        List<String> events = emits == null ? List.of() : List.of(emits.value());
        events.forEach(event -> mistakes.checkName(event, RecordType.GRAMMAR, "An event of " + name));
        checkTitle(name, record.title(), fields);
        RecordType.Builder type = RecordType.of(name, List.copyOf(fields.values()))
                .title(record.title())
                .parts(parts)
                .keys(keys)
                .listIndexes(listIndexes)
                .events(events)
                .dataSubject(entity.isAnnotationPresent(DataSubject.class))
                .labels(labels);
        if (!record.plural().isEmpty()) {
            mistakes.checkName(record.plural(), RecordType.GRAMMAR, "The plural of " + name);
            type.plural(record.plural());
        }
        fields.values().stream()
                .map(RecordField::choiceList)
                .filter(list -> list != null && choices.containsKey(list))
                .forEach(list -> type.choices(choices.get(list)));
        return type.build();
    }

    /** The persistent fields of an entity and of its superclasses in the same jar, the topmost first. */
    private static List<Field> fields(Class<?> entity) {
        List<Field> fields = new ArrayList<>();
        for (Class<?> type = entity; type.getClassLoader() == entity.getClassLoader(); type = type.getSuperclass()) {
            fields.addAll(
                    0,
                    Stream.of(type.getDeclaredFields())
                            .filter(field -> (field.getModifiers() & (Modifier.STATIC | Modifier.TRANSIENT)) == 0)
                            .filter(field -> !field.isSynthetic() && !isTransient(field))
                            .toList());
        }
        return fields;
    }

    private static boolean isTransient(Field field) {
        return Stream.of(field.getAnnotations())
                .anyMatch(annotation -> annotation.annotationType().getName().equals("javax.persistence.Transient"));
    }

    /** The fields of a key or an index; gives their texts a sort key. */
    private List<String> sortable(String type, String what, Map<String, RecordField> fields, String[] names) {
        if (names.length == 0) {
            mistakes.add("A " + what + " of " + type + " names no field.");
        }
        for (String signed : names) {
            String name = signed.startsWith("-") && what.equals("list index") ? signed.substring(1) : signed;
            RecordField field = fields.get(name);
            if (field == null) {
                mistakes.add("A " + what + " of " + type + " names \"" + name + "\", and there is no such field.");
            } else if (IN_NO_INDEX.contains(field.kind())) {
                mistakes.add("A " + what + " of " + type + " names " + name + ", which is of kind "
                        + field.kind().outerName() + " and can't be compared.");
            } else if (FieldReader.KEYED.contains(field.kind())) {
                if (what.equals("key") && field.length() > RecordField.SORT_KEY_LENGTH) {
                    mistakes.add("A key of " + type + " names " + name + ", which is longer than the "
                            + RecordField.SORT_KEY_LENGTH + " characters that are compared: shorten it by @Size.");
                }
                fields.put(name, field.with(Trait.SORTABLE));
            }
        }
        return List.of(names);
    }

    private void checkTitle(String type, String title, Map<String, RecordField> fields) {
        Matcher placeholder = PLACEHOLDER.matcher(title);
        while (placeholder.find()) {
            if (!fields.containsKey(placeholder.group(1))) {
                mistakes.add("The title of " + type + " names \"" + placeholder.group(1)
                        + "\", and there is no such field.");
            }
        }
    }
}
