/* Copyright the Guildhall authors. SPDX-License-Identifier: Apache-2.0 */
package org.guildhall.records.internal;

import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.temporal.Temporal;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.guildhall.api.CallContext;
import org.guildhall.api.Condition;
import org.guildhall.api.Condition.All;
import org.guildhall.api.Condition.Any;
import org.guildhall.api.Condition.Compare;
import org.guildhall.api.Condition.In;
import org.guildhall.api.Condition.IsNull;
import org.guildhall.api.Condition.Not;
import org.guildhall.api.Condition.Operator;
import org.guildhall.api.Condition.Prefix;
import org.guildhall.api.Finding;
import org.guildhall.api.Problem;
import org.guildhall.api.Query.Sort;
import org.guildhall.api.platform.ChoiceList;
import org.guildhall.api.platform.FieldKind;
import org.guildhall.api.platform.RecordField;
import org.guildhall.api.platform.RecordField.Trait;
import org.guildhall.api.platform.RecordQuery.Target;
import org.guildhall.api.platform.RecordType;
import org.guildhall.api.platform.ValuesFormat;

/**
 * Holds the conditions and the order of a query against what their type declares and the caller may see, and gives every
 * value its field's class; used for one query.
 */
final class Conditions {
    /** The most fields that are compared. */
    private static final int MAX_TERMS = 200;

    /** The most values, of lists too. */
    private static final int MAX_VALUES = 1_000;

    private static final int MAX_DEPTH = 16;
    private static final int MAX_DIGITS = 40;

    private static final Pattern TIME = Pattern.compile("@(now|today)(?:([+-])([0-9]{1,5})([mhdw]))?");

    private final CallContext context;
    private final ValuesFormat format;
    private final Function<RecordField, Optional<Target>> targetOf;
    private final List<Finding> findings = new ArrayList<>();
    private final List<Target> targets = new ArrayList<>();
    private int terms;
    private int values;

    /**
     * @param targetOf what is behind a reference, with the fields that the caller sees; nothing for what the caller does
     *     not see at all
     */
    Conditions(CallContext context, ValuesFormat format, Function<RecordField, Optional<Target>> targetOf) {
        this.context = context;
        this.format = format;
        this.targetOf = targetOf;
    }

    /** The condition with typed values; findings tell what is wrong. */
    Condition typed(RecordType type, Condition condition) {
        return typed(type, condition, 0);
    }

    /** What is behind the references that the conditions go through. */
    List<Target> targets() {
        return targets;
    }

    void throwIfAny() {
        if (!findings.isEmpty()) {
            throw Problem.invalid(findings);
        }
    }

    void find(String field, String code, String... arguments) {
        findings.add(new Finding(field, code, arguments));
    }

    private Condition typed(RecordType type, Condition condition, int depth) {
        if (depth > MAX_DEPTH) {
            throw tooLarge();
        }
        if (condition instanceof All all) {
            return new All(all.conditions().stream()
                    .map(one -> typed(type, one, depth + 1))
                    .toList());
        }
        if (condition instanceof Any any) {
            return new Any(any.conditions().stream()
                    .map(one -> typed(type, one, depth + 1))
                    .toList());
        }
        if (condition instanceof Not not) {
            return new Not(typed(type, not.condition(), depth + 1));
        }
        terms++;
        values++;
        if (terms > MAX_TERMS || values > MAX_VALUES) {
            throw tooLarge();
        }
        if (condition instanceof Compare compare) {
            Reached field = field(type, compare.field());
            return field == null || !field.allows(compare.operator(), this)
                    ? condition
                    : new Compare(compare.field(), compare.operator(), value(field, compare.value()));
        }
        if (condition instanceof In in) {
            values += in.values().size();
            if (values > MAX_VALUES) {
                throw tooLarge();
            }
            Reached field = field(type, in.field());
            return field == null || !field.allows(Operator.EQUAL, this)
                    ? condition
                    : new In(
                            in.field(),
                            in.values().stream()
                                    .map(value -> value(field, value))
                                    .toList());
        }
        if (condition instanceof Prefix prefix) {
            Reached field = field(type, prefix.field());
            if (field != null && !isOrderedText(field.field())) {
                find(prefix.field(), "query.operator", prefix.field(), "*");
            } else if (field != null && !RecordCheck.isStorable(prefix.text())) {
                find(prefix.field(), "field.characters", prefix.field());
            }
            return prefix;
        }
        field(type, ((IsNull) condition).field());
        return condition;
    }

    private static Problem tooLarge() {
        return Problem.of(
                Problem.Kind.TOO_EXPENSIVE,
                "query.too-large",
                Integer.toString(MAX_TERMS),
                Integer.toString(MAX_VALUES),
                Integer.toString(MAX_DEPTH));
    }

    /** A field that a condition is on, under the name that it has there. */
    private record Reached(String name, RecordType type, RecordField field) {
        boolean allows(Operator operator, Conditions conditions) {
            boolean allowed = operator == Operator.EQUAL ? isComparable(field) : isOrdered(field);
            if (!allowed) {
                conditions.find(name, "query.operator", name, operator.sign());
            }
            return allowed;
        }
    }

