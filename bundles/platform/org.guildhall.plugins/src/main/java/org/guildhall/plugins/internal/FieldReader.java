/* Copyright the Guildhall authors. SPDX-License-Identifier: Apache-2.0 */
package org.guildhall.plugins.internal;

import java.lang.annotation.Annotation;
import java.lang.reflect.Field;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.LocalDate;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import javax.validation.constraints.Digits;
import javax.validation.constraints.NotBlank;
import javax.validation.constraints.NotEmpty;
import javax.validation.constraints.NotNull;
import javax.validation.constraints.Size;
import org.guildhall.api.Choice;
import org.guildhall.api.Choices;
import org.guildhall.api.DataSubject;
import org.guildhall.api.Format;
import org.guildhall.api.JsonObject;
import org.guildhall.api.LocalDateTimeInZone;
import org.guildhall.api.Money;
import org.guildhall.api.Numbered;
import org.guildhall.api.OnDelete;
import org.guildhall.api.OnRecord;
import org.guildhall.api.Personal;
import org.guildhall.api.Ref;
import org.guildhall.api.Refers;
import org.guildhall.api.Restricted;
import org.guildhall.api.Searchable;
import org.guildhall.api.platform.ChoiceList;
import org.guildhall.api.platform.FieldKind;
import org.guildhall.api.platform.RecordField;
import org.guildhall.api.platform.RecordField.Trait;
import org.guildhall.api.platform.RecordType;

/** Reads one field of an entity. */
final class FieldReader {
    /** Kinds that compare by a sort key. */
    static final Set<FieldKind> KEYED = EnumSet.of(FieldKind.TEXT, FieldKind.EMAIL, FieldKind.PHONE);

    private static final int DEFAULT_LENGTH = 255;
    private static final int MAX_TEXT = 255;
    private static final int DEFAULT_DIGITS = 25;
    private static final int DEFAULT_SCALE = 6;
    private static final int MAX_DIGITS = 31;
    private static final int CHOICE_LENGTH = 41;

    private static final Map<String, FieldKind> KINDS = new HashMap<>();

    static {
        KINDS.put(String.class.getName(), FieldKind.TEXT);
        Stream.of(Long.class, long.class, Integer.class, int.class)
                .forEach(type -> KINDS.put(type.getName(), FieldKind.INTEGER));
        KINDS.put(BigDecimal.class.getName(), FieldKind.DECIMAL);
        KINDS.put(Money.class.getName(), FieldKind.MONEY);
        Stream.of(Boolean.class, boolean.class).forEach(type -> KINDS.put(type.getName(), FieldKind.BOOLEAN));
        KINDS.put(LocalDate.class.getName(), FieldKind.DATE);
        KINDS.put(Instant.class.getName(), FieldKind.INSTANT);
        KINDS.put(LocalDateTimeInZone.class.getName(), FieldKind.LOCAL_DATE_TIME);
        KINDS.put(Choices.class.getName(), FieldKind.CHOICES);
        KINDS.put(Ref.class.getName(), FieldKind.REFERENCE_TO_ANY);
        KINDS.put(JsonObject.class.getName(), FieldKind.JSON);
    }

    private final String plugin;
    private final Map<String, ChoiceList> choices;
    private final Mistakes mistakes;

    FieldReader(String plugin, Map<String, ChoiceList> choices, Mistakes mistakes) {
        this.plugin = plugin;
        this.choices = choices;
        this.mistakes = mistakes;
    }

