/* Copyright the Guildhall authors. SPDX-License-Identifier: Apache-2.0 */
package org.guildhall.itests;

import java.math.BigDecimal;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Currency;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.guildhall.api.Choices;
import org.guildhall.api.Condition;
import org.guildhall.api.Condition.All;
import org.guildhall.api.Condition.Any;
import org.guildhall.api.Condition.Compare;
import org.guildhall.api.Condition.In;
import org.guildhall.api.Condition.IsNull;
import org.guildhall.api.Condition.Not;
import org.guildhall.api.Condition.Operator;
import org.guildhall.api.Condition.Prefix;
import org.guildhall.api.Ids;
import org.guildhall.api.LocalDateTimeInZone;
import org.guildhall.api.Money;
import org.guildhall.api.Ref;
import org.guildhall.api.platform.FieldKind;
import org.guildhall.itests.ModelRecords.Row;
import org.guildhall.itests.RandomTypes.Field;
import org.guildhall.itests.RandomTypes.Type;

/** Whether conditions may be asked, and whether records fulfil them; asked by one caller at one time. */
final class ModelConditions {
    private static final Pattern TIME = Pattern.compile("@(now|today)(([+-])(\\d{1,5})([mhdw]))?");
    private static final Pattern NUMBER = Pattern.compile("-?\\d{1,30}(\\.\\d{1,30})?");
    private static final Pattern MONEY = Pattern.compile("(" + NUMBER + ") ([A-Z]{3})");
    private static final Pattern REF = Pattern.compile("([a-z]\\w*\\.[a-z]\\w*):(.{13})");
    private static final int MOST_DIGITS = 40;

    private final long caller;
    private final Instant now;
    private final Comparator<String> texts;
    private final Through through;

    /** What the caller sees of records behind references. */
    interface Through {
        /** The type and which of its fields are hidden; empty for a type that the caller does not see. */
        Optional<Seen> seen(String type);

        /** A live record that the caller reaches. */
        Optional<Row> row(String type, long id);
    }

    /** A type as a caller sees it. */
    record Seen(Type type, Set<String> hidden) {
        Optional<Field> field(String name) {
            return hidden.contains(name) ? Optional.empty() : type.field(name);
        }
    }

    ModelConditions(long caller, Instant now, Comparator<String> texts, Through through) {
        this.caller = caller;
        this.now = now;
        this.texts = texts;
        this.through = through;
    }

    /** What is wrong with a condition: a field and a code each. */
    List<String> findings(Seen seen, Condition condition) {
        List<String> findings = new ArrayList<>();
        check(seen, condition, findings);
        return findings;
    }

    private void check(Seen seen, Condition condition, List<String> findings) {
        if (condition instanceof All all) {
            all.conditions().forEach(one -> check(seen, one, findings));
        } else if (condition instanceof Any any) {
            any.conditions().forEach(one -> check(seen, one, findings));
        } else if (condition instanceof Not not) {
            check(seen, not.condition(), findings);
        } else {
            String name = name(condition);
            Field field = field(seen, name).orElse(null);
            if (field == null) {
                findings.add(name + " field.unknown");
            } else if (!isOffered(field, condition)) {
                findings.add(name + " query.operator");
            } else if (condition instanceof Prefix prefix && hasZero(prefix.text())) {
                findings.add(name + " field.characters");
            } else {
                values(condition).forEach(value -> check(name, field, value, findings));
            }
        }
    }

    private void check(String name, Field field, Object value, List<String> findings) {
        Object typed = typed(field, value);
        boolean choice = field.kind() == FieldKind.CHOICE || field.kind() == FieldKind.CHOICES;
        if (typed == null) {
            findings.add(name + " field.kind");
        } else if (hasZero(typed)) {
            findings.add(name + " field.characters");
        } else if (!isInTheCalendar(typed)) {
            findings.add(name + " field.time");
        } else if (choice && !RandomTypes.CHOICES.contains(typed)) {
            findings.add(name + " field.choice");
        }
    }

