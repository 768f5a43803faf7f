/* Copyright the Guildhall authors. SPDX-License-Identifier: Apache-2.0 */
package org.guildhall.wire;

import static org.guildhall.api.Condition.all;
import static org.guildhall.api.Condition.any;
import static org.guildhall.api.Condition.equal;
import static org.guildhall.api.Condition.greater;
import static org.guildhall.api.Condition.in;
import static org.guildhall.api.Condition.isNull;
import static org.guildhall.api.Condition.less;
import static org.guildhall.api.Condition.not;
import static org.guildhall.api.Condition.prefix;
import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertThrows;
import static org.junit.Assert.assertTrue;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Currency;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import org.guildhall.api.Choices;
import org.guildhall.api.Condition;
import org.guildhall.api.Condition.Compare;
import org.guildhall.api.Condition.Operator;
import org.guildhall.api.Ids;
import org.guildhall.api.JsonObject;
import org.guildhall.api.LocalDateTimeInZone;
import org.guildhall.api.Money;
import org.guildhall.api.Problem;
import org.guildhall.api.Ref;
import org.junit.Test;

public class ConditionJsonTest {
    @Test
    public void everyConditionHasOneForm() throws IOException {
        same("{\"field\":\"lastName\",\"op\":\"eq\",\"value\":\"王小明 😀\"}", equal("lastName", "王小明 😀"));
        same("{\"field\":\"score\",\"op\":\"lt\",\"value\":10}", less("score", 10L));
        same("{\"field\":\"score\",\"op\":\"le\",\"value\":10}", new Compare("score", Operator.LESS_OR_EQUAL, 10L));
        same("{\"field\":\"price\",\"op\":\"gt\",\"value\":12.30}", greater("price", new BigDecimal("12.30")));
        same("{\"field\":\"a.b\",\"op\":\"ge\",\"value\":true}", new Compare("a.b", Operator.GREATER_OR_EQUAL, true));
        same("{\"field\":\"country\",\"op\":\"in\",\"values\":[\"DE\",1]}", in("country", List.of("DE", 1L)));
        same("{\"field\":\"country\",\"op\":\"in\",\"values\":[]}", in("country", List.of()));
        same("{\"field\":\"name\",\"op\":\"prefix\",\"value\":\"Mül\"}", prefix("name", "Mül"));
        same("{\"field\":\"city\",\"op\":\"null\"}", isNull("city"));
        same("{\"not\":{\"field\":\"city\",\"op\":\"null\"}}", not(isNull("city")));
        same("{\"all\":[{\"field\":\"a\",\"op\":\"null\"},{\"any\":[]}]}", all(isNull("a"), any()));
        same("{\"all\":[]}", all());
    }

    @Test
    public void membersComeInAnyOrder() throws IOException {
        assertEquals(equal("a", "b"), read("{\"value\":\"b\",\"op\":\"eq\",\"field\":\"a\"}"));
        assertEquals(in("a", List.of("b")), read(" { \"values\" : [ \"b\" ] , \"field\" : \"a\" , \"op\" : \"in\" } "));
    }

    @Test
    public void numbersAreExact() throws IOException {
        assertEquals(equal("a", Long.MIN_VALUE), read(comparison("-9223372036854775808")));
        assertEquals(equal("a", new BigDecimal("9223372036854775808")), read(comparison("9223372036854775808")));
        assertEquals(equal("a", new BigDecimal("1.50")), read(comparison("1.50")));
        assertEquals(equal("a", new BigDecimal("1E+3")), read(comparison("1e3")));
        assertEquals("/value: \"text\" | 12 | 12.30 | true", refuses(comparison("1e999999999")));
        refuses(comparison("1e-999999999"));
        refuses(comparison("1e101"));
        refuses(comparison("1e99999999999"));
    }

