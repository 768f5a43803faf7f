/* Copyright the Guildhall authors. SPDX-License-Identifier: Apache-2.0 */
package org.guildhall.wire;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertNotNull;
import static org.junit.Assert.assertNull;
import static org.junit.Assert.assertThrows;
import static org.junit.Assert.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.LocalDate;
import java.util.List;
import java.util.Random;
import org.guildhall.api.Finding;
import org.guildhall.api.Ids;
import org.guildhall.api.Problem;
import org.guildhall.api.Values;
import org.guildhall.api.Verb;
import org.guildhall.api.platform.FieldKind;
import org.guildhall.api.platform.RecordField;
import org.guildhall.api.platform.RecordService.Change;
import org.guildhall.api.platform.RecordType;
import org.guildhall.wire.BatchJson.Item;
import org.junit.Test;

public class BatchJsonTest {
    private static final RecordType PERSON = RecordType.of(
                    "test.person",
                    List.of(
                            new RecordField("name", FieldKind.TEXT),
                            new RecordField("born", FieldKind.DATE),
                            new RecordField("more", FieldKind.JSON)))
            .build();

    private static final String ID = "0HZX3W8K2M4QR";
    private static final long NUMBER = Ids.parse(ID).orElseThrow();
    private static final Values NONE = Values.builder().build();

    @Test
    public void everyOperationIsRead() throws IOException {
        assertEquals(
                List.of(
                        new Change(Verb.CREATE, 0, 0, null, null, Values.of("born", LocalDate.of(2026, 11, 22))),
                        new Change(Verb.UPDATE, NUMBER, 3, null, null, Values.of("name", null)),
                        new Change(Verb.DELETE, NUMBER, 0, null, null, NONE),
                        new Change(Verb.RESTORE, NUMBER, 0, null, null, NONE),
                        new Change(null, 0, 0, "shop", "17", Values.of("name", "王😀"))),
                changes(operations(
                        "{\"op\":\"create\",\"body\":{\"born\":\"2026-11-22\"}}",
                        "{\"op\":\"update\",\"id\":\"" + ID + "\",\"version\":3,\"body\":{\"name\":null}}",
                        "{\"op\":\"delete\",\"id\":\"" + ID + "\"}",
                        "{\"op\":\"restore\",\"id\":\"" + ID + "\"}",
                        "{\"op\":\"upsert\",\"system\":\"shop\",\"externalId\":\"17\",\"body\":{\"name\":\"王😀\"}}")));
    }

    @Test
    public void membersComeInAnyOrderAndMayBeNull() throws IOException {
        assertEquals(
                List.of(
                        new Change(Verb.UPDATE, NUMBER, 0, null, null, Values.of("name", "a")),
                        new Change(Verb.DELETE, NUMBER, 7, null, null, NONE)),
                changes(operations(
                        "{\"body\":{\"name\":\"a\"},\"version\":null,\"id\":\"" + ID + "\",\"op\":\"update\"}",
                        "{\"version\":7,\"body\":null,\"id\":\"" + ID + "\",\"op\":\"delete\"}")));
    }

    @Test
    public void aBodyIsReadAsThatOfOneRecord() throws IOException {
        assertEquals(
                List.of(new Change(
                        Verb.CREATE,
                        0,
                        0,
                        null,
                        null,
                        Values.builder()
                                .put("born", "yesterday")
                                .put("unknown", List.of())
                                .build())),
                changes(operations("{\"op\":\"create\",\"body\":{\"born\":\"yesterday\",\"unknown\":{}}}")));
        String deepest = "{\"more\":" + "{\"a\":".repeat(30) + "{}" + "}".repeat(30) + "}";
        Json.read(stream(deepest), PERSON);
        changes(operations("{\"op\":\"create\",\"body\":" + deepest + "}"));
    }

    @Test
    public void aWrongOperationHasItsProblemAndTheOthersGoOn() throws IOException {
        List<Item> items = read(operations("{\"op\":\"create\"}", "5", "{\"op\":\"restore\",\"id\":\"" + ID + "\"}"));
        assertEquals(3, items.size());
        assertNull(items.get(0).change());
        assertEquals(
                List.of(new Finding("body", "request.parameter", "body", "{...}")),
                items.get(0).problem().findings());
        assertNotNull(items.get(1).problem());
        assertNull(items.get(2).problem());
        assertNotNull(items.get(2).change());
    }