    /** The field, or null when a mistake was told of it. */
    RecordField read(String type, Field field) {
        String what = "The field " + field.getName() + " of " + type;
        mistakes.checkName(field.getName(), RecordType.GRAMMAR, "A field of " + type);
        FieldKind kind = kind(what, field);
        if (kind == null) {
            return null;
        }
        checkMarks(what, field, kind);
        Set<Trait> traits = EnumSet.noneOf(Trait.class);
        if (Stream.of(NotNull.class, NotBlank.class, NotEmpty.class).anyMatch(field::isAnnotationPresent)) {
            traits.add(Trait.REQUIRED);
        }
        if (field.isAnnotationPresent(Searchable.class)) {
            traits.add(Trait.SEARCHABLE);
            traits.add(Trait.SORTABLE);
        }
        if (field.isAnnotationPresent(DataSubject.class)) {
            traits.add(Trait.DATA_SUBJECT);
        }
        if (field.isAnnotationPresent(OnRecord.class)) {
            traits.add(Trait.PARENT);
        }
        Numbered numbered = field.getAnnotation(Numbered.class);
        if (numbered != null) {
            traits.add(Trait.READ_ONLY);
        }
        Digits digits = field.getAnnotation(Digits.class);
        Personal personal = field.getAnnotation(Personal.class);
        Restricted restricted = field.getAnnotation(Restricted.class);
        return new RecordField(
                field.getName(),
                kind,
                length(what, field, kind),
                kind != FieldKind.DECIMAL ? 0 : digits == null ? DEFAULT_SCALE : digits.fraction(),
                kind == FieldKind.CHOICE || kind == FieldKind.CHOICES ? choiceList(what, field) : null,
                kind == FieldKind.REFERENCE ? target(what, field) : null,
                kind == FieldKind.REFERENCE || kind == FieldKind.REFERENCE_TO_ANY ? onDelete(field) : null,
                numbered == null ? null : numbered.value(),
                restricted == null ? null : permission(what, restricted.value()),
                personal == null ? null : personal.onErase(),
                traits);
    }

    private FieldKind kind(String what, Field field) {
        FieldKind kind = KINDS.get(field.getType().getName());
        if (kind == null) {
            mistakes.add(what + " is a " + field.getType().getSimpleName()
                    + ", which no kind of field stands for: use one of "
                    + String.join(
                            ", ",
                            KINDS.keySet().stream()
                                    .map(name -> name.substring(name.lastIndexOf('.') + 1))
                                    .sorted()
                                    .toList())
                    + ", or mark it as transient.");
            return null;
        }
        if (kind == FieldKind.TEXT) {
            Format format = field.getAnnotation(Format.class);
            if (field.isAnnotationPresent(Choice.class)) {
                return FieldKind.CHOICE;
            }
            if (format != null) {
                return FieldKind.valueOf(format.value().name());
            }
            Size size = field.getAnnotation(Size.class);
            // By its name: only persistence knows JPA.
            boolean large = Stream.of(field.getAnnotations())
                    .map(Annotation::annotationType)
                    .anyMatch(annotation -> annotation.getName().equals("javax.persistence.Lob"));
            return large || (size != null && size.max() > MAX_TEXT) ? FieldKind.LONG_TEXT : FieldKind.TEXT;
        }
        return kind == FieldKind.INTEGER && field.isAnnotationPresent(Refers.class) ? FieldKind.REFERENCE : kind;
    }

