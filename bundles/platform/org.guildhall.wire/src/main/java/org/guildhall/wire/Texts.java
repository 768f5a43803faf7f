/* Copyright the Guildhall authors. SPDX-License-Identifier: Apache-2.0 */
package org.guildhall.wire;

import java.math.BigDecimal;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.temporal.ChronoUnit;
import java.util.Currency;
import java.util.OptionalLong;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.guildhall.api.Choices;
import org.guildhall.api.Ids;
import org.guildhall.api.LocalDateTimeInZone;
import org.guildhall.api.Money;
import org.guildhall.api.Ref;
import org.guildhall.api.platform.FieldKind;
import org.guildhall.api.platform.RecordType;

/** Single values as one text each, as they stand in conditions. */
final class Texts {
    /** Without exponents: a short text would stand for a number of a billion digits. */
    private static final Pattern DECIMAL = Pattern.compile("-?[0-9]{1,30}(?:\\.[0-9]{1,30})?");

    private static final Pattern INTEGER = Pattern.compile("-?[0-9]{1,19}");
    private static final Pattern MONEY = Pattern.compile("(" + DECIMAL + ") ([A-Z]{3})");
    private static final Pattern REF = Pattern.compile("(" + RecordType.QUALIFIED_GRAMMAR + "):(.*)");

    private Texts() {}

    static boolean isDecimal(String text) {
        return DECIMAL.matcher(text).matches();
    }

    /** The value that a text stands for; null for none. */
    static Object parse(FieldKind kind, String text) {
        return switch (kind) {
            case TEXT, LONG_TEXT, CHOICE, CHOICES, EMAIL, PHONE, URL, LANGUAGE, COUNTRY -> text;
            case INTEGER -> parsed(INTEGER, text, number -> Long.valueOf(text));
            case DECIMAL -> parsed(DECIMAL, text, number -> new BigDecimal(text));
            case MONEY ->
                parsed(
                        MONEY,
                        text,
                        money -> new Money(new BigDecimal(money.group(1)), Currency.getInstance(money.group(2))));
            case BOOLEAN -> text.equals("true") ? Boolean.TRUE : text.equals("false") ? Boolean.FALSE : null;
            case DATE -> time(text, LocalDate::parse);
            case INSTANT -> time(text, value -> Instant.parse(value).truncatedTo(ChronoUnit.MICROS));
            case LOCAL_DATE_TIME ->
                time(text, value -> LocalDateTime.parse(value).truncatedTo(ChronoUnit.MICROS));
            case REFERENCE -> id(text);
            case REFERENCE_TO_ANY -> parsed(REF, text, ref -> ref(ref.group(1), id(ref.group(2))));
            case JSON -> null;
        };
    }

    private static Ref ref(String type, Long id) {
        return id == null ? null : new Ref(type, id);
    }

    /** What stands for a value in JSON: a text, a number or a boolean, which {@link #parse} takes as a text. */
    static Object format(Object value) {
        if (value instanceof Money money) {
            return money.amount().toPlainString() + " " + money.currency().getCurrencyCode();
        } else if (value instanceof Ref ref) {
            return ref.type() + ":" + Ids.format(ref.id());
        } else if (value instanceof LocalDateTimeInZone time) {
            return time.dateTime().toString();
        } else if (value instanceof Choices choices && choices.names().size() == 1) {
            return choices.names().get(0);
        } else if (value instanceof LocalDate || value instanceof LocalDateTime || value instanceof Instant) {
            return value.toString();
        } else if (value instanceof String
                || value instanceof Long
                || value instanceof BigDecimal
                || value instanceof Boolean) {
            return value;
        }
        throw new IllegalArgumentException("No condition takes a " + value.getClass());
    }

    private static Object time(String text, Function<String, Object> parser) {
        try {
            return parser.apply(text);
        } catch (DateTimeException e) {
            return null;
        }
    }

    private static Object parsed(Pattern form, String text, Function<Matcher, Object> parser) {
        Matcher matcher = form.matcher(text);
        try {
            return matcher.matches() ? parser.apply(matcher) : null;
        } catch (IllegalArgumentException e) {
            // A number of more than 64 bits, or a currency that there is none of.
            return null;
        }
    }

    private static Long id(String text) {
        OptionalLong id = Ids.parse(text);
        return id.isPresent() ? id.getAsLong() : null;
    }
}
