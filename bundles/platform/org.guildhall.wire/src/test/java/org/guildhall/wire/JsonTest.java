/* Copyright the Guildhall authors. SPDX-License-Identifier: Apache-2.0 */
package org.guildhall.wire;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertFalse;
import static org.junit.Assert.assertNull;
import static org.junit.Assert.assertThrows;
import static org.junit.Assert.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.util.Arrays;
import java.util.Currency;
import java.util.List;
import java.util.Locale;
import org.guildhall.api.Choices;
import org.guildhall.api.Ids;
import org.guildhall.api.JsonObject;
import org.guildhall.api.LocalDateTimeInZone;
import org.guildhall.api.Money;
import org.guildhall.api.Problem;
import org.guildhall.api.Ref;
import org.guildhall.api.Values;
import org.guildhall.api.platform.FieldKind;
import org.guildhall.api.platform.RecordField;
import org.guildhall.api.platform.RecordPart;
import org.guildhall.api.platform.RecordType;
import org.junit.Test;

public class JsonTest {
    /** A type with one field of each kind, named like the kind. */
    private static final RecordType EVERY = RecordType.of(
                    "test.every",
                    Arrays.stream(FieldKind.values())
                            .map(kind -> new RecordField(kind.name().toLowerCase(Locale.ROOT), kind))
                            .toList())
            .parts(List.of(new RecordPart(
                    "lines",
                    RecordType.of("test.line", List.of(new RecordField("price", FieldKind.MONEY)))
                            .build(),
                    true,
                    10)))
            .build();

    private static final String TEXT = "{\"text\":\"ü😀\",\"long_text\":\"l\",\"integer\":9007199254740993,"
            + "\"decimal\":12.30,\"money\":{\"amount\":\"12.30\",\"currency\":\"EUR\"},\"boolean\":true,"
            + "\"date\":\"2026-11-22\",\"instant\":\"2026-11-22T08:30:00.123456Z\","
            + "\"local_date_time\":{\"dateTime\":\"2026-03-29T02:30\",\"timeZone\":\"Europe/Berlin\"},"
            + "\"choice\":\"a\",\"choices\":[\"a\",\"b\"],\"reference\":\"0HZX3W8K2M4QR\","
            + "\"reference_to_any\":{\"type\":\"a.b\",\"id\":\"0HZX3W8K2M4QR\"},\"email\":\"a@b.c\",\"phone\":\"1\","
            + "\"url\":\"u\",\"language\":\"de\",\"country\":\"DE\",\"json\":{\"a\":[1,{\"b\":null}]},"
            + "\"lines\":[{\"price\":{\"amount\":\"1\",\"currency\":\"JPY\"}},{\"price\":null}]}";

    @Test
    public void everyKindIsReadAndWrittenWithoutLoss() throws IOException {
        Values values = read(TEXT);
        assertEquals(9007199254740993L, values.get("integer"));
        assertEquals(new BigDecimal("12.30"), values.get("decimal"));
        assertEquals(LocalDate.of(2026, 11, 22), values.get("date"));
        assertEquals(Instant.parse("2026-11-22T08:30:00.123456Z"), values.get("instant"));
        assertEquals(new Money(new BigDecimal("12.3"), Currency.getInstance("EUR")), values.get("money"));
        assertEquals(
                new LocalDateTimeInZone(LocalDateTime.of(2026, 3, 29, 2, 30), ZoneId.of("Europe/Berlin")),
                values.get("local_date_time"));
        assertEquals(new Choices(List.of("a", "b")), values.get("choices"));
        assertEquals(TEXT, new Json().json(EVERY, values));
    }

    @Test
    public void nullIsPresentAndAbsentIsNot() throws IOException {
        Values values = read("{\"text\":null}");
        assertTrue(values.has("text"));
        assertNull(values.get("text"));
        assertFalse(values.has("date"));
        assertEquals("{\"text\":null}", new Json().json(EVERY, values));
    }