    /** The field of a name or a path; null with a finding where the caller sees none. */
    private Reached field(RecordType type, String name) {
        int dot = name.indexOf('.');
        if (dot < 0) {
            RecordField field = type.field(name).orElse(null);
            if (field != null) {
                return new Reached(name, type, field);
            }
        } else {
            Target target = type.field(name.substring(0, dot))
                    .filter(field -> field.target() != null)
                    .flatMap(this::target)
                    .orElse(null);
            RecordField field = target == null
                    ? null
                    : target.type().field(name.substring(dot + 1)).orElse(null);
            if (field != null) {
                return new Reached(name, target.type(), field);
            }
        }
        find(name, "field.unknown", name);
        return null;
    }

    private Optional<Target> target(RecordField reference) {
        Optional<Target> known = targets.stream()
                .filter(target -> target.field().equals(reference.name()))
                .findFirst();
        if (known.isPresent()) {
            return known;
        }
        Optional<Target> target = targetOf.apply(reference);
        target.ifPresent(targets::add);
        return target;
    }

    private Object value(Reached on, Object given) {
        RecordField field = on.field();
        Object value = given instanceof String text
                ? text(field, text)
                : given instanceof Long number && field.kind() == FieldKind.DECIMAL
                        ? BigDecimal.valueOf(number)
                        : field.kind().type().isInstance(given) ? given : null;
        if (value instanceof BigDecimal number
                && (Math.abs((long) number.precision() - number.scale()) > MAX_DIGITS
                        || Math.abs((long) number.scale()) > MAX_DIGITS)) {
            value = null;
        }
        if (value == null) {
            find(on.name(), "field.kind", on.name(), example(field.kind()));
        } else if (value instanceof String text && !RecordCheck.isStorable(text)) {
            find(on.name(), "field.characters", on.name());
        } else if (value instanceof Temporal && !RecordCheck.isStorableTime(value)) {
            find(on.name(), "field.time", on.name());
        } else if (field.choiceList() != null) {
            checkChoice(on, (String) value);
        }
        return value == null ? "" : value;
    }

    /** What a value looks like in a condition, where it is a text or a number. */
    private static String example(FieldKind kind) {
        return switch (kind) {
            case MONEY -> "\"12.30 EUR\"";
            case LOCAL_DATE_TIME -> "\"2026-11-22T08:30:00\"";
            case REFERENCE_TO_ANY -> "\"customer.contact:0HZX3W8K2M4QR\"";
            default -> kind.example();
        };
    }

    private void checkChoice(Reached on, String name) {
        on.type()
                .choices(on.field())
                .filter(list -> list.choice(name).isEmpty())
                .ifPresent(list -> find(
                        on.name(),
                        "field.choice",
                        on.name(),
                        String.join(
                                ", ",
                                list.choices().stream()
                                        .map(ChoiceList.Option::name)
                                        .toList())));
    }

    private Object text(RecordField field, String text) {
        if (text.startsWith("@")) {
            Matcher time = TIME.matcher(text);
            if (field.kind() == FieldKind.REFERENCE && text.equals("@me")) {
                return context.caller().id();
            }
            if (time.matches() && field.kind() == FieldKind.INSTANT) {
                return moved(
                        time,
                        time.group(1).equals("now")
                                ? context.time()
                                : today().atStartOfDay(ZoneOffset.UTC).toInstant());
            }
            if (time.matches()
                    && field.kind() == FieldKind.DATE
                    && time.group(1).equals("today")) {
                return moved(time, today().atStartOfDay(ZoneOffset.UTC).toInstant())
                        .atZone(ZoneOffset.UTC)
                        .toLocalDate();
            }
        }
        return format.value(field, text);
    }

    private LocalDate today() {
        return context.time().atZone(ZoneOffset.UTC).toLocalDate();
    }

    private static Instant moved(Matcher time, Instant from) {
        if (time.group(2) == null) {
            return from;
        }
        long number = Long.parseLong(time.group(3));
        Duration by =
                switch (time.group(4)) {
                    case "m" -> Duration.ofMinutes(number);
                    case "h" -> Duration.ofHours(number);
                    case "d" -> Duration.ofDays(number);
                    default -> Duration.ofDays(7 * number);
                };
        return time.group(2).equals("+") ? from.plus(by) : from.minus(by);
    }

    /** Finds what of an order the type does not offer. */
    void checkSort(RecordType type, List<Sort> sort) {
        for (Sort one : sort) {
            Optional<RecordField> field = type.field(one.field());
            if (field.isEmpty()) {
                find(one.field(), "field.unknown", one.field());
            } else if (!isSortable(field.get())) {
                find(one.field(), "query.sort", one.field());
            }
        }
        if (sort.stream().map(Sort::field).distinct().count() < sort.size()) {
            find("sort", "request.parameter", "sort", "a,-b");
        }
    }

    private static boolean isComparable(RecordField field) {
        return switch (field.kind()) {
            case LONG_TEXT, JSON -> false;
            case URL -> field.length() <= RecordField.LONGEST_TEXT;
            default -> true;
        };
    }

    private static boolean isOrdered(RecordField field) {
        return switch (field.kind()) {
            case INTEGER, DECIMAL, MONEY, DATE, INSTANT, LOCAL_DATE_TIME -> true;
            default -> isOrderedText(field);
        };
    }

    private static boolean isOrderedText(RecordField field) {
        return field.is(Trait.SORTABLE) || field.kind() == FieldKind.LANGUAGE || field.kind() == FieldKind.COUNTRY;
    }

    private static boolean isSortable(RecordField field) {
        return switch (field.kind()) {
            case INTEGER, DECIMAL, DATE, INSTANT, BOOLEAN, CHOICE, REFERENCE -> true;
            default -> isOrderedText(field);
        };
    }
}
