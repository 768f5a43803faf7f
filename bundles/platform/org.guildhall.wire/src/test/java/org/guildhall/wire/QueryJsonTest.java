/* Copyright the Guildhall authors. SPDX-License-Identifier: Apache-2.0 */
package org.guildhall.wire;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertThrows;
import static org.junit.Assert.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.guildhall.api.Condition;
import org.guildhall.api.Finding;
import org.guildhall.api.Problem;
import org.guildhall.api.Query;
import org.guildhall.api.Query.Sort;
import org.junit.Test;

public class QueryJsonTest {
    private static final String WHOLE = "{\"filter\":{\"field\":\"city\",\"op\":\"eq\",\"value\":\"Köln\"},"
            + "\"q\":\"ada 王\",\"sort\":[\"-changedAt\",\"name\"],\"limit\":20,\"after\":\"c\",\"count\":true,"
            + "\"bin\":true,\"fields\":[\"a\",\"b\"],\"expand\":[\"owner\"]}";

    @Test
    public void everyMemberIsRead() throws IOException {
        assertEquals(
                new Query(
                        Condition.equal("city", "Köln"),
                        "ada 王",
                        List.of(new Sort("changedAt", true), new Sort("name", false)),
                        20,
                        "c",
                        true,
                        true,
                        Set.of("a", "b"),
                        Set.of("owner")),
                read(WHOLE));
    }

    @Test
    public void everyMemberMayBeLeftOutOrNull() throws IOException {
        assertEquals(Query.ALL, read("{}"));
        assertEquals(
                Query.ALL,
                read("{\"filter\":null,\"q\":null,\"sort\":null,\"limit\":null,\"after\":null,\"count\":null,"
                        + "\"bin\":null,\"fields\":null,\"expand\":null}"));
        assertEquals(Query.ALL, read("{\"sort\":[],\"count\":false,\"bin\":false,\"expand\":[]}"));
        assertEquals(Query.ALL.only(Set.of()), read("{\"fields\":[]}"));
    }

    @Test
    public void theFilterMayBeRsql() throws IOException {
        assertEquals(
                Query.where(Condition.any(Condition.equal("a", "1"), Condition.prefix("b", "M"))),
                read("{\"filter\":\"a==1,b=='M*'\"}"));
        assertEquals("query.malformed", problem("{\"filter\":\"a=\"}").code());
        assertEquals(
                "query.malformed", problem("{\"filter\":{\"field\":\"a\"}}").code());
    }

    @Test
    public void allThatIsWrongIsFoundAtOnce() {
        Problem problem = problem("{\"filter\":5,\"q\":1,\"sort\":\"name\",\"limit\":\"50\",\"after\":{\"a\":[1]},"
                + "\"count\":\"true\",\"bin\":0,\"fields\":[1],\"expand\":{},\"colour\":\"red\",\"x\":null}");
        assertEquals(Problem.Kind.INVALID, problem.kind());
        assertEquals(
                List.of("filter", "q", "sort", "limit", "after", "fields", "expand", "count", "bin", "colour", "x"),
                problem.findings().stream().map(Finding::field).toList());
        assertEquals(
                new Finding("limit", "request.parameter", "limit", "1..200"),
                problem.findings().get(3));
        assertEquals(
                new Finding(
                        "colour",
                        "request.unknown-parameter",
                        "colour",
                        "after, bin, count, expand, fields, filter, limit, q, sort"),
                problem.findings().get(9));
    }

    @Test
    public void aPageHasOneToTwoHundredRecords() throws IOException {
        assertEquals(1, read("{\"limit\":1}").limit());
        assertEquals(200, read("{\"limit\":200}").limit());
        for (String limit : List.of("0", "201", "-1", "9223372036854775807", "9223372036854775808", "1.0", "1e1")) {
            found("limit", "{\"limit\":" + limit + "}");
        }
    }

    @Test
    public void anOrderHasTenFieldsAtMost() throws IOException {
        assertEquals(10, read(sort(10)).sort().size());
        found("sort", sort(11));
    }

    private static String sort(int fields) {
        StringBuilder names = new StringBuilder("\"f0\"");
        for (int i = 1; i < fields; i++) {
            names.append(",\"f").append(i).append('"');
        }
        return "{\"sort\":[" + names + "]}";
    }

    @Test
    public void aFilterOfTheGreatestDepthFitsAndADeeperOneIsTooLarge() throws IOException {
        String in = "{\"field\":\"a\",\"op\":\"in\",\"values\":[1]}";
        read("{\"filter\":" + "{\"all\":[".repeat(15) + in + "]}".repeat(15) + "}");
        for (int depth : List.of(16, 17, 1_000)) {
            assertEquals(
                    "query.too-large",
                    problem("{\"filter\":" + "{\"all\":[".repeat(depth) + in + "]}".repeat(depth) + "}")
                            .code());
        }
    }

    @Test
    public void whatIsNotOneObjectIsMalformed() {
        for (String json : List.of(
                "",
                "[]",
                "5",
                "{",
                "{\"q\":\"a\"",
                "{}{}",
                "{\"q\":\"a\",\"q\":\"b\"}",
                "{'q':1}",
                "{\"filter\":{",
                "{\"a\":" + "[".repeat(1_000) + "}",
                "{\"limit\":" + "9".repeat(1_000) + "}")) {
            assertEquals(json, "request.malformed", problem(json).code());
        }
        byte[] wrong = {0, 0, 0, '{', -1, -1, -1, -1};
        assertEquals(
                "request.malformed",
                assertThrows(Problem.class, () -> QueryJson.read(new ByteArrayInputStream(wrong)))
                        .code());
    }

    @Test
    public void whateverIsSentGivesAQueryOrAProblem() throws IOException {
        Random random = new Random(10);
        int queries = 0;
        for (int i = 0; i < 10_000; i++) {
            byte[] bytes = WHOLE.getBytes(StandardCharsets.UTF_8);
            for (int changes = random.nextInt(4); changes > 0; changes--) {
                bytes[random.nextInt(bytes.length)] =
                        random.nextBoolean() ? (byte) random.nextInt() : bytes[random.nextInt(bytes.length)];
            }
            try {
                QueryJson.read(new ByteArrayInputStream(bytes));
                queries++;
            } catch (Problem problem) {
                assertTrue(
                        problem.code(),
                        Set.of("request.malformed", "record.invalid", "query.malformed")
                                .contains(problem.code()));
            }
        }
        assertTrue("some are queries: " + queries, queries > 100);
    }

    private static Query read(String json) throws IOException {
        return QueryJson.read(new ByteArrayInputStream(json.getBytes(StandardCharsets.UTF_8)));
    }

    private static Problem problem(String json) {
        return assertThrows(json, Problem.class, () -> read(json));
    }

    private static void found(String field, String json) {
        assertEquals(
                json,
                List.of(field),
                problem(json).findings().stream().map(Finding::field).toList());
    }
}