    @Test
    public void whatIsNotOfTheKindComesAsItWasWritten() throws IOException {
        Values values = read("{\"date\":\"2026-02-30\",\"text\":5,\"integer\":1e400,\"boolean\":{\"a\":[1]},"
                + "\"reference\":\"x\",\"unknown\":true}");
        assertEquals("2026-02-30", values.get("date"));
        assertEquals(5, values.get("text"));
        assertFalse(values.get("integer") instanceof Long);
        assertEquals(List.of(), values.get("boolean"));
        assertEquals("x", values.get("reference"));
        assertFalse(read("{\"reference\":9007199254740993}").get("reference") instanceof Long);
        assertEquals(true, values.get("unknown"));
        for (String money : List.of(
                "{\"amount\":\"1\",\"currency\":\"XXY\"}",
                "{\"amount\":\"1e9\",\"currency\":\"EUR\"}",
                "{\"amount\":\"1\"}",
                "{\"amount\":\"1\",\"currency\":\"EUR\",\"more\":\"1\"}",
                "{\"amount\":{\"a\":1},\"currency\":\"EUR\"}",
                "[1]")) {
            assertEquals(money, List.of(), read("{\"money\":" + money + "}").get("money"));
        }
        for (String time : List.of("2026-02-30T00:00", "2026-01-01", "2026-01-01T00:00Z")) {
            assertEquals(
                    List.of(),
                    read("{\"local_date_time\":{\"dateTime\":\"" + time + "\",\"timeZone\":\"Europe/Berlin\"}}")
                            .get("local_date_time"));
        }
        assertFalse(read("{\"decimal\":1e99999999999}").get("decimal") instanceof BigDecimal);
        assertEquals(List.of(), read("{\"choices\":[1]}").get("choices"));
        assertEquals(List.of(5), read("{\"lines\":[5]}").get("lines"));
    }

    @Test
    public void anObjectOfJsonIsKeptToTheLastDigit() throws IOException {
        for (String json : List.of("{\"a\":0.12345678901234567890123}", "{\"a\":[1e400,1E99999999999,-0,1.0]}")) {
            assertEquals(new JsonObject(json), read("{\"json\":" + json + "}").get("json"));
        }
    }

    @Test
    public void whatIsNotOneObjectIsMalformed() {
        for (String text : List.of(
                "",
                "[]",
                "5",
                "{",
                "{\"text\":\"a\"",
                "{\"text\":\"a\"}{}",
                "{\"text\":1,\"text\":2}",
                "{\"text\":NaN}",
                "{'text':1}",
                "{\"text\":" + "[".repeat(1_000) + "}",
                "{\"integer\":" + "9".repeat(1_000) + "}",
                "{\"" + "a".repeat(10_000) + "\":1}")) {
            Problem problem = assertThrows(text, Problem.class, () -> read(text));
            assertEquals("request.malformed", problem.code());
        }
    }

    @Test
    public void whatWasWrittenIsReadAgainAsFarAsTheTypeStillHasIt() {
        Json json = new Json();
        assertEquals(TEXT, json.json(EVERY, json.values(EVERY, TEXT)));
        RecordType line = RecordType.of("test.line", List.of(new RecordField("price", FieldKind.TEXT)))
                .build();
        RecordType later = RecordType.of(
                        "test.every",
                        List.of(
                                new RecordField("text", FieldKind.TEXT),
                                new RecordField("date", FieldKind.INTEGER),
                                new RecordField("instant", FieldKind.DATE),
                                new RecordField("integer", FieldKind.REFERENCE),
                                new RecordField("email", FieldKind.CHOICES)))
                .parts(List.of(new RecordPart("lines", line, true, 10), new RecordPart("phone", line, true, 10)))
                .build();
        assertEquals(
                Values.builder()
                        .put("text", "ü😀")
                        .put("lines", List.of(Values.builder().build(), Values.of("price", null)))
                        .build(),
                json.values(later, TEXT));
        String deep = "{\"json\":" + "{\"a\":".repeat(100) + "1" + "}".repeat(101);
        assertEquals(deep, json.json(EVERY, json.values(EVERY, deep)));
    }

