/* Copyright the Guildhall authors. SPDX-License-Identifier: Apache-2.0 */
package org.guildhall.records.internal;

import java.math.BigDecimal;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import org.guildhall.api.Choices;
import org.guildhall.api.Finding;
import org.guildhall.api.JsonObject;
import org.guildhall.api.LocalDateTimeInZone;
import org.guildhall.api.Money;
import org.guildhall.api.Problem;
import org.guildhall.api.Ref;
import org.guildhall.api.Values;
import org.guildhall.api.platform.ChoiceList;
import org.guildhall.api.platform.FieldKind;
import org.guildhall.api.platform.RecordField;
import org.guildhall.api.platform.RecordPart;
import org.guildhall.api.platform.RecordType;
import org.guildhall.api.platform.TypeAccess;

/** Holds values against what their type declares, and finds everything that is wrong at once. */
final class RecordCheck {
    private static final int MONEY_DIGITS = 15;
    private static final int MAX_CHOICES = 100;
    private static final int MAX_JSON = 100_000;

    /** What is wrong in more places is told in so many: a body of nothing else would fill the memory. */
    private static final int MAX_FINDINGS = 100;

    private static final Instant FIRST_INSTANT = Instant.parse("0001-01-01T00:00:00Z");
    private static final Instant BEHIND_LAST_INSTANT = Instant.parse("+10000-01-01T00:00:00Z");
    private static final LocalDate LAST_JULIAN = LocalDate.of(1582, 10, 4);
    private static final LocalDate FIRST_GREGORIAN = LocalDate.of(1582, 10, 15);

    private final List<Finding> findings = new ArrayList<>();
    private final TypeAccess granted;
    private boolean whole = true;

    private RecordCheck(TypeAccess granted) {
        this.granted = granted;
    }

    /**
     * Throws INVALID with every finding in the values of a new record.
     *
     * @param granted whose fields may be written
     * @param given the fields that the caller speaks of; the others are defaults
     * @param whole whether nothing more will come, so that what is required must be there
     */
    static void ofNew(RecordType type, TypeAccess granted, Set<String> given, Values values, boolean whole) {
        RecordCheck check = new RecordCheck(
                new TypeAccess(granted.verbs(), only(granted.hidden(), given), only(granted.readOnly(), given)));
        check.whole = whole;
        check.values(type, values, null, "", "");
        check.throwIfAny();
    }

    /** Those of some fields and fields of parts that belong to what is given. */
    private static Set<String> only(Set<String> names, Set<String> given) {
        return names.isEmpty()
                ? names
                : names.stream()
                        .filter(name -> given.contains(name.split("\\.")[0]))
                        .collect(Collectors.toSet());
    }

    /** Throws INVALID with every finding in the changes of a record. */
    static void ofChange(RecordType type, TypeAccess granted, Values changes, Values before) {
        RecordCheck check = new RecordCheck(granted);
        check.values(type, changes, before, "", "");
        check.throwIfAny();
    }

    /** Throws INVALID for what the caller may not see or not write of who owns a record. */
    static void ofOwner(TypeAccess granted, Values owner, Values before) {
        RecordCheck check = new RecordCheck(granted);
        owner.names().forEach(name -> check.right(name, owner, before, name, name));
        check.throwIfAny();
    }

    /**
     * Throws INVALID with every finding in the values of a part that comes by itself.
     *
     * @param before the part as it is; null for a new one
     */
    static void ofPart(RecordPart part, TypeAccess granted, Values values, Values before) {
        RecordCheck check = new RecordCheck(granted);
        check.values(part.type(), values, before, "", part.name() + ".");
        check.throwIfAny();
    }

    private void throwIfAny() {
        if (!findings.isEmpty()) {
            throw Problem.invalid(findings);
        }
    }

