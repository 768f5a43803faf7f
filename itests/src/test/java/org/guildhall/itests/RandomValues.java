/* Copyright the Guildhall authors. SPDX-License-Identifier: Apache-2.0 */
package org.guildhall.itests;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.text.Normalizer;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Currency;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import org.guildhall.api.Choices;
import org.guildhall.api.Ids;
import org.guildhall.api.LocalDateTimeInZone;
import org.guildhall.api.Money;
import org.guildhall.api.Ref;
import org.guildhall.api.platform.FieldKind;
import org.guildhall.itests.ModelRecords.Row;
import org.guildhall.itests.RandomTypes.Field;
import org.guildhall.itests.RandomTypes.Mark;
import org.guildhall.itests.RandomTypes.Part;
import org.guildhall.itests.RandomTypes.Type;

/** Values of fields, with many that are nearly the same, and what conditions compare them with. */
final class RandomValues {
    private static final List<String> WORDS = List.of(
            "Müller",
            "Mu\u0308ller",
            "MULLER",
            "mueller",
            "Straße",
            "STRASSE",
            "STRA\u1E9EE",
            "strasse",
            "İstanbul",
            "ISTANBUL",
            "\u0131stanbul",
            "istanbul",
            "\u212Bngstrom",
            "Ångström",
            "ΟΔΟΣ",
            "οδος",
            "οδοσ",
            "ΟΔΟΣΑ",
            "Łódź",
            "naïve",
            "é",
            "e\u0301\u0327",
            "ﬁne",
            "fine",
            "ｆｕｌｌ",
            "full",
            "北京",
            "北京市",
            "東京都",
            "カタカナ",
            "ｶﾀｶﾅ",
            "한국어",
            "한",
            "ภาษาไทย",
            "שָׁלוֹם",
            "שלום",
            "मराठी",
            "😀",
            "😀 smile",
            "👩‍👩‍👧",
            "x😀",
            "x\uFFFD",
            "x\uE000",
            "x\uD7FF",
            "x\uFFFF",
            "\uD835\uDC1Aa",
            "\uD840\uDC00",
            "a",
            "A",
            "a ",
            "a  ",
            " a",
            "ab",
            "aB",
            "abc",
            "ab\u0001c",
            "ab c",
            "ab\tc",
            "anna",
            "annabel",
            "Anna Nas",
            "%",
            "_",
            "a%",
            "a_c",
            "a\\b",
            "\\",
            "it's",
            "\"q\"",
            "*",
            "a*",
            "@me",
            "@today",
            "null",
            "true",
            "-1",
            "10",
            "9",
            "\u00B2",
            "soft\u00ADhyphen",
            "zero\u200Bwidth",
            "\u0301",
            "ǅ",
            "m",
            "zzz");

    private static final List<String> BETWEEN = List.of(" ", "-", ", ", "\u00A0", "\t", "  ", "/", "");

    private static final List<String> EMAILS = List.of(
            "ada@example.org",
            "Ada@Example.ORG",
            "ada.lovelace@example.org",
            "ada+x@example.org",
            "o'neil@example.org",
            "müller@bücher.example",
            "mu\u0308ller@bücher.example",
            "MÜLLER@BÜCHER.EXAMPLE",
            "οδος@example.org",
            "ΟΔΟΣ@example.org",
            "%@example.org",
            "_@example.org",
            "a@b.c",
            "zed@example.org");

    private static final List<String> LANGUAGES =
            List.of("de", "de-CH", "DE", "en", "en-GB", "zh-Hant-TW", "zh", "fil");
    private static final List<String> COUNTRIES = List.of("DE", "CH", "CN", "FR", "US", "ZA", "AD");
    private static final List<String> CURRENCIES = List.of("EUR", "USD", "JPY", "KWD", "CLF");
    private static final List<String> ZONES = List.of("Europe/Berlin", "America/St_Johns", "Asia/Shanghai", "UTC");

    private static final List<String> NUMBERS = List.of(
            "0",
            "1",
            "-1",
            "2",
            "9",
            "10",
            "0.5",
            "0.50",
            "-0.5",
            "0.000001",
            "0.0000001",
            "0.4999999",
            "99.99",
            "100",
            "1000000",
            "123456789012345678.9",
            "-999999999999999999999999999999",
            "999999999999999999999999999999.999999999999999999999999999999",
            "0.000000000000000000000000000001");

    private static final int NEIGHBOURS = 12;

    private final Random random;
    private final Instant start;
    private final ModelRecords records;
    private final Map<Field, List<Object>> pools = new HashMap<>();
    private List<String> words = WORDS;

    /** @param start when all began: no time lies where the clock passes meanwhile */
    RandomValues(Random random, Instant start, ModelRecords records) {
        this.random = random;
        this.start = start.truncatedTo(ChronoUnit.MILLIS);
        this.records = records;
    }

    <T> T pick(List<T> all) {
        return all.get(random.nextInt(all.size()));
    }

    boolean once(int in) {
        return random.nextInt(in) == 0;
    }