    @Test
    public void aTextStandsForAValueOfTheFieldsKind() {
        for (FieldKind kind : List.of(FieldKind.TEXT, FieldKind.LONG_TEXT, FieldKind.CHOICE, FieldKind.CHOICES)) {
            stands(kind, "red", "red");
        }
        stands(FieldKind.EMAIL, "ada@example.org", "ada@example.org");
        stands(FieldKind.INTEGER, "-9223372036854775808", Long.MIN_VALUE);
        stands(FieldKind.DECIMAL, "12.30", new BigDecimal("12.30"));
        stands(FieldKind.MONEY, "12.30 EUR", new Money(new BigDecimal("12.3"), Currency.getInstance("EUR")));
        stands(FieldKind.MONEY, "-5 JPY", new Money(new BigDecimal("-5"), Currency.getInstance("JPY")));
        stands(FieldKind.BOOLEAN, "true", true);
        stands(FieldKind.BOOLEAN, "false", false);
        stands(FieldKind.DATE, "2026-11-22", LocalDate.of(2026, 11, 22));
        stands(FieldKind.INSTANT, "2026-11-22T08:30:00+01:00", Instant.parse("2026-11-22T07:30:00Z"));
        stands(FieldKind.INSTANT, "2026-11-22T08:30:00.1234567Z", Instant.parse("2026-11-22T08:30:00.123456Z"));
        stands(FieldKind.LOCAL_DATE_TIME, "2026-03-29T02:30", LocalDateTime.of(2026, 3, 29, 2, 30));
        stands(
                FieldKind.LOCAL_DATE_TIME,
                "2026-03-29T02:30:01.1234567",
                LocalDateTime.of(2026, 3, 29, 2, 30, 1, 123_456_000));
        long id = Ids.parse("0HZX3W8K2M4QR").orElseThrow();
        stands(FieldKind.REFERENCE, "0hzx3w8k2m4qr", id);
        stands(FieldKind.REFERENCE_TO_ANY, "customer.contact:0HZX3W8K2M4QR", new Ref("customer.contact", id));
    }

    @Test
    public void aTextThatStandsForNoValueIsNone() {
        none(
                FieldKind.INTEGER,
                "",
                "1.0",
                "+1",
                "1e3",
                "0x1",
                "٣",
                " 1",
                "9223372036854775808",
                "99999999999999999999");
        none(FieldKind.DECIMAL, "", "1e999999999", ".5", "5.", "1,5", "NaN", "9".repeat(31));
        none(FieldKind.MONEY, "", "12.30", "EUR", "12.30EUR", "12.30  EUR", "12.30 eur", "1e9 EUR", "12.30 XXY");
        none(FieldKind.BOOLEAN, "", "TRUE", "1", "yes");
        none(FieldKind.DATE, "", "2026-02-30", "22.11.2026", "2026-11-22T00:00:00Z", "20261122");
        none(FieldKind.INSTANT, "", "2026-11-22", "2026-11-22T08:30:00", "2026-11-22T25:30:00Z");
        none(FieldKind.LOCAL_DATE_TIME, "", "2026-11-22", "2026-11-22T08:30:00Z", "2026-02-30T00:00");
        none(FieldKind.REFERENCE, "", "17", "0HZX3W8K2M4Q", "ZHZX3W8K2M4QR", "customer.contact:0HZX3W8K2M4QR");
        none(FieldKind.REFERENCE_TO_ANY, "", "0HZX3W8K2M4QR", "contact:0HZX3W8K2M4QR", "a.b:x", "a.b:", "a.b");
        none(FieldKind.JSON, "", "{}");
    }

    private static void stands(FieldKind kind, String text, Object value) {
        assertEquals(text, value, new Json().value(new RecordField("field", kind), text));
    }

    private static void none(FieldKind kind, String... texts) {
        for (String text : texts) {
            assertNull(text, new Json().value(new RecordField("field", kind), text));
        }
    }

    private static Values read(String text) throws IOException {
        return Json.read(new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8)), EVERY);
    }
}