    /**
     * @param before what is stored; null for what is new
     * @param path what the names of the fields begin with in findings: nothing, or the part and a dot
     * @param right what they begin with where somebody may see or write them
     */
    private void values(RecordType type, Values values, Values before, String path, String right) {
        for (String name : values.names()) {
            RecordField field = type.field(name).orElse(null);
            RecordPart part = type.part(name).orElse(null);
            if (field == null && part == null) {
                find(path + name, "field.unknown");
            } else if (!right(name, values, before, path + name, right + name)) {
                continue;
            } else if (part != null) {
                parts(part, values.get(name), before, path + name);
            } else if (field.readOnly()) {
                // A part says by its id which of those that are there it is.
                if (!(before != null && !path.isEmpty() && name.equals("id"))) {
                    find(path + name, "field.read-only");
                }
            } else if (values.get(name) != null && value(type, field, values.get(name), path + name)) {
                transition(type, field, values.get(name), before, path + name);
            }
        }
        for (RecordField field : type.fields()) {
            boolean spokenOf = (before == null && (whole || !path.isEmpty())) || values.has(field.name());
            if (field.required()
                    && !field.readOnly()
                    && spokenOf
                    && isEmpty(values.get(field.name()))
                    && !(before == null && isInitial(type, field) && !values.has(field.name()))) {
                find(path + field.name(), "field.required");
            }
        }
    }

    /** Whether the caller may write a field; a finding tells where he wants to and may not. */
    private boolean right(String name, Values values, Values before, String path, String right) {
        if (granted.hidden().contains(right)) {
            find(path, "field.unknown");
            return false;
        }
        if (granted.readOnly().contains(right)) {
            if (before == null || !Objects.equals(values.get(name), before.get(name))) {
                find(path, "field.forbidden");
            }
            return false;
        }
        return true;
    }

    /** A state goes to one of those that may follow it. */
    private void transition(RecordType type, RecordField field, Object value, Values before, String name) {
        if (before == null || field.kind() != FieldKind.CHOICE || value.equals(before.get(field.name()))) {
            return;
        }
        type.choices(field)
                .flatMap(list -> list.choice(String.valueOf(before.get(field.name()))))
                .filter(state -> state.next() != null && !state.next().contains(value))
                .ifPresent(state -> find(name, "field.transition", state.name(), String.join(", ", state.next())));
    }

    private static boolean isInitial(RecordType type, RecordField field) {
        return field.kind() == FieldKind.CHOICE
                && type.choices(field).flatMap(ChoiceList::initial).isPresent();
    }

    private void parts(RecordPart part, Object list, Values before, String name) {
        if (!part.nested()) {
            find(name, "part.paged");
        } else if (!(list instanceof List<?> items)) {
            find(name, "field.kind", "[{...}]");
        } else if (items.size() > part.max()) {
            find(name, "part.too-many", Integer.toString(part.max()));
        } else {
            Set<Object> ids = new HashSet<>();
            for (int i = 0; i < items.size(); i++) {
                String place = name + "[" + i + "]";
                if (items.get(i) instanceof Values values) {
                    Values stored = stored(part, values.get("id"), before);
                    Object id = values.get("id");
                    if (before != null && id != null && (stored == null || !ids.add(id))) {
                        find(place + ".id", "part.unknown");
                    } else {
                        values(part.type(), values, stored, place + ".", part.name() + ".");
                    }
                } else {
                    find(place, "field.kind", "{...}");
                }
            }
        }
    }

    /** The part of an id as it is stored, or null. */
    private static Values stored(RecordPart part, Object id, Values before) {
        return before != null && id != null && before.get(part.name()) instanceof List<?> items
                ? items.stream()
                        .map(Values.class::cast)
                        .filter(item -> id.equals(item.get("id")))
                        .findFirst()
                        .orElse(null)
                : null;
    }

    /** Whether a value is one of the field's. */
    private boolean value(RecordType type, RecordField field, Object value, String name) {
        int before = findings.size();
        check(type, field, value, name);
        return findings.size() == before;
    }

