/* Copyright the Guildhall authors. SPDX-License-Identifier: Apache-2.0 */
package org.guildhall.wire;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.io.StringWriter;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Currency;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import org.guildhall.api.Choices;
import org.guildhall.api.Ids;
import org.guildhall.api.JsonObject;
import org.guildhall.api.LocalDateTimeInZone;
import org.guildhall.api.Money;
import org.guildhall.api.Ref;
import org.guildhall.api.platform.FieldKind;

/** Single values as JSON, by kind. */
final class JsonValues {
    private static final Set<String> ZONES = ZoneId.getAvailableZoneIds();

    private static final long SECONDS_OF_A_DAY = 86_400;

    /** The most zeros that are written out instead of an exponent. */
    private static final int MAX_ZEROS = 100;

    private JsonValues() {}

    static void write(JsonGenerator out, FieldKind kind, Object value) throws IOException {
        if (value == null) {
            out.writeNull();
            return;
        }
        switch (kind) {
            case TEXT, LONG_TEXT, CHOICE, EMAIL, PHONE, URL, LANGUAGE, COUNTRY -> out.writeString((String) value);
            case INTEGER -> out.writeNumber((Long) value);
            case DECIMAL -> out.writeNumber((BigDecimal) value);
            case BOOLEAN -> out.writeBoolean((Boolean) value);
            case DATE -> out.writeString(value.toString());
            case INSTANT -> write(out, (Instant) value);
            case REFERENCE -> out.writeString(Ids.format((Long) value));
            case MONEY -> {
                Money money = (Money) value;
                texts(
                        out,
                        "amount",
                        money.amount().toPlainString(),
                        "currency",
                        money.currency().getCurrencyCode());
            }
            case LOCAL_DATE_TIME -> {
                LocalDateTimeInZone time = (LocalDateTimeInZone) value;
                texts(
                        out,
                        "dateTime",
                        time.dateTime().toString(),
                        "timeZone",
                        time.timeZone().getId());
            }
            case REFERENCE_TO_ANY -> texts(out, "type", ((Ref) value).type(), "id", Ids.format(((Ref) value).id()));
            case CHOICES -> {
                out.writeStartArray();
                for (String name : ((Choices) value).names()) {
                    out.writeString(name);
                }
                out.writeEndArray();
            }
            case JSON -> out.writeRawValue(((JsonObject) value).text());
        }
    }

    /** Writes what {@link Instant#toString} gives, at a tenth of its cost: every record has two. */
    private static void write(JsonGenerator out, Instant value) throws IOException {
        int second = (int) Math.floorMod(value.getEpochSecond(), SECONDS_OF_A_DAY);
        LocalDate day = LocalDate.ofEpochDay(Math.floorDiv(value.getEpochSecond(), SECONDS_OF_A_DAY));
        if (day.getYear() < 0 || day.getYear() > 9_999) {
            out.writeString(value.toString());
            return;
        }
        char[] text = "0000-00-00T00:00:00.000000000Z".toCharArray();
        digits(text, 4, day.getYear());
        digits(text, 7, day.getMonthValue());
        digits(text, 10, day.getDayOfMonth());
        digits(text, 13, second / 3_600);
        digits(text, 16, second / 60 % 60);
        digits(text, 19, second % 60);
        digits(text, 29, value.getNano());
        int nano = value.getNano();
        int length = nano == 0 ? 20 : nano % 1_000_000 == 0 ? 24 : nano % 1_000 == 0 ? 27 : 30;
        text[length - 1] = 'Z';
        out.writeString(text, 0, length);
    }

    /** Writes a number over the zeros before an end. */
    private static void digits(char[] text, int end, int number) {
        for (int at = end - 1, rest = number; rest > 0; rest /= 10) {
            text[at--] = (char) ('0' + rest % 10);
        }
    }

    private static void texts(JsonGenerator out, String first, String firstText, String second, String secondText)
            throws IOException {
        out.writeStartObject();
        out.writeStringField(first, firstText);
        out.writeStringField(second, secondText);
        out.writeEndObject();
    }

    /** The value at the parser's token; as it was written when it is none of the kind. */
    static Object read(JsonParser in, FieldKind kind) throws IOException {
        JsonToken token = in.currentToken();
        if (kind == FieldKind.JSON && token == JsonToken.START_OBJECT) {
            return new JsonObject(copy(in));
        }
        if (token == JsonToken.START_OBJECT) {
            Map<String, String> texts = texts(in);
            Object value = texts == null ? null : composed(kind, texts);
            return value == null ? List.of() : value;
        }
        if (token == JsonToken.START_ARRAY) {
            List<String> items = items(in);
            return kind == FieldKind.CHOICES && items != null ? Choices.of(items) : List.of();
        }
        Object value = simple(in, token, kind);
        return value == null ? raw(in) : value;
    }