    /** The fields and parts of a new record. */
    Map<String, Object> record(Type type) {
        Map<String, Object> values = new LinkedHashMap<>();
        for (Field field : type.own()) {
            Object value = field.isReference() ? reference(field) : value(field);
            if (field.is(Mark.REQUIRED) || !once(4)) {
                values.put(field.name(), value);
            }
        }
        for (Part part : type.parts()) {
            values.put(part.name(), items(part));
        }
        return values;
    }

    /** Some of the fields and parts, to be changed; the record that another hangs on stays. */
    Map<String, Object> changes(Type type) {
        Map<String, Object> values = record(type);
        for (Field field : type.own()) {
            if (field.is(Mark.PARENT) || once(2)) {
                values.remove(field.name());
            } else if (!field.is(Mark.REQUIRED)) {
                values.putIfAbsent(field.name(), null);
            }
        }
        type.parts().stream().filter(part -> once(2)).forEach(part -> values.remove(part.name()));
        return values;
    }

    private List<Map<String, Object>> items(Part part) {
        List<Map<String, Object>> items = new ArrayList<>();
        for (int i = random.nextInt(4); i > 0; i--) {
            Map<String, Object> item = new LinkedHashMap<>();
            part.fields().forEach(field -> item.put(field.name(), once(5) ? null : value(field)));
            items.add(item);
        }
        return items;
    }

    /** One of not too many values. */
    private Object value(Field field) {
        List<Object> pool = pools.computeIfAbsent(field, none -> {
            // Now and then of words that are nearly the same.
            int from = random.nextInt(WORDS.size() - NEIGHBOURS);
            words = once(2) ? WORDS : WORDS.subList(from, from + NEIGHBOURS);
            List<Object> values = new ArrayList<>();
            for (int i = 3 + random.nextInt(25); i > 0; i--) {
                values.add(fresh(field));
            }
            return values;
        });
        return pick(pool);
    }

    private Object reference(Field field) {
        String type = field.target();
        List<Row> rows = (type == null ? records.all() : records.all(type))
                .filter(records::isThere)
                .toList();
        if (type == null && field.is(Mark.PARENT)) {
            rows = rows.stream().filter(row -> row.type().parent().isEmpty()).toList();
        }
        if (rows.isEmpty()) {
            return null;
        }
        Row row = pick(rows.subList(0, Math.max(1, rows.size() / 3)));
        return type == null ? new Ref(row.type().name(), row.id()) : (Object) row.id();
    }

    private Object fresh(Field field) {
        return switch (field.kind()) {
            case TEXT, LONG_TEXT -> text(field);
            case EMAIL -> pick(EMAILS);
            case INTEGER -> integer();
            case DECIMAL -> decimal(field);
            case BOOLEAN -> random.nextBoolean();
            case DATE -> date();
            case INSTANT -> instant();
            case CHOICE -> pick(RandomTypes.CHOICES);
            case CHOICES -> {
                List<String> names = new ArrayList<>(RandomTypes.CHOICES);
                Collections.shuffle(names, random);
                yield Choices.of(names.subList(0, random.nextInt(4)));
            }
            case LANGUAGE -> pick(LANGUAGES);
            case COUNTRY -> pick(COUNTRIES);
            case MONEY -> money();
            case LOCAL_DATE_TIME -> new LocalDateTimeInZone(localTime(), ZoneId.of(pick(ZONES)));
            default -> throw new IllegalArgumentException(field.toString());
        };
    }

    private String text(Field field) {
        String text =
                switch (random.nextInt(12)) {
                    case 0, 1 -> pick(words) + pick(BETWEEN) + pick(words);
                    case 2 -> pick(words) + " ".repeat(random.nextInt(3));
                    case 3 -> "";
                    case 4 -> "ä".repeat(189 + random.nextInt(4)) + pick(List.of("", " ", "b", "😀", "z z"));
                    default -> pick(words);
                };
        text = cut(text, field.length());
        return field.is(Mark.REQUIRED) && text.isBlank() ? "x" : text;
    }

    private static String cut(String text, int length) {
        if (text.length() <= length) {
            return text;
        }
        return text.substring(0, Character.isHighSurrogate(text.charAt(length - 1)) ? length - 1 : length);
    }

    private long integer() {
        return once(8) ? pick(List.of(Long.MAX_VALUE, Long.MIN_VALUE, Long.MAX_VALUE - 1)) : random.nextInt(30) - 10;
    }

    private BigDecimal decimal(Field field) {
        BigInteger most = BigInteger.TEN.pow(field.length()).subtract(BigInteger.ONE);
        BigInteger unscaled =
                switch (random.nextInt(8)) {
                    case 0 -> most;
                    case 1 -> most.negate();
                    case 2 -> BigInteger.ONE;
                    default ->
                        BigInteger.valueOf(random.nextInt(41) - 20L)
                                .multiply(BigInteger.TEN.pow(random.nextInt(field.scale() + 1)));
                };
        BigDecimal number = new BigDecimal(unscaled, field.scale()).stripTrailingZeros();
        return number.scale() < 0 ? number.setScale(0) : number;
    }