    private void check(RecordType type, RecordField field, Object value, String name) {
        if (!field.kind().type().isInstance(value)) {
            find(name, "field.kind", field.kind().example());
            return;
        }
        switch (field.kind()) {
            case DECIMAL -> digits(name, (BigDecimal) value, field.length() - field.scale(), field.scale());
            case MONEY -> digits(name, ((Money) value).amount(), MONEY_DIGITS, Money.SCALE);
            case CHOICE -> choices(type, field, List.of((String) value), name);
            case CHOICES -> choices(type, field, ((Choices) value).names(), name);
            case REFERENCE_TO_ANY -> {
                if (!((Ref) value).type().matches(RecordType.QUALIFIED_GRAMMAR)) {
                    find(name, "field.kind", field.kind().example());
                }
            }
            case JSON -> text(name, ((JsonObject) value).text(), MAX_JSON);
            case DATE, INSTANT, LOCAL_DATE_TIME -> {
                if (!isStorableTime(value)) {
                    find(name, "field.time");
                }
            }
            default -> {
                if (value instanceof String text
                        && text(name, text, field.length())
                        && !TextForms.fits(field.kind(), text)) {
                    find(name, "field.format", field.kind().example());
                }
            }
        }
    }

    private void digits(String name, BigDecimal number, int before, int behind) {
        BigDecimal shortest = number.stripTrailingZeros();
        if (shortest.scale() > behind || shortest.precision() - shortest.scale() > before) {
            find(name, "field.scale", Integer.toString(before), Integer.toString(behind));
        }
    }

    private void choices(RecordType type, RecordField field, List<String> names, String name) {
        ChoiceList list = type.choices(field).orElseThrow();
        boolean known = names.stream().allMatch(choice -> list.choice(choice).isPresent());
        if (!known || names.size() > MAX_CHOICES) {
            find(
                    name,
                    "field.choice",
                    String.join(
                            ", ",
                            list.choices().stream().map(ChoiceList.Option::name).toList()));
        }
    }

    /** Whether a text can be stored. */
    private boolean text(String name, String text, int length) {
        boolean fits = length == 0 || text.length() <= length;
        if (!fits) {
            find(name, "field.too-long", Integer.toString(length));
        }
        boolean storable = isStorable(text);
        if (!storable) {
            find(name, "field.characters");
        }
        return fits && storable;
    }

    private void find(String name, String code, String... more) {
        List<String> arguments = new ArrayList<>();
        arguments.add(name);
        arguments.addAll(List.of(more));
        if (findings.size() < MAX_FINDINGS) {
            findings.add(new Finding(name, code, arguments));
        }
    }

    private static boolean isEmpty(Object value) {
        return value == null || (value instanceof String text && text.isBlank());
    }

    /** Every database keeps the years from 1 to 9999; what leads to them takes the days that were skipped for later ones. */
    static boolean isStorableTime(Object value) {
        if (value instanceof Instant instant) {
            // The last instants have a year that no date has.
            return !instant.isBefore(FIRST_INSTANT)
                    && instant.isBefore(BEHIND_LAST_INSTANT)
                    && !isSkipped(LocalDate.ofInstant(instant, ZoneOffset.UTC));
        }
        LocalDate day = value instanceof LocalDate date
                ? date
                : (value instanceof LocalDateTimeInZone zoned ? zoned.dateTime() : (LocalDateTime) value).toLocalDate();
        return day.getYear() >= 1 && day.getYear() <= 9_999 && !isSkipped(day);
    }

    /** Whether JDBC's calendar, which changes from Julius Caesar's to Pope Gregory's, has no such day. */
    private static boolean isSkipped(LocalDate day) {
        return day.isAfter(LAST_JULIAN) && day.isBefore(FIRST_GREGORIAN);
    }

    /** Not every database keeps NUL, and none keeps half of a surrogate pair. */
    static boolean isStorable(String text) {
        for (int i = 0; i < text.length(); i++) {
            char unit = text.charAt(i);
            if (unit == 0) {
                return false;
            }
            if (Character.isSurrogate(unit)) {
                if (!Character.isHighSurrogate(unit)
                        || i + 1 == text.length()
                        || !Character.isLowSurrogate(text.charAt(++i))) {
                    return false;
                }
            }
        }
        return true;
    }
}