    @Test
    public void everyThingThatIsWrongWithAnOperationIsFound() throws IOException {
        String id = "\"id\":\"" + ID + "\"";
        for (String op : List.of("", "\"op\":null", "\"op\":5", "\"op\":\"purge\"", "\"op\":\"CREATE\",\"body\":{}")) {
            finds("{" + op + "}", "op");
        }
        finds("[]", "op");
        finds("{\"op\":\"create\",\"body\":[]}", "body");
        finds("{\"op\":\"create\",\"body\":\"a\"}", "body");
        finds("{\"op\":\"create\",\"body\":{}," + id + ",\"colour\":1}", "id", "colour");
        finds("{\"op\":\"update\"}", "id", "body");
        finds("{\"op\":\"update\",\"id\":\"x\",\"version\":-1,\"body\":1}", "id", "version", "body");
        finds("{\"op\":\"update\",\"id\":9007199254740993,\"version\":\"1\",\"body\":{}}", "id", "version");
        finds("{\"op\":\"update\"," + id + ",\"version\":1.0,\"body\":{}}", "version");
        finds("{\"op\":\"delete\"," + id + ",\"body\":{}}", "body");
        finds("{\"op\":\"restore\"," + id + ",\"version\":1}", "version");
        finds("{\"op\":\"upsert\"}", "system", "externalId", "body");
        finds("{\"op\":\"upsert\",\"system\":\"Shop\",\"externalId\":17,\"body\":{}}", "system", "externalId");
        finds("{\"op\":\"upsert\",\"system\":\"shop\",\"externalId\":\"\",\"body\":{}}", "externalId");
        finds(
                "{\"op\":\"upsert\",\"system\":\"shop\",\"externalId\":\"" + "x".repeat(192) + "\",\"body\":{}}",
                "externalId");
    }

    @Test
    public void aBatchHasAThousandOperationsAtMost() throws IOException {
        String operation = "{\"op\":\"create\",\"body\":{}}";
        assertEquals(List.of(), read(operations()));
        assertEquals(
                1_000,
                read(operations((operation + ",").repeat(999) + operation)).size());
        Problem problem = problem(operations((operation + ",").repeat(1_000) + operation));
        assertEquals("batch.too-many", problem.code());
        assertEquals(
                "batch.too-many",
                problem("{\"operations\":[" + "5,".repeat(10_000)).code());
    }

    @Test
    public void whatIsNoBatchIsRefusedAsAWhole() {
        for (String json : List.of("", "[]", "{", "{\"operations\":[", operations("{\"op\":1,\"op\":2}"))) {
            assertEquals(json, "request.malformed", problem(json).code());
        }
        assertEquals("request.malformed", problem(operations("[".repeat(1_000))).code());
        for (String json : List.of("{}", "{\"operations\":{}}", "{\"operations\":5}", "{\"operations\":null}")) {
            assertEquals(
                    List.of(new Finding("operations", "request.parameter", "operations", "[{...}]")),
                    problem(json).findings());
        }
        assertEquals(
                List.of(new Finding("atomic", "request.unknown-parameter", "atomic", "operations")),
                problem("{\"atomic\":true,\"operations\":[]}").findings());
    }

    @Test
    public void whateverIsSentGivesItemsOrAProblem() throws IOException {
        String whole = operations(
                "{\"op\":\"update\",\"id\":\"" + ID + "\",\"version\":3,\"body\":{\"name\":\"ü\"}}",
                "{\"op\":\"upsert\",\"system\":\"shop\",\"externalId\":\"17\",\"body\":{\"more\":{\"a\":[1]}}}");
        Random random = new Random(11);
        int batches = 0;
        for (int i = 0; i < 10_000; i++) {
            byte[] bytes = whole.getBytes(StandardCharsets.UTF_8);
            for (int changes = random.nextInt(4); changes > 0; changes--) {
                bytes[random.nextInt(bytes.length)] =
                        random.nextBoolean() ? (byte) random.nextInt() : bytes[random.nextInt(bytes.length)];
            }
            try {
                for (Item item : BatchJson.read(new ByteArrayInputStream(bytes), PERSON)) {
                    assertTrue((item.change() == null) != (item.problem() == null));
                }
                batches++;
            } catch (Problem problem) {
                assertTrue(
                        problem.code(),
                        List.of("request.malformed", "record.invalid").contains(problem.code()));
            }
        }
        assertTrue("some are batches: " + batches, batches > 100);
    }

    private static String operations(String... operations) {
        return "{\"operations\":[" + String.join(",", operations) + "]}";
    }

    private static void finds(String operation, String... fields) throws IOException {
        Problem problem = read(operations(operation)).get(0).problem();
        assertEquals(
                operation,
                List.of(fields),
                problem.findings().stream().map(Finding::field).toList());
    }

    private static List<Change> changes(String json) throws IOException {
        return read(json).stream().map(Item::change).toList();
    }

    private static List<Item> read(String json) throws IOException {
        return BatchJson.read(stream(json), PERSON);
    }

    private static ByteArrayInputStream stream(String json) {
        return new ByteArrayInputStream(json.getBytes(StandardCharsets.UTF_8));
    }

    private static Problem problem(String json) {
        return assertThrows(json, Problem.class, () -> read(json));
    }
}