    @Test
    public void valuesThatJsonHasNoFormOfAreWrittenAsTexts() throws IOException {
        Instant instant = Instant.parse("2026-11-22T08:30:00.123456Z");
        LocalDateTime clock = LocalDateTime.of(2026, 3, 29, 2, 30);
        writes("\"2026-11-22\"", LocalDate.of(2026, 11, 22));
        writes("\"2026-11-22T08:30:00.123456Z\"", instant);
        writes("\"2026-03-29T02:30\"", clock);
        writes("\"2026-03-29T02:30\"", new LocalDateTimeInZone(clock, ZoneId.of("Europe/Berlin")));
        writes("\"12.30 EUR\"", new Money(new BigDecimal("12.3"), Currency.getInstance("EUR")));
        writes("\"1000 JPY\"", new Money(new BigDecimal("1E+3"), Currency.getInstance("JPY")));
        writes(
                "\"customer.contact:0HZX3W8K2M4QR\"",
                new Ref("customer.contact", Ids.parse("0HZX3W8K2M4QR").orElseThrow()));
        writes("\"red\"", new Choices(List.of("red")));
        writes("17", 17L);
        for (Object none : List.of(new Choices(List.of("a", "b")), new JsonObject("{}"), 1.5)) {
            assertThrows(IllegalArgumentException.class, () -> json(equal("a", none)));
        }
    }

    @Test
    public void whatIsNoConditionIsRefusedWithItsPlace() {
        String shapes = "{\"field\", \"op\", \"value\" | \"values\"} | {\"not\"} | {\"all\"} | {\"any\"}";
        String operators = shapes + ", \"op\": eq | lt | le | gt | ge | in | prefix | null";
        assertEquals("/: " + operators, refuses("{}"));
        assertEquals("/not: " + shapes, refuses("{\"not\":[]}"));
        assertEquals("/all: [...]", refuses("{\"all\":{}}"));
        assertEquals("/all/1: " + shapes, refuses("{\"all\":[{\"field\":\"a\",\"op\":\"null\"},5]}"));
        assertEquals("/any/0/not/op: \"text\"", refuses("{\"any\":[{\"not\":{\"op\":5}}]}"));
        assertEquals("/values/1: \"text\" | 12 | 12.30 | true", refuses("{\"values\":[1,null]}"));
        assertEquals("/colour: " + shapes, refuses("{\"colour\":1}"));
        for (String json : List.of(
                "{\"field\":\"a\"}",
                "{\"op\":\"eq\"}",
                "{\"value\":1}",
                "{\"field\":\"a\",\"op\":\"eq\"}",
                "{\"field\":\"a\",\"value\":1}",
                "{\"field\":\"a\",\"op\":\"==\",\"value\":1}",
                "{\"field\":\"a\",\"op\":\"EQ\",\"value\":1}",
                "{\"field\":\"a\",\"op\":\"eq\",\"values\":[1]}",
                "{\"field\":\"a\",\"op\":\"in\",\"value\":1}",
                "{\"field\":\"a\",\"op\":\"in\",\"values\":1}",
                "{\"field\":\"a\",\"op\":\"prefix\",\"value\":1}",
                "{\"field\":\"a\",\"op\":\"null\",\"value\":true}",
                "{\"field\":null,\"op\":\"null\"}",
                "{\"all\":[],\"any\":[]}",
                "{\"not\":{\"all\":[]},\"field\":\"a\"}",
                comparison("null"),
                comparison("{}"),
                comparison("[1]"))) {
            refuses(json);
        }
    }

    @Test
    public void sizeAndDepthAreLimited() throws IOException {
        String term = "{\"field\":\"a\",\"op\":\"null\"}";
        read("{\"all\":[" + term + ("," + term).repeat(998) + "]}");
        tooLarge("{\"all\":[" + term + ("," + term).repeat(999) + "]}");
        tooLarge("{\"all\":[" + term + ("," + term).repeat(10_000) + "]}");
        read("{\"field\":\"a\",\"op\":\"in\",\"values\":[1" + ",1".repeat(998) + "]}");
        tooLarge("{\"field\":\"a\",\"op\":\"in\",\"values\":[1" + ",1".repeat(999) + "]}");
        read("{\"all\":[".repeat(15) + term + "]}".repeat(15));
        tooLarge("{\"all\":[".repeat(16) + term + "]}".repeat(16));
        tooLarge("{\"not\":".repeat(1_000) + term + "}".repeat(1_000));
        tooLarge("{\"any\":[".repeat(1_000));
        refuses(comparison("[".repeat(1_000)));
    }