    private static Object simple(JsonParser in, JsonToken token, FieldKind kind) throws IOException {
        String text = token == JsonToken.VALUE_STRING ? in.getText() : null;
        return switch (kind) {
            case TEXT, LONG_TEXT, CHOICE, EMAIL, PHONE, URL, LANGUAGE, COUNTRY -> text;
            case INTEGER ->
                token == JsonToken.VALUE_NUMBER_INT && in.getNumberType() != JsonParser.NumberType.BIG_INTEGER
                        ? (Object) in.getLongValue()
                        : null;
            case DECIMAL -> token.isNumeric() ? plain(decimal(in)) : null;
            case BOOLEAN -> token.isBoolean() ? (Object) in.getBooleanValue() : null;
            case DATE, INSTANT, REFERENCE -> text == null ? null : Texts.parse(kind, text);
            case MONEY, LOCAL_DATE_TIME, REFERENCE_TO_ANY, CHOICES, JSON -> null;
        };
    }

    /** The number at the parser's token; null for one whose exponent is out of all bounds. */
    static BigDecimal decimal(JsonParser in) throws IOException {
        try {
            return in.getDecimalValue();
        } catch (NumberFormatException e) {
            return null;
        }
    }

    /** Without its exponent, as history and answers show it: 1e2 is 100, and 0e-400 is 0. What no field takes stays as it is. */
    private static BigDecimal plain(BigDecimal number) {
        if (number == null || (number.scale() >= 0 && number.scale() <= MAX_ZEROS)) {
            return number;
        }
        BigDecimal shortest = number.stripTrailingZeros();
        return shortest.scale() < 0 && shortest.scale() > -MAX_ZEROS ? shortest.setScale(0) : shortest;
    }

    /** A value that is written as an object of two texts. */
    private static Object composed(FieldKind kind, Map<String, String> texts) {
        return switch (kind) {
            case MONEY ->
                pair(
                        texts,
                        "amount",
                        "currency",
                        (amount, currency) -> Texts.isDecimal(amount)
                                ? new Money(new BigDecimal(amount), Currency.getInstance(currency))
                                : null);
            case LOCAL_DATE_TIME ->
                pair(
                        texts,
                        "dateTime",
                        "timeZone",
                        (time, zone) -> ZONES.contains(zone)
                                ? new LocalDateTimeInZone(
                                        LocalDateTime.parse(time).truncatedTo(ChronoUnit.MICROS), ZoneId.of(zone))
                                : null);
            case REFERENCE_TO_ANY ->
                pair(texts, "type", "id", (type, id) -> {
                    OptionalLong number = Ids.parse(id);
                    return number.isPresent() ? new Ref(type, number.getAsLong()) : null;
                });
            default -> null;
        };
    }

    private interface Pair {
        Object of(String first, String second);
    }

    private static Object pair(Map<String, String> texts, String first, String second, Pair pair) {
        try {
            return texts.keySet().equals(Set.of(first, second)) ? pair.of(texts.get(first), texts.get(second)) : null;
        } catch (RuntimeException e) {
            // No amount, no currency, no time: the pipeline tells.
            return null;
        }
    }

    /** The texts and numbers of a flat object; null for any other. */
    private static Map<String, String> texts(JsonParser in) throws IOException {
        Map<String, String> texts = new HashMap<>();
        boolean flat = true;
        while (in.nextToken() != JsonToken.END_OBJECT) {
            String name = in.currentName();
            JsonToken token = in.nextToken();
            flat &= token == JsonToken.VALUE_STRING || token.isNumeric();
            texts.put(name, flat ? in.getText() : null);
            in.skipChildren();
        }
        return flat ? texts : null;
    }

    /** The texts of a flat list; null for any other. */
    private static List<String> items(JsonParser in) throws IOException {
        List<String> items = new ArrayList<>();
        boolean flat = true;
        while (in.nextToken() != JsonToken.END_ARRAY) {
            flat &= in.currentToken() == JsonToken.VALUE_STRING;
            if (flat) {
                items.add(in.getText());
            }
            in.skipChildren();
        }
        return flat ? items : null;
    }

    private static String copy(JsonParser in) throws IOException {
        StringWriter text = new StringWriter();
        try (JsonGenerator out = Json.FACTORY.createGenerator(text)) {
            int depth = 0;
            do {
                JsonToken token = in.currentToken();
                if (token.isNumeric()) {
                    // As a number it would lose digits.
                    out.writeNumber(in.getText());
                } else {
                    out.copyCurrentEvent(in);
                }
                depth += token.isStructStart() ? 1 : token.isStructEnd() ? -1 : 0;
            } while (depth > 0 && in.nextToken() != null);
        }
        return text.toString();
    }

    /** The token as it was written: text, number or boolean, null, or an empty list for what is nested. */
    static Object raw(JsonParser in) throws IOException {
        switch (in.currentToken()) {
            case VALUE_NULL:
                return null;
            case START_OBJECT, START_ARRAY:
                in.skipChildren();
                return List.of();
            case VALUE_TRUE, VALUE_FALSE:
                return in.getBooleanValue();
            case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT:
                Number number = in.getNumberValue();
                // A Long would pass for the id of a reference.
                return number instanceof Long ? BigInteger.valueOf(number.longValue()) : number;
            default:
                return in.getText();
        }
    }
}