    /** Not every database keeps one. */
    private static boolean hasZero(Object value) {
        return value instanceof String text && text.indexOf(0) >= 0;
    }

    /** Not so what has no year of four digits, and the days that were skipped when Gregory changed it. */
    private static boolean isInTheCalendar(Object value) {
        LocalDate day = value instanceof LocalDate date
                ? date
                : value instanceof LocalDateTime time
                        ? time.toLocalDate()
                        : value instanceof Instant instant ? LocalDate.ofInstant(instant, ZoneOffset.UTC) : null;
        boolean skipped = day != null
                && day.getYear() == 1582
                && day.getMonthValue() == 10
                && day.getDayOfMonth() > 4
                && day.getDayOfMonth() < 15;
        return day == null || day.getYear() > 0 && day.getYear() < 10_000 && !skipped;
    }

    private static boolean isOffered(Field field, Condition condition) {
        if (condition instanceof IsNull) {
            return true;
        }
        return condition instanceof Prefix
                ? field.isOrderedText()
                : condition instanceof Compare compare && compare.operator() != Operator.EQUAL
                        ? field.isOrdered()
                        : field.kind() != FieldKind.LONG_TEXT;
    }

    private static List<?> values(Condition leaf) {
        if (leaf instanceof Compare compare) {
            return List.of(compare.value());
        }
        return leaf instanceof In in ? in.values() : List.of();
    }

    static String name(Condition leaf) {
        if (leaf instanceof Compare compare) {
            return compare.field();
        }
        if (leaf instanceof In in) {
            return in.field();
        }
        return leaf instanceof Prefix prefix ? prefix.field() : ((IsNull) leaf).field();
    }

    private Optional<Field> field(Seen seen, String name) {
        int dot = name.indexOf('.');
        return dot < 0
                ? seen.field(name)
                : seen.field(name.substring(0, dot))
                        .filter(reference -> reference.target() != null)
                        .flatMap(reference -> through.seen(reference.target()))
                        .flatMap(target -> target.field(name.substring(dot + 1)));
    }

    boolean holds(Condition condition, Row row) {
        if (condition instanceof All all) {
            return all.conditions().stream().allMatch(one -> holds(one, row));
        }
        if (condition instanceof Any any) {
            return any.conditions().stream().anyMatch(one -> holds(one, row));
        }
        if (condition instanceof Not not) {
            return !holds(not.condition(), row);
        }
        String name = name(condition);
        int dot = name.indexOf('.');
        if (dot < 0) {
            return holds(condition, row.type().field(name).orElseThrow(), row.value(name));
        }
        Field reference = row.type().field(name.substring(0, dot)).orElseThrow();
        String behind = name.substring(dot + 1);
        return row.value(reference.name()) instanceof Long id
                && through.row(reference.target(), id)
                        .filter(target ->
                                holds(condition, target.type().field(behind).orElseThrow(), target.value(behind)))
                        .isPresent();
    }

    private boolean holds(Condition leaf, Field field, Object stored) {
        if (leaf instanceof IsNull) {
            return stored == null;
        }
        if (stored == null) {
            return false;
        }
        if (leaf instanceof Prefix prefix) {
            return field.isKeyed()
                    ? ModelText.key((String) stored).startsWith(ModelText.key(prefix.text()))
                    : ((String) stored).startsWith(prefix.text());
        }
        Operator operator = leaf instanceof Compare compare ? compare.operator() : Operator.EQUAL;
        return values(leaf).stream().anyMatch(value -> holds(field, stored, operator, typed(field, value)));
    }

    private boolean holds(Field field, Object stored, Operator operator, Object value) {
        if (stored instanceof Choices choices) {
            return choices.names().contains(value);
        }
        if (stored instanceof Money money) {
            return money.currency().equals(((Money) value).currency())
                    && holds(operator, money.amount().compareTo(((Money) value).amount()));
        }
        if (stored instanceof LocalDateTimeInZone time) {
            return holds(operator, time.dateTime().compareTo((LocalDateTime) value));
        }
        return stored instanceof Ref
                ? stored.equals(value)
                : holds(operator, compare(comparable(field, stored), comparable(field, value)));
    }

