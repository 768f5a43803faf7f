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
import org.guildhall.api.LocalDateTimeInZone;
import org.guildhall.api.Money;
import org.guildhall.api.Problem;
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
        assertEquals(List.of(), read("{\"choices\":[1]}").get("choices"));
        assertEquals(List.of(5), read("{\"lines\":[5]}").get("lines"));
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

    private static Values read(String text) throws IOException {
        return Json.read(new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8)), EVERY);
    }
}