    private LocalDate date() {
        LocalDate today = LocalDate.ofInstant(start, ZoneOffset.UTC);
        return once(4)
                ? LocalDate.parse(pick(
                        List.of("0001-01-01", "9999-12-31", "1582-10-04", "1582-10-15", "1900-02-28", "2000-02-29")))
                : today.plusDays(pick(List.of(-30, -14, -8, -7, -6, -1, 0, 1, 2, 7, 30)));
    }

    private Instant instant() {
        return once(4)
                ? Instant.parse(pick(List.of(
                        "0001-01-01T00:00:00Z",
                        "9999-12-31T23:59:59.999999Z",
                        "1970-01-01T00:00:00Z",
                        "2026-03-29T02:30:00Z",
                        "2026-10-25T01:30:00.000001Z")))
                : start.plus(Duration.ofMinutes(60L * (random.nextInt(400) - 200) + 30))
                        .plus(once(2) ? 0 : random.nextInt(3), ChronoUnit.MICROS);
    }

    private LocalDateTime localTime() {
        return LocalDateTime.ofInstant(instant(), ZoneOffset.UTC);
    }

    private Money money() {
        String amount = pick(List.of("0", "1", "12.3", "12.30", "-5", "0.0001", "999999999999999.9999", "7"));
        return new Money(new BigDecimal(amount), Currency.getInstance(pick(CURRENCIES)));
    }

    /** What a condition compares a field with, as a text, number or boolean. */
    Object given(Type type, Field field) {
        if (field.kind() == FieldKind.REFERENCE || field.kind() == FieldKind.REFERENCE_TO_ANY) {
            return givenReference(type, field);
        }
        if (once(40)) {
            return pick(List.of(
                    "",
                    "x",
                    "@me",
                    "@now",
                    "@today-1d",
                    "12",
                    3L,
                    true,
                    "2026-02-30",
                    "1e5",
                    "9223372036854775808",
                    "a\u0000"));
        }
        if (field.kind() == FieldKind.DATE && once(20)) {
            return pick(List.of("0000-12-31", "+10000-01-01", "-0001-01-01"));
        }
        List<Object> stored = List.copyOf(records.values(type, field));
        Object value = stored.isEmpty() || once(3) ? fresh(field) : pick(stored);
        return switch (field.kind()) {
            case TEXT, EMAIL -> varied((String) value);
            case LANGUAGE, COUNTRY -> once(8) ? value + pick(List.of(" ", "-", "\t", "x", "é")) : value;
            case INTEGER -> once(2) ? value : value.toString();
            case DECIMAL -> number(once(3) ? new BigDecimal(pick(NUMBERS)) : (BigDecimal) value);
            case BOOLEAN -> once(2) ? value : value.toString();
            case DATE ->
                once(3)
                        ? "@today" + moved("dwh")
                        : ((LocalDate) value).plusDays(once(3) ? 1 : 0).toString();
            case INSTANT ->
                once(3)
                        ? pick(List.of("@now", "@today")) + moved("dwhm")
                        : ((Instant) value).plusNanos(once(6) ? 999 : 0).toString();
            case CHOICES -> ((Choices) value).names().isEmpty() ? "red" : pick(((Choices) value).names());
            case MONEY ->
                (once(6) ? pick(NUMBERS) : ((Money) value).amount().toPlainString()) + " " + ((Money) value).currency();
            case LOCAL_DATE_TIME -> ((LocalDateTimeInZone) value).dateTime().toString();
            default -> value;
        };
    }

    private Object number(BigDecimal number) {
        return switch (random.nextInt(3)) {
            case 0 -> number;
            case 1 -> number.toPlainString();
            default -> number.scale() < 25 ? number.setScale(number.scale() + 1).toPlainString() : number;
        };
    }

    /** Whole hours, so that no time is passed meanwhile. */
    private String moved(String units) {
        if (once(4)) {
            return "";
        }
        char unit = units.charAt(random.nextInt(units.length()));
        int number = unit == 'm' ? 60 * random.nextInt(200) : unit == 'w' ? random.nextInt(3) : random.nextInt(60);
        return (once(2) ? "+" : "-") + number + unit;
    }

    private Object givenReference(Type type, Field field) {
        if (once(4)) {
            return field.kind() == FieldKind.REFERENCE_TO_ANY ? field.target() + ":x" : "@me";
        }
        List<Object> stored = List.copyOf(records.values(type, field));
        Object value = stored.isEmpty() ? (Object) 1L : pick(stored);
        return value instanceof Ref ref ? ref.type() + ":" + Ids.format(ref.id()) : Ids.format((Long) value);
    }

    /** A text that is the same to some fields and another one to others. */
    String varied(String text) {
        return switch (random.nextInt(10)) {
            case 0 -> text.toUpperCase(Locale.ROOT);
            case 1 -> text.toLowerCase(Locale.ROOT);
            case 2 -> Normalizer.normalize(text, Normalizer.Form.NFD);
            case 3 -> text + " ";
            case 4 -> beginning(text);
            default -> text;
        };
    }

    String beginning(String text) {
        int characters = text.codePointCount(0, text.length());
        return text.substring(0, text.offsetByCodePoints(0, random.nextInt(Math.min(characters, 6) + 1)));
    }

    String word() {
        return pick(WORDS);
    }
}