    private static boolean holds(Operator operator, int order) {
        return switch (operator) {
            case EQUAL -> order == 0;
            case LESS -> order < 0;
            case LESS_OR_EQUAL -> order <= 0;
            case GREATER -> order > 0;
            case GREATER_OR_EQUAL -> order >= 0;
        };
    }

    /** What is compared and sorted by of a value. */
    static Object comparable(Field field, Object value) {
        return field.isKeyed() && value != null ? ModelText.key((String) value) : value;
    }

    @SuppressWarnings("unchecked")
    int compare(Object one, Object other) {
        return one instanceof String text
                ? texts.compare(text, (String) other)
                : ((Comparable<Object>) one).compareTo(other);
    }

    /** The value that is meant; null for none of the field's. */
    private Object typed(Field field, Object given) {
        Object value = given instanceof String text
                ? parsed(field, text)
                : given instanceof Long number && field.kind() == FieldKind.DECIMAL
                        ? BigDecimal.valueOf(number)
                        : field.kind().type().isInstance(given) ? given : null;
        return value instanceof BigDecimal number && hasTooManyDigits(number) ? null : value;
    }

    private static boolean hasTooManyDigits(BigDecimal number) {
        return Math.abs(number.scale()) > MOST_DIGITS || Math.abs(number.precision() - number.scale()) > MOST_DIGITS;
    }

    private Object parsed(Field field, String text) {
        try {
            return switch (field.kind()) {
                case INTEGER -> text.matches("-?\\d{1,19}") ? Long.valueOf(text) : null;
                case DECIMAL -> matched(NUMBER, text, number -> new BigDecimal(text));
                case MONEY ->
                    matched(
                            MONEY,
                            text,
                            money -> new Money(new BigDecimal(money.group(1)), Currency.getInstance(money.group(3))));
                case BOOLEAN -> matched(Pattern.compile("true|false"), text, yes -> text.equals("true"));
                case DATE -> text.startsWith("@today") ? matched(TIME, text, this::date) : LocalDate.parse(text);
                case INSTANT ->
                    text.startsWith("@")
                            ? matched(TIME, text, this::instant)
                            : Instant.parse(text).truncatedTo(ChronoUnit.MICROS);
                case LOCAL_DATE_TIME -> LocalDateTime.parse(text).truncatedTo(ChronoUnit.MICROS);
                case REFERENCE -> text.equals("@me") ? (Object) caller : id(text);
                case REFERENCE_TO_ANY ->
                    matched(
                            REF,
                            text,
                            ref -> id(ref.group(2)) == null ? null : new Ref(ref.group(1), id(ref.group(2))));
                default -> text;
            };
        } catch (DateTimeException | IllegalArgumentException e) {
            return null;
        }
    }

    private static Object matched(Pattern form, String text, Function<Matcher, Object> meaning) {
        Matcher matcher = form.matcher(text);
        return matcher.matches() ? meaning.apply(matcher) : null;
    }

    private static Long id(String text) {
        OptionalLong id = Ids.parse(text);
        return id.isPresent() ? id.getAsLong() : null;
    }

    private Object date(Matcher time) {
        return LocalDate.ofInstant(instant(time), ZoneOffset.UTC);
    }

    private Instant instant(Matcher time) {
        Instant from = time.group(1).equals("now") ? now : now.truncatedTo(ChronoUnit.DAYS);
        if (time.group(2) == null) {
            return from;
        }
        long number = Long.parseLong(time.group(4));
        Duration by =
                switch (time.group(5)) {
                    case "m" -> Duration.ofMinutes(number);
                    case "h" -> Duration.ofHours(number);
                    case "d" -> Duration.ofDays(number);
                    default -> Duration.ofDays(7 * number);
                };
        return time.group(3).equals("-") ? from.minus(by) : from.plus(by);
    }
}