    /** Each annotation stands on the kinds that it says something of. */
    private void checkMarks(String what, Field field, FieldKind kind) {
        allow(what, field, kind, Choice.class, EnumSet.of(FieldKind.CHOICE, FieldKind.CHOICES));
        allow(
                what,
                field,
                kind,
                Format.class,
                EnumSet.of(FieldKind.EMAIL, FieldKind.PHONE, FieldKind.URL, FieldKind.LANGUAGE, FieldKind.COUNTRY));
        allow(what, field, kind, Refers.class, EnumSet.of(FieldKind.REFERENCE, FieldKind.REFERENCE_TO_ANY));
        allow(what, field, kind, DataSubject.class, EnumSet.of(FieldKind.REFERENCE, FieldKind.REFERENCE_TO_ANY));
        allow(what, field, kind, OnRecord.class, EnumSet.of(FieldKind.REFERENCE, FieldKind.REFERENCE_TO_ANY));
        allow(what, field, kind, Numbered.class, EnumSet.of(FieldKind.TEXT));
        allow(what, field, kind, Searchable.class, KEYED);
        allow(what, field, kind, Digits.class, EnumSet.of(FieldKind.DECIMAL));
        Numbered numbered = field.getAnnotation(Numbered.class);
        if (numbered != null && !numbered.value().matches("[^{}]{0,40}\\{0{1,18}\\}[^{}]{0,40}")) {
            mistakes.add(what + " is numbered \"" + numbered.value()
                    + "\", which must hold zeros in braces once, such as A-{000000}.");
        }
        Digits digits = field.getAnnotation(Digits.class);
        if (digits != null && (digits.integer() + digits.fraction() > MAX_DIGITS || digits.fraction() < 0)) {
            mistakes.add(what + " has more than " + MAX_DIGITS + " digits, which not every database keeps.");
        }
    }

    private void allow(
            String what, Field field, FieldKind kind, Class<? extends Annotation> annotation, Set<FieldKind> kinds) {
        if (field.isAnnotationPresent(annotation) && !kinds.contains(kind)) {
            mistakes.add(what + " is of kind " + kind.outerName() + " and can't be @" + annotation.getSimpleName()
                    + ", which stands on "
                    + String.join(", ", kinds.stream().map(FieldKind::outerName).toList())
                    + " only.");
        }
    }

    private int length(String what, Field field, FieldKind kind) {
        Size size = field.getAnnotation(Size.class);
        int wanted = size == null || size.max() == Integer.MAX_VALUE ? 0 : size.max();
        int most =
                switch (kind) {
                    case TEXT -> wanted == 0 ? DEFAULT_LENGTH : wanted;
                    case LONG_TEXT -> wanted == 0 ? Integer.MAX_VALUE : wanted;
                    case EMAIL -> 254;
                    case PHONE -> 40;
                    case URL -> 2_048;
                    case LANGUAGE -> 35;
                    case COUNTRY -> 2;
                    case CHOICE -> CHOICE_LENGTH;
                    case DECIMAL -> {
                        Digits digits = field.getAnnotation(Digits.class);
                        yield digits == null ? DEFAULT_DIGITS : digits.integer() + digits.fraction();
                    }
                    default -> 0;
                };
        if (wanted > most) {
            mistakes.add(what + " is of kind " + kind.outerName() + " and takes at most " + most
                    + " characters: lower its @Size, or take it away.");
        }
        return kind == FieldKind.LONG_TEXT ? wanted : wanted > 0 ? Math.min(wanted, most) : most;
    }

    private String choiceList(String what, Field field) {
        Choice choice = field.getAnnotation(Choice.class);
        String list = choice == null ? "" : choice.value();
        if (!choices.containsKey(list)) {
            mistakes.add(
                    what + " offers the choices \"" + list + "\", and OSGI-INF/guildhall/choices.yaml of the jar has "
                            + (choices.isEmpty() ? "none" : "only " + choices.keySet())
                            + ": declare the list there, and name it @Choice(\""
                            + plugin + ".<list>\").");
        }
        return list;
    }

    private String target(String what, Field field) {
        String target = field.getAnnotation(Refers.class).value();
        if (field.getType() != Long.class) {
            mistakes.add(what + " is a reference and must be a Long, which can be empty.");
        }
        mistakes.checkName(target, RecordType.QUALIFIED_GRAMMAR, what + " refers to a type that");
        return target;
    }

    private static OnDelete onDelete(Field field) {
        Refers refers = field.getAnnotation(Refers.class);
        return refers == null ? OnDelete.KEEP : refers.onDelete();
    }

    private String permission(String what, String permission) {
        mistakes.checkName(permission, RecordType.GRAMMAR, what + " needs a permission that");
        return plugin + "." + permission;
    }
}