    @Test
    public void whatIsWrittenIsReadAgain() throws IOException {
        Random random = new Random(8);
        for (int i = 0; i < 2_000; i++) {
            Condition condition = condition(random, 4);
            assertEquals(condition, read(json(condition)));
        }
    }

    @Test
    public void whateverIsWrittenGivesAConditionOrAProblem() throws IOException {
        Random random = new Random(9);
        int refused = 0;
        for (int i = 0; i < 10_000; i++) {
            StringBuilder json = new StringBuilder(json(condition(random, 3)));
            for (int changes = random.nextInt(3); changes >= 0; changes--) {
                int at = 1 + random.nextInt(json.length() - 1);
                json.setCharAt(at, "{}[]\",:15aeopn\\ü".charAt(random.nextInt(16)));
            }
            try {
                read(json.toString());
            } catch (Problem problem) {
                assertTrue(json.toString(), problem.code().startsWith("query."));
                refused++;
            } catch (JsonProcessingException e) {
                // No JSON: the reader of the whole body tells.
                continue;
            }
        }
        assertTrue("some are no conditions: " + refused, refused > 100);
    }

    private static Condition condition(Random random, int depth) {
        String field = List.of("a", "lastName", "a.b").get(random.nextInt(3));
        switch (random.nextInt(depth == 0 ? 4 : 7)) {
            case 0:
                Operator[] operators = Operator.values();
                return new Compare(field, operators[random.nextInt(operators.length)], value(random));
            case 1:
                return in(field, List.of(value(random), value(random)));
            case 2:
                return prefix(field, text(random));
            case 3:
                return isNull(field);
            case 4:
                return not(condition(random, depth - 1));
            default:
                List<Condition> conditions = new ArrayList<>();
                for (int i = random.nextInt(4); i > 0; i--) {
                    conditions.add(condition(random, depth - 1));
                }
                return random.nextBoolean() ? new Condition.All(conditions) : new Condition.Any(conditions);
        }
    }

    private static Object value(Random random) {
        return switch (random.nextInt(4)) {
            case 0 -> random.nextLong();
            case 1 -> BigDecimal.valueOf(random.nextLong(), 1 + random.nextInt(18));
            case 2 -> random.nextBoolean();
            default -> text(random);
        };
    }

    private static String text(Random random) {
        int[] points = random.ints(random.nextInt(8), 1, 0x1_1000)
                .filter(point -> point > 0xffff || !Character.isSurrogate((char) point))
                .toArray();
        return new String(points, 0, points.length);
    }

    private static String comparison(String value) {
        return "{\"field\":\"a\",\"op\":\"eq\",\"value\":" + value + "}";
    }

    private static void same(String json, Condition condition) throws IOException {
        assertEquals(json, json(condition));
        assertEquals(condition, read(json));
    }

    private static void writes(String json, Object value) {
        assertEquals(comparison(json), json(equal("a", value)));
    }

    private static String json(Condition condition) {
        StringWriter text = new StringWriter();
        try (JsonGenerator out = Json.FACTORY.createGenerator(text)) {
            ConditionJson.write(out, condition);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return text.toString();
    }

    private static Condition read(String json) throws IOException {
        try (JsonParser in = Json.ENVELOPES.createParser(json)) {
            in.nextToken();
            return ConditionJson.read(in);
        }
    }

    private static void tooLarge(String json) {
        Problem problem = assertThrows(Problem.class, () -> read(json));
        assertEquals("query.too-large", problem.code());
        assertEquals(Problem.Kind.TOO_EXPENSIVE, problem.kind());
    }

    /** What the problem tells of the place. */
    private static String refuses(String json) {
        Problem problem = assertThrows(json, Problem.class, () -> read(json));
        assertEquals("query.malformed", problem.code());
        return problem.text(Locale.ENGLISH).replace("The filter is not understood. Expected at ", "");
    }
}
