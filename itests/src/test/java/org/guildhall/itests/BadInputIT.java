/* Copyright the Guildhall authors. SPDX-License-Identifier: Apache-2.0 */
package org.guildhall.itests;

import static org.guildhall.itests.People.may;
import static org.guildhall.itests.Probe.encoded;
import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertFalse;
import static org.junit.Assert.assertNotEquals;
import static org.junit.Assert.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.net.http.HttpRequest;
import java.nio.charset.StandardCharsets;
import java.text.Normalizer;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Collectors;
import org.guildhall.itests.People.Person;
import org.junit.Before;
import org.junit.Test;
import org.junit.runners.Parameterized;

/** Bad input of every sort gets the right problem, stores nothing and tells nothing; odd but good input is kept. */
public class BadInputIT extends PluginTests {
    @Parameterized.Parameters(name = "{0}")
    public static List<TestDatabase> databases() {
        return TestDatabase.inTurn(TestDatabase.DERBY);
    }

    private static final String CONTACTS = "/api/v1/contacts";
    private static final String APPOINTMENTS = "/api/v1/appointments";
    private static final String MEASURES = "/api/v1/measures";
    private static final List<String> PLURALS = List.of("contacts", "appointments", "practitioners", "measures");
    private static final int BODY = 1 << 20;
    private static final int BATCH = 16 << 20;

    /** What bad input may leave in the log: the web server's own word on addresses and headers that are too long. */
    private static final List<String> EXPECTED_IN_THE_LOG = List.of("URI is too large", "Header is too large");

    private static final String JSON = "application/json";

    private static int number;

    private Probe probe;
    /** In every name of a test, so that tests do not meet each other's records. */
    private String mark;

    private String practitioner;
    private Target contact;
    private Target appointment;

    /**
     * A record that is written to.
     *
     * @param whole the members, as JSON, that a new one must have
     * @param externalId its name in the system "bad"
     */
    private record Target(String plural, Map<String, String> whole, String id, String externalId) {
        String path() {
            return "/api/v1/" + plural;
        }

        String own() {
            return path() + "/" + id;
        }
    }

    @Before
    public void somethingToSpoil() throws Exception {
        probe = new Probe(server);
        mark = "x" + ++number;
        if (server.get("/api/v1/practitioners").status() == 404) {
            deploy(clinic(1).build(jar("clinic")), "clinic", "is ready");
            String fields = "private Integer small; private Long large; private java.math.BigDecimal ratio;"
                    + " private Money price;";
            deploy(
                    plugin("measuring", 1)
                            .source("measuring/Measure.java", record("measuring", "", "Measure", fields))
                            .build(jar("measuring")),
                    "measuring",
                    "is ready");
        }
        practitioner =
                created("practitioners", "{\"name\":\"Dr. " + mark + "\"}").id();
        contact = target("contacts", Map.of());
        appointment = target(
                "appointments",
                Map.of("patient", quoted(contact.id()), "practitioner", quoted(practitioner), "startsAt", moment()));
    }

    private Target target(String plural, Map<String, String> whole) throws Exception {
        String externalId = plural + " " + mark;
        Server.Answer made = probe.put("/api/v1/" + plural + "/by/bad/" + encoded(externalId), object(whole));
        assertEquals(made.body().toString(), 201, made.status());
        return new Target(plural, whole, made.id(), externalId);
    }

    private static String moment() {
        return quoted("2031-01-01T00:00:00." + String.format(Locale.ROOT, "%06d", ++number) + "Z");
    }

    private static String quoted(String text) {
        return "\"" + text + "\"";
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static String object(Map<String, String> members) {
        return members.entrySet().stream()
                .map(member -> quoted(member.getKey()) + ":" + member.getValue())
                .collect(Collectors.joining(",", "{", "}"));
    }

    /** A new record with some members in place of good ones. */
    private static String whole(Target target, Map<String, String> members) {
        Map<String, String> whole = new LinkedHashMap<>(target.whole());
        whole.computeIfPresent("startsAt", (name, before) -> moment());
        whole.putAll(members);
        return object(whole);
    }

    private static String operation(String name, String more, String body) {
        return "{\"op\":\"" + name + "\"" + more + ",\"body\":" + body + "}";
    }

    private static String batch(String... operations) {
        return "{\"operations\":[" + String.join(",", operations) + "]}";
    }

    /** What would differ if anything had been stored, changed or thrown away. */
    private String everything() throws Exception {
        StringBuilder everything = new StringBuilder();
        for (String plural : PLURALS) {
            for (String bin : List.of("false", "true")) {
                Server.Answer last = probe.get(
                        "/api/v1/" + plural + "?count=true&limit=1&sort=-changedAt&fields=changedAt&bin=" + bin);
                assertEquals(last.body().toString(), 200, last.status());
                everything.append(last.body()).append('\n');
            }
        }
        return everything.toString();
    }

    private static void problem(String what, int status, String code, Server.Answer answer) {
        assertEquals(what + " " + answer.body(), status, answer.status());
        assertEquals(what + " " + answer.body(), code, answer.code());
        assertEquals(
                "application/problem+json",
                answer.headers().firstValue("Content-Type").orElse(""));
        isProblem(answer.body());
    }

    private static void isProblem(JsonNode body) {
        assertEquals(
                "urn:guildhall:problem:" + body.path("code").asText(),
                body.path("type").asText());
        for (String member : List.of("title", "detail", "code")) {
            assertFalse(body.toString(), body.path(member).asText().isEmpty());
        }
        assertTrue(body.toString(), body.path("status").isInt());
        body.path("findings").forEach(finding -> {
            assertFalse(finding.toString(), finding.path("message").asText().isEmpty());
            assertFalse(
                    "no place is left open: " + finding,
                    finding.path("message").asText().matches(".*\\{[0-9]}.*"));
        });
    }

    private static List<String> sorted(List<String> texts) {
        return texts.stream().sorted().toList();
    }

    private static List<String> findingsOf(JsonNode problem) {
        List<String> findings = new ArrayList<>();
        problem.path("findings")
                .forEach(finding -> findings.add(finding.path("field").asText() + " "
                        + finding.path("code").asText()));
        return sorted(findings);
    }

    private static void invalid(String what, Server.Answer answer, String... findings) {
        problem(what, 422, "record.invalid", answer);
        assertEquals(what + " " + answer.body(), sorted(List.of(findings)), findingsOf(answer.body()));
    }

    private void refused(Target target, String name, String json, String code) throws Exception {
        refused(target, Map.of(name, json), name + " " + code);
    }

    /** In every way in which a record is written, the same members get the same findings, and nothing is stored. */
    private void refused(Target target, Map<String, String> members, String... findings) throws Exception {
        String what = target.plural() + " " + members;
        String before = everything();
        String made = whole(target, members);
        String change = object(members);
        String unknown = target.path() + "/by/bad/" + encoded("new " + mark);
        String known = target.path() + "/by/bad/" + encoded(target.externalId());
        invalid(what, probe.post(target.path(), made), findings);
        invalid(
                what,
                probe.send(probe.body("POST", target.path(), JSON, bytes(made))
                        .header("Idempotency-Key", "key " + ++number)),
                findings);
        invalid(what, probe.patch(target.own(), change), findings);
        invalid(what, probe.put(unknown, made), findings);
        invalid(what, probe.put(known, change), findings);

        String upsert = ",\"system\":\"bad\",\"externalId\":";
        String[] operations = {
            operation("create", "", made),
            operation("update", ",\"id\":" + quoted(target.id()), change),
            operation("upsert", upsert + quoted("new " + mark), made),
            operation("upsert", upsert + quoted(target.externalId()), change)
        };
        Server.Answer each = probe.post(target.path() + ":batch", batch(operations));
        assertEquals(what + " " + each.body(), 200, each.status());
        assertEquals(4, each.body().path("items").size());
        for (JsonNode item : each.body().path("items")) {
            assertEquals(what + " " + item, 422, item.path("status").asInt());
            isProblem(item.path("problem"));
            assertEquals(what, sorted(List.of(findings)), findingsOf(item.path("problem")));
        }
        for (int i = 0; i < operations.length; i++) {
            Server.Answer all = probe.post(
                    target.path() + ":batch?atomic=true",
                    batch(operation("create", "", whole(target, Map.of())), operations[i]));
            invalid(what, all, findings);
            assertEquals(1, all.body().path("index").asInt());
        }
        assertEquals(what, before, everything());
    }

    @Test
    public void fieldsTakeWhatTheyDeclare() throws Exception {
        refused(contact, "shoeSize", "42", "field.unknown");
        for (String name :
                List.of("LASTNAME", "last_name", "lastNameKey", "bin", "__proto__", "", "名", "a.b", "i\u0307d")) {
            refused(contact, name, "1", "field.unknown");
        }
        for (String wrong : List.of("5", "true", "1e400", "[]", "[\"a\"]", "{}", "{\"a\":[1]}")) {
            refused(contact, "lastName", wrong, "field.kind");
        }
        refused(contact, "lastName", quoted("a".repeat(101)), "field.too-long");
        refused(contact, "lastName", quoted("😀".repeat(51)), "field.too-long");
        for (String bad : List.of("\\u0000", "a\\ud800", "\\udc00a", "\\udc00\\ud800", "\\ud83d\\ud83d\\ude00")) {
            refused(contact, "lastName", quoted(bad), "field.characters");
            refused(contact, "city", quoted(bad), "field.characters");
        }
        refused(contact, "country", quoted("tr"), "field.format");
        refused(contact, "country", quoted("T\u0130"), "field.format");
        refused(contact, "country", quoted("DEU"), "field.too-long");
        refused(contact, "email", quoted("ada@example"), "field.format");
        refused(contact, "phone", quoted("call me"), "field.format");
        refused(
                contact,
                Map.of("firstName", "1", "shoeSize", "2", "id", "3", "country", quoted("XX"), "birthDate", "4"),
                "firstName field.kind",
                "shoeSize field.unknown",
                "id field.read-only",
                "country field.format",
                "birthDate field.kind");
    }

    @Test
    public void whatTheServerWritesNobodyElseDoes() throws Exception {
        String user = quoted(server.get("/api/v1/me").body().path("id").asText());
        for (String name : List.of("id", "owner", "team", "createdBy", "changedBy")) {
            refused(contact, name, user, "field.read-only");
            refused(contact, name, "null", "field.read-only");
        }
        refused(contact, "version", "7", "field.read-only");
        refused(contact, "createdAt", quoted("2020-01-01T00:00:00Z"), "field.read-only");
        refused(contact, "changedAt", "5", "field.read-only");
        refused(appointment, "number", quoted("A-000001"), "field.read-only");
    }

    @Test
    public void timesAreOfYearsThatEveryDatabaseKeeps() throws Exception {
        for (String bad : List.of(
                "2026-02-30",
                "1900-02-29",
                "2026-1-1",
                "20260101",
                "10000-01-01",
                "+1000000000-01-01",
                "",
                "2026-01-01T00:00:00Z",
                "@today",
                "\u0662\u0660\u0662\u0666-01-01")) {
            refused(contact, "birthDate", quoted(bad), "field.kind");
        }
        for (String bad : List.of("+10000-01-01", "+999999999-12-31", "0000-12-31", "-0001-01-01")) {
            refused(contact, "birthDate", quoted(bad), "field.time");
        }
        for (String bad : List.of("2026-11-22", "2026-02-30T00:00:00Z", "@now", "2026-11-22T08:30:00")) {
            refused(appointment, "startsAt", quoted(bad), "field.kind");
        }
        for (String bad : List.of(
                "+10000-01-01T00:00:00Z",
                "0000-12-31T23:59:59Z",
                "+1000000000-12-31T23:59:59Z",
                "-1000000000-01-01T00:00:00Z",
                "9999-12-31T23:59:59-01:00")) {
            refused(appointment, "startsAt", quoted(bad), "field.time");
        }
        for (String good : List.of("0001-01-01", "9999-12-31", "2024-02-29")) {
            Server.Answer made = created("contacts", "{\"birthDate\":" + quoted(good) + "}");
            assertEquals(good, made.body().path("birthDate").asText());
            assertEquals(made.body(), probe.get(CONTACTS + "/" + made.id()).body());
            assertTrue(ids(probe.get(CONTACTS + "?limit=200&filter=birthDate==" + good))
                    .contains(made.id()));
        }
        for (String good : List.of("0001-01-01T00:00:00.000001Z", "9999-12-31T23:59:59.999999Z")) {
            Server.Answer made = created("appointments", whole(appointment, Map.of("startsAt", quoted(good))));
            assertEquals(good, made.body().path("startsAt").asText());
            assertEquals(made.body(), probe.get(APPOINTMENTS + "/" + made.id()).body());
        }
    }

    @Test
    public void numbersAreNeverRoundedOrCutOff() throws Exception {
        Target measure = target("measures", Map.of());
        for (String bad :
                List.of("2147483648", "-2147483649", "99999999999999999999", "1.5", "1.0", "1e2", "1e400", "\"1\"")) {
            refused(measure, "small", bad, "field.kind");
        }
        for (String bad : List.of("9223372036854775808", "99999999999999999999", "1e-400", "1e9999999999", "true")) {
            refused(measure, "large", bad, "field.kind");
        }
        for (String bad :
                List.of("1e400", "1e-400", "1e999999999", "1e-999999999", "0.1234567", "1e19", "9".repeat(100))) {
            refused(measure, "ratio", bad, "field.scale");
        }
        for (String bad : List.of("1e9999999999", "\"1\"", "[]")) {
            refused(measure, "ratio", bad, "field.kind");
        }
        for (String bad : List.of(
                "\"1\",\"currency\":\"XYZ\"",
                "\"1\",\"currency\":\"eur\"",
                "\"1\"",
                "1e400,\"currency\":\"EUR\"",
                "\"1e2\",\"currency\":\"EUR\"",
                "\"\u0661\",\"currency\":\"EUR\"",
                "null,\"currency\":\"EUR\"",
                "\"1\",\"currency\":\"EUR\",\"tax\":1")) {
            refused(measure, "price", "{\"amount\":" + bad + "}", "field.kind");
        }
        refused(measure, "price", "{\"amount\":\"99999999999999999999\",\"currency\":\"EUR\"}", "field.scale");
        refused(measure, "price", "{\"amount\":\"0.00001\",\"currency\":\"EUR\"}", "field.scale");

        kept("small", Map.of("-0", "0", "2147483647", "2147483647", "-2147483648", "-2147483648"));
        kept(
                "large",
                Map.of("9223372036854775807", "9223372036854775807", "-9223372036854775808", "-9223372036854775808"));
        kept(
                "ratio",
                Map.of(
                        "-0.0",
                        "0",
                        "0e-400",
                        "0",
                        "0e400",
                        "0",
                        "1.50",
                        "1.5",
                        "1e2",
                        "100",
                        "-1E-6",
                        "-0.000001",
                        "0e999999999",
                        "0"));
        kept("price", Map.of("{\"amount\":\"-0\",\"currency\":\"EUR\"}", "{\"amount\":\"0.00\",\"currency\":\"EUR\"}"));
    }

    /** Numbers come back as the same number, and the same number written otherwise is no change. */
    private void kept(String field, Map<String, String> numbers) throws Exception {
        for (Map.Entry<String, String> number : numbers.entrySet()) {
            String json = object(Map.of(field, number.getKey()));
            Server.Answer made = created("measures", json);
            assertEquals(json, number.getValue(), plain(made.body().path(field)));
            String path = MEASURES + "/" + made.id();
            assertEquals(json, number.getValue(), plain(probe.get(path).body().path(field)));
            assertEquals(
                    json,
                    number.getValue(),
                    plain(probe.get(path + "/history")
                            .body()
                            .path("items")
                            .path(0)
                            .path("to")
                            .path(field)));
            assertEquals(1, probe.patch(path, json).body().path("version").asInt());
        }
    }

    private static String plain(JsonNode number) {
        return number.isNumber() && !number.isIntegralNumber()
                ? number.decimalValue().stripTrailingZeros().toPlainString()
                : number.toString();
    }

    @Test
    public void referencesAreToWhatIsThere() throws Exception {
        String missing = quoted("0HZX3W8K2M4QR");
        refused(appointment, "patient", missing, "field.reference");
        refused(appointment, "patient", quoted(practitioner), "field.reference");
        refused(appointment, "practitioner", quoted(appointment.id()), "field.reference");
        for (String bad : List.of(
                "5",
                "\"x\"",
                quoted("Z" + contact.id().substring(1)),
                "{\"type\":\"customer.contact\",\"id\":" + quoted(contact.id()) + "}")) {
            refused(appointment, "patient", bad, "field.kind");
        }
        refused(
                appointment,
                Map.of("patient", missing, "practitioner", missing),
                "patient field.reference",
                "practitioner field.reference");
        refused(appointment, Map.of("patient", "\"\""), "patient field.kind", "patient field.required");
        refused(appointment, "status", quoted("gone"), "field.choice");
        refused(appointment, "status", quoted("CONF\u0130RMED"), "field.choice");
        refused(appointment, "supplies", "{}", "field.kind");
        refused(
                appointment,
                Map.of(
                        "supplies",
                        "[5,{\"name\":\"x\",\"quantity\":1,\"weight\":2},{\"name\":\"\\u0000\",\"quantity\":1e400}]"),
                "supplies[0] field.kind",
                "supplies[1].weight field.unknown",
                "supplies[2].name field.characters",
                "supplies[2].quantity field.scale");
        refused(
                appointment,
                "supplies",
                "[" + "{\"name\":\"x\",\"quantity\":1},".repeat(50) + "{\"name\":\"x\",\"quantity\":1}]",
                "part.too-many");

        String before = everything();
        for (String foreign :
                List.of(practitioner, appointment.id(), "0HZX3W8K2M4QR", "x", "ID", "\u0130D", contact.id() + "0")) {
            String path = CONTACTS + "/" + encoded(foreign);
            problem(path, 404, "record.not-found", probe.get(path));
            problem(path, 404, "record.not-found", probe.get(path + "/history"));
            problem(path, 404, "record.not-found", probe.patch(path, "{\"city\":\"Bern\"}"));
            problem(
                    path,
                    404,
                    "record.not-found",
                    probe.send(server.request(path).DELETE()));
            for (String action : List.of("restore", "purge", "assign", "share")) {
                problem(
                        path,
                        404,
                        "record.not-found",
                        probe.post(
                                path + "/" + action,
                                "{\"" + (action.equals("assign") ? "owner" : "with") + "\":" + quoted(contact.id())
                                        + "}"));
            }
        }
        invalid(
                "assign",
                probe.post(contact.own() + "/assign", "{\"owner\":" + quoted(contact.id()) + "}"),
                "owner field.reference");
        invalid("assign", probe.post(contact.own() + "/assign", "{\"owner\":5}"), "owner field.kind");
        invalid(
                "assign",
                probe.post(contact.own() + "/assign", "{\"id\":" + quoted(contact.id()) + "}"),
                "owner request.parameter");
        invalid(
                "share",
                probe.post(contact.own() + "/share", "{\"with\":" + quoted(contact.id()) + "}"),
                "with field.reference");
        assertEquals(before, everything());
    }

    @Test
    public void aVersionOrAKeyThatIsTakenIsTold() throws Exception {
        Server.Answer second = created("appointments", whole(appointment, Map.of()));
        String before = everything();
        String taken = appointment.whole().get("startsAt");
        String[] findings = {"practitioner field.duplicate", "startsAt field.duplicate"};
        String same = object(appointment.whole());
        invalid("key", probe.post(APPOINTMENTS, same), findings);
        invalid("key", probe.put(APPOINTMENTS + "/by/bad/" + encoded("second " + mark), same), findings);
        String own = APPOINTMENTS + "/" + second.id();
        invalid("key", probe.patch(own, "{\"startsAt\":" + taken + "}"), findings);
        Server.Answer each = probe.post(
                APPOINTMENTS + ":batch",
                batch(
                        operation("create", "", same),
                        operation("update", ",\"id\":" + quoted(second.id()), "{\"startsAt\":" + taken + "}")));
        for (JsonNode item : each.body().path("items")) {
            assertEquals(item.toString(), List.of(findings), findingsOf(item.path("problem")));
        }
        String twice = whole(appointment, Map.of());
        Server.Answer all = probe.post(
                APPOINTMENTS + ":batch?atomic=true",
                batch(operation("create", "", twice), operation("create", "", twice)));
        invalid("atomic", all, findings);
        assertEquals(1, all.body().path("index").asInt());

        for (String stale : List.of("\"2-0\"", "\"99-abc\"", "\"1\"", "1", "W/\"1-0\"", "\"1-0\",\"2-0\"")) {
            Server.Answer refused = probe.send(probe.body("PATCH", contact.own(), JSON, bytes("{\"city\":\"Bern\"}"))
                    .header("If-Match", stale));
            problem(stale, 412, "record.stale", refused);
            assertEquals(1, refused.body().path("current").path("version").asInt());
            problem(
                    stale,
                    412,
                    "record.stale",
                    probe.send(server.request(contact.own()).DELETE().header("If-Match", stale)));
        }
        Server.Answer versions = probe.post(
                CONTACTS + ":batch",
                batch(
                        operation("update", ",\"version\":2,\"id\":" + quoted(contact.id()), "{\"city\":\"Bern\"}"),
                        "{\"op\":\"delete\",\"version\":9223372036854775807,\"id\":" + quoted(contact.id()) + "}",
                        operation("update", ",\"version\":-1,\"id\":" + quoted(contact.id()), "{\"city\":\"Bern\"}"),
                        operation("update", ",\"version\":1e2,\"id\":" + quoted(contact.id()), "{\"city\":\"Bern\"}")));
        assertEquals(
                List.of("409 record.stale", "409 record.stale", "422 record.invalid", "422 record.invalid"),
                outcomes(versions));
        assertEquals(before, everything());
    }

    private static List<String> outcomes(Server.Answer batch) {
        assertEquals(batch.body().toString(), 200, batch.status());
        List<String> outcomes = new ArrayList<>();
        batch.body()
                .path("items")
                .forEach(item -> outcomes.add((item.path("status").asText() + " "
                                + item.path("problem").path("code").asText())
                        .strip()));
        return outcomes;
    }

    private static Set<String> ids(Server.Answer page) {
        assertEquals(page.body().toString(), 200, page.status());
        Set<String> ids = new TreeSet<>();
        page.body().path("items").forEach(item -> ids.add(item.path("id").asText()));
        return ids;
    }

    @Test
    public void aBodyIsOneObjectOfJson() throws Exception {
        List<byte[]> bodies = new ArrayList<>();
        for (String text : List.of(
                "",
                " ",
                "[",
                "[]",
                "null",
                "\"text\"",
                "5",
                "{",
                "{}{}",
                "{} x",
                "{\"a\"}",
                "{\"a\":}",
                "{\"a\":1,}",
                "{'a':1}",
                "{a:1}",
                "{\"a\":1 /* x */}",
                "{\"a\":NaN}",
                "{\"a\":01}",
                "{\"a\":+1}",
                "{\"a\":.5}",
                "{\"a\":\"\t\"}",
                "{\"a\":\"\\x\"}",
                "{\"a\":1,\"a\":2}",
                "{\"a\":1,\"\\u0061\":2}",
                "{\"\\ud800\":1}",
                "{\"a\":" + "[".repeat(1_000) + "]".repeat(1_000) + "}",
                "{\"a\":".repeat(1_000) + "1" + "}".repeat(1_000),
                "[".repeat(1_000),
                "{\"a\":" + "9".repeat(101) + "}",
                "{\"" + "a".repeat(1_001) + "\":1}",
                "<a/>")) {
            bodies.add(bytes(text));
        }
        bodies.add("{\"lastName\":\"ü\"}".getBytes(StandardCharsets.ISO_8859_1));
        bodies.add(new byte[] {'{', '"', 'a', '"', ':', '"', (byte) 0xED, (byte) 0xA0, (byte) 0x80, '"', '}'});
        bodies.add(new byte[] {'{', '"', 'a', '"', ':', '"', (byte) 0xC3});
        bodies.add(new byte[] {0, 1, 2, 3});
        String before = everything();
        for (byte[] body : bodies) {
            String what = new String(body, 0, Math.min(body.length, 60), StandardCharsets.ISO_8859_1);
            for (String path : List.of(
                    CONTACTS,
                    APPOINTMENTS,
                    CONTACTS + ":batch",
                    CONTACTS + ":batch?atomic=true",
                    CONTACTS + ":query",
                    contact.own() + "/assign",
                    contact.own() + "/share",
                    contact.own() + "/unshare")) {
                // An object that is no batch is told of before what stands behind it.
                if (!what.startsWith("{}") || !path.contains(":batch")) {
                    problem(what, 400, "request.malformed", probe.send("POST", path, body));
                }
            }
            problem(what, 400, "request.malformed", probe.send("PATCH", contact.own(), body));
            problem(
                    what,
                    400,
                    "request.malformed",
                    probe.send("PUT", CONTACTS + "/by/bad/" + encoded(contact.externalId()), body));
            if (body.length > 0) {
                problem(what, 400, "request.malformed", probe.send("POST", appointment.own() + "/confirm", body));
            }
        }
        String cut = probe.raw(
                "POST " + CONTACTS + " HTTP/1.1\nContent-Type: application/json\nContent-Length: 100",
                bytes("{\"lastName\":\"cut"));
        assertTrue(cut, cut.startsWith("HTTP/1.1 400"));
        assertEquals(before, everything());
    }

    @Test
    public void aConditionIsOfFieldsAndTheirValues() throws Exception {
        String before = everything();
        for (String malformed : List.of(
                "(",
                ")",
                "lastName",
                "lastName==",
                "lastName=like=x",
                "lastName=in=()",
                "lastName=in=(a",
                "a.b.c==1",
                "lastName==a*b",
                "lastName=gt=a*",
                "lastName=null=yes",
                "lastName=='a",
                "a==b;",
                ",a==b",
                "!!(a==b)",
                "lastName==a b",
                "\u0130==a",
                "lastName\u0000==a",
                "lastName=in=(a,b*)",
                "(".repeat(33) + "lastName==a",
                "lastName==" + "a".repeat(8_192))) {
            if (malformed.length() < 1_000) {
                problem(malformed, 400, "query.malformed", probe.get(CONTACTS + "?filter=" + encoded(malformed)));
            }
            problem(
                    malformed,
                    400,
                    "query.malformed",
                    probe.post(CONTACTS + ":query", Server.json(Map.of("filter", malformed))));
        }
        for (String malformed : List.of(
                "{}",
                "{\"field\":\"lastName\"}",
                "{\"field\":\"lastName\",\"op\":\"like\",\"value\":\"x\"}",
                "{\"field\":\"lastName\",\"op\":\"eq\",\"value\":null}",
                "{\"field\":\"lastName\",\"op\":\"eq\",\"value\":[]}",
                "{\"field\":5,\"op\":\"eq\",\"value\":\"x\"}",
                "{\"all\":{}}",
                "{\"any\":[5]}",
                "{\"not\":[]}",
                "{\"all\":[],\"any\":[]}",
                "{\"field\":\"version\",\"op\":\"eq\",\"value\":1e400}",
                "{\"field\":\"version\",\"op\":\"eq\",\"value\":1e999999999}",
                "{\"field\":\"version\",\"op\":\"eq\",\"value\":1e9999999999}",
                "{\"or\":1}")) {
            problem(
                    malformed,
                    400,
                    "query.malformed",
                    probe.post(CONTACTS + ":query", "{\"filter\":" + malformed + "}"));
        }
        unfit("shoeSize==1", "shoeSize field.unknown");
        unfit("LASTNAME==a", "LASTNAME field.unknown");
        unfit("bin==0", "bin field.unknown");
        unfit("owner.passwordHash=null=true", "owner.passwordHash field.unknown");
        unfit("lastName.x==1", "lastName.x field.unknown");
        unfit("last_name_key==a", "last_name_key field.unknown");
        unfit("birthDate==2026-02-30", "birthDate field.kind");
        unfit("birthDate=gt=@now", "birthDate field.kind");
        unfit("birthDate=gt=@today-1y", "birthDate field.kind");
        unfit("birthDate==" + "+10000-01-01", "birthDate field.time");
        unfit("createdAt=lt=+1000000000-12-31T23:59:59Z", "createdAt field.time");
        unfit("createdAt=lt=0000-12-31T23:59:59Z", "createdAt field.time");
        unfit("version==99999999999999999999", "version field.kind");
        unfit("version==1e3", "version field.kind");
        unfit("version=in=(1,x)", "version field.kind");
        unfit("id==1", "id field.kind");
        unfit("owner==me", "owner field.kind");
        unfit("street==B*", "street query.operator");
        unfit("street=gt=B", "street query.operator");
        unfit("owner=lt=@me", "owner query.operator");
        unfit("lastName==\u0000", "lastName field.characters");
        unfit("lastName==a\u0000*", "lastName field.characters");
        unfit(
                "shoeSize==1;version==x,birthDate==y",
                "shoeSize field.unknown",
                "version field.kind",
                "birthDate field.kind");
        for (String half : List.of("\\ud800", "\\udc00a", "a\\udc00\\ud800")) {
            for (String operator : List.of("eq", "lt", "prefix")) {
                invalid(
                        half,
                        probe.post(
                                CONTACTS + ":query",
                                "{\"filter\":{\"field\":\"lastName\",\"op\":\"" + operator + "\",\"value\":\"" + half
                                        + "\"}}"),
                        "lastName field.characters");
            }
        }
        for (String number : List.of("2147483648", "-1", "-0", "9223372036854775807", "@me")) {
            assertEquals(
                    200,
                    probe.get(CONTACTS + "?filter=" + (number.equals("@me") ? "owner==" : "version==") + number)
                            .status());
        }
        invalid("ratio", probe.get(MEASURES + "?filter=ratio==1e400"), "ratio field.kind");
        invalid("price", probe.get(MEASURES + "?filter=" + encoded("price=='1 XYZ'")), "price field.kind");
        invalid("status", probe.get(APPOINTMENTS + "?filter=status==gone"), "status field.choice");
        assertEquals(Set.of(), ids(probe.get(CONTACTS + "?filter=id==" + practitioner)));
        assertEquals(before, everything());
    }

    /** A filter gets the same findings in an address, in JSON's text, and together with what else is wrong. */
    private void unfit(String filter, String... findings) throws Exception {
        invalid(filter, probe.get(CONTACTS + "?filter=" + encoded(filter)), findings);
        invalid(filter, probe.post(CONTACTS + ":query", Server.json(Map.of("filter", filter))), findings);
        List<String> more = new ArrayList<>(List.of(findings));
        more.add("wrong field.unknown");
        invalid(filter, probe.get(CONTACTS + "?sort=wrong&filter=" + encoded(filter)), more.toArray(String[]::new));
    }

    @Test
    public void aConditionHasASize() throws Exception {
        String term = "{\"field\":\"lastName\",\"op\":\"eq\",\"value\":\"a\"}";
        for (String large : List.of(
                "{\"any\":[" + String.join(",", Collections.nCopies(10_000, term)) + "]}",
                "{\"all\":[" + String.join(",", Collections.nCopies(201, term)) + "]}",
                "{\"field\":\"lastName\",\"op\":\"in\",\"values\":["
                        + String.join(",", Collections.nCopies(10_000, "\"a\"")) + "]}",
                "{\"field\":\"lastName\",\"op\":\"in\",\"values\":["
                        + String.join(",", Collections.nCopies(1_000, "\"a\"")) + "]}",
                "{\"not\":".repeat(17) + "{\"all\":[]}" + "}".repeat(17),
                "{\"not\":".repeat(1_000) + "{\"all\":[]}" + "}".repeat(1_000))) {
            problem(
                    large.substring(0, 60),
                    422,
                    "query.too-large",
                    probe.post(CONTACTS + ":query", "{\"filter\":" + large + "}"));
        }
        for (String large : List.of(
                String.join(",", Collections.nCopies(600, "lastName==a")),
                "!(".repeat(17) + "lastName==a" + ")".repeat(17))) {
            problem(
                    large.substring(0, 30),
                    422,
                    "query.too-large",
                    probe.post(CONTACTS + ":query", Server.json(Map.of("filter", large))));
        }
        String values = String.join(",", Collections.nCopies(998, "\"a\""));
        assertEquals(
                200,
                probe.post(
                                CONTACTS + ":query",
                                "{\"filter\":{\"field\":\"lastName\",\"op\":\"in\",\"values\":[" + values + "]}}")
                        .status());
        assertEquals(
                200,
                probe.post(
                                CONTACTS + ":query",
                                "{\"filter\":{\"any\":[" + String.join(",", Collections.nCopies(200, term)) + "]}}")
                        .status());
    }

    @Test
    public void parametersAreKnownAndGivenOnce() throws Exception {
        String before = everything();
        for (String limit : List.of("0", "201", "-1", "x", "", "1.0", "1e1", "%2B1", "9999999999", "%D9%A3", "%00")) {
            invalid("limit " + limit, probe.get(CONTACTS + "?limit=" + limit), "limit request.parameter");
            invalid("limit " + limit, probe.get(contact.own() + "/history?limit=" + limit), "limit request.parameter");
        }
        for (String limit : List.of("0", "201", "-1", "\"1\"", "1.0", "99999999999999999999", "[]", "1e400")) {
            invalid(limit, probe.post(CONTACTS + ":query", "{\"limit\":" + limit + "}"), "limit request.parameter");
        }
        for (String unknown : List.of("Limit", "page", "_method", "_ctype", "_s", "wsdl", "%F0%9F%98%80", "", "%00")) {
            Server.Answer answer = probe.get(CONTACTS + "?" + unknown + "=1&limit=1");
            problem(unknown, 422, "record.invalid", answer);
            assertTrue(findingsOf(answer.body()).get(0).endsWith("request.unknown-parameter"));
            problem(unknown, 422, "record.invalid", probe.get(contact.own() + "?" + unknown + "=1"));
            problem(unknown, 422, "record.invalid", probe.get(contact.own() + "/history?" + unknown + "=1"));
            problem(unknown, 422, "record.invalid", probe.post(CONTACTS + ":batch?" + unknown + "=1", batch()));
        }
        for (String name : List.of(
                "filter=a==b",
                "q=a",
                "sort=lastName",
                "limit=1",
                "after=x",
                "count=true",
                "bin=true",
                "fields=id",
                "expand=owner")) {
            invalid(name, probe.get(CONTACTS + "?" + name + "&" + name), name.split("=")[0] + " request.parameter");
        }
        invalid("atomic", probe.post(CONTACTS + ":batch?atomic=true&atomic=true", batch()), "atomic request.parameter");
        invalid(
                "atomic",
                probe.post(CONTACTS + ":batch?atomic=yes", batch(operation("create", "", "{}"))),
                "atomic request.parameter");
        for (String name : List.of("count", "bin")) {
            invalid(name, probe.get(CONTACTS + "?" + name + "=1"), name + " request.parameter");
            invalid(name, probe.post(CONTACTS + ":query", "{\"" + name + "\":\"true\"}"), name + " request.parameter");
        }
        for (String sort : List.of("wrong", "-wrong", "--lastName", "LASTNAME", "last_name_key")) {
            String field = sort.replaceFirst("^-", "");
            invalid(sort, probe.get(CONTACTS + "?sort=" + sort), field + " field.unknown");
            invalid(
                    sort,
                    probe.post(CONTACTS + ":query", "{\"sort\":[" + quoted(sort) + "]}"),
                    field + " field.unknown");
        }
        invalid("sort", probe.get(CONTACTS + "?sort=street,phone"), "street query.sort", "phone query.sort");
        invalid("sort", probe.get(CONTACTS + "?sort=lastName,-lastName"), "sort request.parameter");
        invalid("sort", probe.post(CONTACTS + ":query", "{\"sort\":\"lastName\"}"), "sort request.parameter");
        invalid("sort", probe.post(CONTACTS + ":query", "{\"sort\":[\"\\ud800\"]}"), "\ud800 field.unknown");
        invalid("fields", probe.get(CONTACTS + "?fields=city,wrong"), "wrong field.unknown");
        invalid("expand", probe.get(CONTACTS + "?expand=city,wrong"), "city query.expand", "wrong query.expand");
        invalid("expand", probe.get(contact.own() + "?expand=city"), "city query.expand");
        for (String words : List.of("", "%20", "!!", "%00", "😀", "a".repeat(201))) {
            invalid(
                    words,
                    probe.get(CONTACTS + "?q=" + (words.equals("😀") ? encoded(words) : words)),
                    "q request.parameter");
        }
        invalid("q", probe.post(CONTACTS + ":query", "{\"q\":\"\\ud800\"}"), "q request.parameter");
        invalid("q", probe.get(MEASURES + "?q=a"), "q query.no-quick-find");
        for (String version : List.of("0", "-1", "x", "99999999999999999999", "")) {
            invalid(version, probe.get(contact.own() + "/history?before=" + version), "before request.parameter");
        }
        invalid(
                "query",
                probe.post(CONTACTS + ":query", "{\"page\":1,\"\\u0000\":2}"),
                "page request.unknown-parameter",
                "\u0000 request.unknown-parameter");
        invalid(
                "query",
                probe.post(CONTACTS + ":query", "{\"filter\":5,\"after\":5,\"q\":[],\"fields\":\"a\",\"expand\":{}}"),
                "filter request.parameter",
                "after request.parameter",
                "q request.parameter",
                "fields request.parameter",
                "expand request.parameter");
        assertEquals(before, everything());
    }

    @Test
    public void aCursorIsOfItsQueryAndCallerAlone() throws Exception {
        for (int i = 0; i < 5; i++) {
            created("contacts", "{\"lastName\":\"" + mark + "\",\"firstName\":\"" + i + "\"}");
        }
        String filter = "?filter=lastName==" + mark;
        String query = filter + "&sort=firstName&limit=2";
        String cursor = probe.get(CONTACTS + query).body().path("next").asText();
        String after = "&after=" + cursor;
        for (String same : List.of(query, query + "&count=true", filter + "&sort=firstName&limit=1&fields=city")) {
            assertEquals(
                    "2",
                    probe.get(CONTACTS + same + after)
                            .body()
                            .path("items")
                            .path(0)
                            .path("firstName")
                            .asText("2"));
        }
        People people = new People(server);
        String role = people.role(
                "reads " + mark, "", may("customer.contact", "all", "read", "restore"), may("clinic.*", "all", "read"));
        Person other = people.user("other." + mark, List.of(role));
        Probe stranger = new Probe(other.server());
        assertEquals(200, stranger.get(CONTACTS + query).status());
        problem("of another caller", 400, "query.cursor", stranger.get(CONTACTS + query + after));
        for (String another : List.of(
                filter,
                filter + "&sort=-firstName",
                filter + "&sort=lastName",
                filter + "&sort=firstName,lastName",
                filter + "x&sort=firstName",
                "?filter=lastName!=" + mark + "&sort=firstName",
                "?q=" + mark + "&sort=firstName",
                query + "&q=" + mark,
                query + "&bin=true",
                "?sort=firstName")) {
            problem(another, 400, "query.cursor", probe.get(CONTACTS + another + after));
        }
        problem("of another type", 400, "query.cursor", probe.get(APPOINTMENTS + "?after=" + cursor));
        problem("of another type", 400, "query.cursor", probe.get("/api/v1/practitioners?after=" + cursor));
        byte[] bits = Base64.getUrlDecoder().decode(cursor);
        for (int i = 0; i < bits.length; i++) {
            byte[] flipped = bits.clone();
            flipped[i] ^= (byte) (1 << i % 8);
            String forged = Base64.getUrlEncoder().withoutPadding().encodeToString(flipped);
            problem("bit " + i, 400, "query.cursor", probe.get(CONTACTS + query + "&after=" + forged));
        }
        for (String forged : List.of(
                "",
                "x",
                "AAAA",
                cursor + cursor,
                cursor.substring(4),
                cursor.substring(0, cursor.length() - 4),
                "A".repeat(5_000),
                "%00",
                "%F0%9F%98%80",
                contact.id(),
                cursor.toLowerCase(Locale.ROOT))) {
            problem(forged, 400, "query.cursor", probe.get(CONTACTS + query + "&after=" + forged));
        }
        problem("in JSON", 400, "query.cursor", probe.post(CONTACTS + ":query", "{\"after\":\"\\ud800\"}"));
        problem("in JSON", 400, "query.cursor", probe.post(CONTACTS + ":query", "{\"after\":" + quoted(cursor) + "}"));
        problem(
                "of a record's parts",
                422,
                "record.invalid",
                probe.get(appointment.own() + "/history?before=" + cursor));
    }

    @Test
    public void whatIsTooLargeIsTurnedAway() throws Exception {
        String before = everything();
        byte[] blanks = bytes(" ".repeat(BODY - 1) + "{}");
        for (String path : List.of(CONTACTS, CONTACTS + ":query", contact.own() + "/assign")) {
            problem(path, 413, "request.too-large", probe.send("POST", path, blanks));
        }
        problem("patch", 413, "request.too-large", probe.send("PATCH", contact.own(), blanks));
        problem("upsert", 413, "request.too-large", probe.send("PUT", CONTACTS + "/by/bad/" + mark, blanks));
        problem("batch", 413, "request.too-large", probe.post(CONTACTS + ":batch", " ".repeat(BATCH - 10) + batch()));
        String[] operations =
                Collections.nCopies(1_001, operation("create", "", "{}")).toArray(String[]::new);
        problem("batch", 422, "batch.too-many", probe.post(CONTACTS + ":batch", batch(operations)));
        problem("batch", 422, "batch.too-many", probe.post(CONTACTS + ":batch?atomic=true", batch(operations)));
        assertEquals(before, everything());
        assertEquals(
                200,
                probe.post(CONTACTS + ":query", " ".repeat(BODY - 13) + "{\"limit\": 1 }")
                        .status());
        assertEquals(
                200,
                probe.post(CONTACTS + ":batch", " ".repeat(BATCH - batch().length()) + batch())
                        .status());

        String get = "GET " + CONTACTS + "?q=";
        String address = probe.raw(get + "a".repeat(9_000) + " HTTP/1.1", new byte[0]);
        assertTrue(address, address.startsWith("HTTP/1.1 414"));
        String header = probe.raw(get + "a HTTP/1.1\nX-Long: " + "a".repeat(9_000), new byte[0]);
        assertTrue(header, header.startsWith("HTTP/1.1 431"));
    }

    /** Small bodies that are read into much, and answered at length; one of these once took all of the memory. */
    @Test
    public void aBodyOfNothingButNamesTakesNoMemory() throws Exception {
        String before = everything();
        StringBuilder names = new StringBuilder("\"__\":1");
        for (int i = 0; names.length() < BODY - 100; i++) {
            names.append(",\"").append(Integer.toString(i, 36)).append("\":1");
        }
        Server.Answer many = probe.post(CONTACTS, "{" + names + "}");
        problem("names", 422, "record.invalid", many);
        assertEquals(100, many.body().path("findings").size());
        problem("names", 422, "record.invalid", probe.post(CONTACTS, "{\"a\":{" + names + "}}"));
        for (int i = 0; names.length() < BATCH / 2; i++) {
            names.append(",\"_").append(Integer.toString(i, 36)).append("\":1");
        }
        for (String one : List.of(
                operation("create", "", "{" + names + "}"),
                operation("create", "," + names, "{}"),
                operation("create", "", "{\"fee\":{" + names + "}}"),
                operation("create", "", "{\"supplies\":[{}" + ",{}".repeat(BATCH / 6) + "]}"))) {
            problem("batch", 400, "request.malformed", probe.post(APPOINTMENTS + ":batch", batch(one)));
        }
        Server.Answer text = probe.post(
                CONTACTS + ":batch",
                batch(operation("create", "", "{\"lastName\":\"" + "ü".repeat(BATCH / 2 - 100) + "\"}")));
        assertEquals(List.of("422 record.invalid"), outcomes(text));
        String few = names.substring(0, 1_000).replaceAll(",[^,]*$", "");
        Server.Answer each = probe.post(
                CONTACTS + ":batch",
                batch(Collections.nCopies(1_000, operation("create", "", "{" + few + "}"))
                        .toArray(String[]::new)));
        assertEquals(Collections.nCopies(1_000, "422 record.invalid"), outcomes(each));
        assertEquals(before, everything());
    }

    @Test
    public void addressesTakeTheirMethodsAndMediaTypes() throws Exception {
        String before = everything();
        Map<String, List<String>> refused = Map.of(
                CONTACTS,
                List.of("PUT", "PATCH", "DELETE", "BREW"),
                contact.own(),
                List.of("PUT", "POST", "BREW"),
                CONTACTS + ":query",
                List.of("GET", "PUT", "PATCH", "DELETE"),
                CONTACTS + ":batch",
                List.of("GET", "PUT", "PATCH", "DELETE"),
                contact.own() + "/history",
                List.of("PUT", "PATCH", "DELETE"),
                contact.own() + "/restore",
                List.of("PUT", "PATCH"),
                "/api/v1/types",
                List.of("PUT", "DELETE"),
                "/api/v1/me",
                List.of("PUT", "DELETE"));
        for (Map.Entry<String, List<String>> address : refused.entrySet()) {
            for (String method : address.getValue()) {
                problem(
                        method + " " + address.getKey(),
                        405,
                        "request.method",
                        probe.send(method, address.getKey(), bytes("{}")));
            }
        }
        for (String override : List.of("DELETE", "PATCH")) {
            problem(
                    override,
                    405,
                    "request.method",
                    probe.send(probe.body("POST", contact.own(), JSON, bytes("{}"))
                            .header("X-HTTP-Method-Override", override)));
        }
        for (String type : List.of(
                "text/plain",
                "text/json",
                "application/xml",
                "application/x-www-form-urlencoded",
                "multipart/form-data",
                "application/json; charset=utf-16",
                "application/json; charset=nothing",
                "application/*",
                "*/*",
                "json",
                "application/json/x",
                "a\u00e9/b")) {
            for (String[] call : new String[][] {
                {"POST", CONTACTS},
                {"PATCH", contact.own()},
                {"POST", CONTACTS + ":batch"},
                {"POST", CONTACTS + ":query"},
                {"POST", contact.own() + "/assign"}
            }) {
                if (type.chars().allMatch(unit -> unit < 0x80)) {
                    problem(
                            type,
                            415,
                            "request.media-type",
                            probe.send(probe.body(call[0], call[1], type, bytes("{}"))));
                }
            }
        }
        problem("none", 415, "request.media-type", probe.send(probe.body("POST", CONTACTS, null, bytes("{}"))));
        problem("none", 400, "request.malformed", probe.send(probe.body("POST", CONTACTS, null, new byte[0])));
        problem(
                "merge",
                415,
                "request.media-type",
                probe.send(probe.body("POST", CONTACTS, "application/merge-patch+json", bytes("{}"))));
        for (String accept : List.of("text/html", "application/xml", "image/*")) {
            for (String path : List.of(CONTACTS, contact.own(), "/api/v1/types", "/api/v1/me")) {
                problem(
                        accept,
                        406,
                        "request.not-acceptable",
                        probe.send(server.request(path).header("Accept", accept)));
            }
        }
        for (String good :
                List.of("application/json; charset=UTF-8", "application/JSON", "application/json;charset=\"utf-8\"")) {
            assertEquals(
                    200,
                    probe.send(probe.body("POST", CONTACTS + ":query", good, bytes("{}")))
                            .status());
        }
        assertEquals(before, everything());
    }

    @Test
    public void addressesAreWrittenInUtf8() throws Exception {
        String before = everything();
        for (String address : List.of(
                "?q=%zz",
                "?q=%",
                "?q=%f",
                "?q=%ff",
                "?q=%C3",
                "?q=%ED%A0%80",
                "?q=%C0%80",
                "?%ff=1",
                "?q=%-1",
                "/{id}",
                "/a|b",
                "/\"",
                "/[x]",
                "/a\\b",
                "/a^b",
                "/<x>",
                "/a`b")) {
            String answer = probe.raw("GET " + CONTACTS + address + " HTTP/1.1", new byte[0]);
            assertTrue(answer, answer.startsWith("HTTP/1.1 400"));
            assertTrue(answer, answer.contains("\"code\":\"request.address\""));
        }
        for (String address : List.of("/%zz", "/%", "/%00", "/by/bad/%00", "/by/bad/%zz", "/\u0000")) {
            String answer = probe.raw("GET " + CONTACTS + address + " HTTP/1.1", new byte[0]);
            assertTrue(answer, answer.startsWith("HTTP/1.1 400"));
        }
        String put = "PUT " + CONTACTS + "/by/bad/%s HTTP/1.1\nContent-Type: application/json\nContent-Length: 2";
        for (String bytes : List.of("%ff", "%C3", "%ED%A0%80")) {
            String answer = probe.raw(put.replace("%s", bytes), bytes("{}"));
            assertTrue(answer, answer.contains("\"code\":\"request.address\""));
        }
        for (String name : List.of(
                "联系人",
                "контакты",
                "CONTACTS",
                "contact\u0131",
                "contacts:other",
                "customer.Contact",
                "security",
                "a b",
                "'")) {
            problem(name, 404, "type.not-found", probe.get("/api/v1/" + encoded(name)));
            problem(name, 404, "type.not-found", probe.post("/api/v1/" + encoded(name), "{}"));
            problem(name, 404, "type.not-found", probe.get("/api/v1/types/" + encoded(name)));
            problem(name, 404, "record.not-found", probe.get(CONTACTS + "/" + encoded(name)));
            problem(name, 404, "request.not-found", probe.get(contact.own() + "/" + encoded(name)));
            problem(name, 404, "request.not-found", probe.post(contact.own() + "/" + encoded(name), "{}"));
        }
        for (String system : List.of("Bad", "a-b", "b\u00e4d", "1", "a".repeat(42))) {
            invalid(system, probe.put(CONTACTS + "/by/" + encoded(system) + "/a", "{}"), "system request.parameter");
        }
        for (String externalId : List.of(" ", "a ", "a".repeat(192), "\u3000")) {
            invalid(
                    externalId,
                    probe.put(CONTACTS + "/by/bad/" + encoded(externalId), "{}"),
                    "externalId request.parameter");
        }
        String upsert = ",\"system\":\"bad\",\"externalId\":";
        Server.Answer each = probe.post(
                CONTACTS + ":batch",
                batch(
                        operation("upsert", upsert + "\"a \"", "{}"), operation("upsert", upsert + "\"\\u0000\"", "{}"),
                        operation("upsert", upsert + "\"\\ud800\"", "{}"), operation("upsert", upsert + "\"\"", "{}"),
                        operation("upsert", upsert + "5", "{}"), operation("upsert", ",\"externalId\":\"a\"", "{}")));
        assertEquals(Collections.nCopies(6, "422 record.invalid"), outcomes(each));
        assertEquals(before, everything());

        Set<String> made = new HashSet<>();
        List<String> names =
                List.of("é", "e\u0301", "e", "E", "a/b?c#d;e%", "😀", " a", "你".repeat(191), "I", "\u0131", "i");
        for (String name : names) {
            String path = CONTACTS + "/by/bad/" + encoded(name + mark.substring(0, name.length() > 9 ? 0 : 1));
            Server.Answer first = probe.put(path, "{}");
            assertEquals(name + first.body(), 201, first.status());
            made.add(first.id());
            assertEquals(
                    name, first.id(), probe.put(path, "{\"city\":\"Bern\"}").id());
        }
        assertEquals("each is another", names.size(), made.size());
        String raw = probe.raw("GET " + CONTACTS + "?filter=lastName==müller HTTP/1.1", new byte[0]);
        assertTrue(raw, raw.startsWith("HTTP/1.1 200"));
    }

    @Test
    public void oddTextsAreKeptAndFound() throws Exception {
        List<String> texts = List.of(
                "Straße",
                "STRASSE",
                "Stra\u017fse",
                "Cafe\u0301",
                "café",
                "CAFE",
                "İstanbul",
                "istanbul",
                "ISTANBUL",
                "\u0131stanbul",
                "Σίσυφος",
                "ΣΊΣΥΦΟΣ",
                "a😀b",
                "A😀B",
                "a😁b",
                "שָׁלוֹם",
                "שלום",
                "مرحبا",
                "\u202eabc",
                "Ａｂｃ",
                "abc",
                "ﬁn",
                "FIN",
                "张伟",
                "張偉",
                "각",
                "ñandú",
                "NANDU",
                "Ørsted",
                "Łódź",
                "blank",
                "blank ",
                "blank  ",
                " blank",
                "a\tb",
                "a\nb",
                "x' or 1=1 --",
                "100%",
                "a_b",
                "a\\b",
                "a*b",
                "\"",
                "\u0301",
                "-",
                "𝒜𝒷𝒸",
                "e" + "\u0301".repeat(50));
        Map<String, String> idOf = new LinkedHashMap<>();
        for (String text : texts) {
            Server.Answer made =
                    created("contacts", Server.json(Map.of("lastName", text, "street", text, "postalCode", mark)));
            idOf.put(text, made.id());
            for (JsonNode shown : List.of(
                    made.body(),
                    probe.get(CONTACTS + "/" + made.id()).body(),
                    probe.get(CONTACTS + "/" + made.id() + "/history")
                            .body()
                            .path("items")
                            .path(0)
                            .path("to"),
                    probe.patch(CONTACTS + "/" + made.id(), Server.json(Map.of("lastName", text)))
                            .body())) {
                assertEquals(text, shown.path("lastName").asText());
                assertEquals(text, shown.path("street").asText());
            }
            assertEquals(
                    1,
                    probe.get(CONTACTS + "/" + made.id()).body().path("version").asInt());
        }
        String mine = "postalCode==" + mark + ";";
        for (String text : texts) {
            Set<String> alike = where(idOf, other -> key(other).equals(key(text)));
            assertEquals(text, alike, found(mine + "lastName==" + rsql(text)));
            assertEquals(
                    text,
                    alike,
                    found("{\"all\":[{\"field\":\"postalCode\",\"op\":\"eq\",\"value\":\"" + mark + "\"},"
                            + Server.json(Map.of("field", "lastName", "op", "in", "values", List.of(text))) + "]}"));
            Set<String> others = new TreeSet<>(idOf.values());
            others.removeAll(alike);
            assertEquals(text, others, found(mine + "lastName!=" + rsql(text)));
            assertEquals("exactly", Set.of(idOf.get(text)), found(mine + "street==" + rsql(text)));
            String beginning =
                    text.substring(0, text.offsetByCodePoints(0, Math.min(2, text.codePointCount(0, text.length()))));
            assertEquals(
                    beginning,
                    where(idOf, other -> key(other).startsWith(key(beginning))),
                    found(mine + "lastName==" + rsql(beginning).replaceAll("'$", "*'")));
            assertEquals(
                    text,
                    where(idOf, other -> key(other).compareTo(key(text)) < 0),
                    found(mine + "lastName=lt=" + rsql(text)));
        }
        assertEquals(4, found(mine + "lastName==ISTANBUL").size());
        assertEquals(3, found(mine + "lastName==strasse").size());
        assertEquals(2, found(mine + "lastName==" + rsql("שלום")).size());
        Map<String, Integer> words = Map.of(
                "strasse",
                3,
                "CAF",
                3,
                "\u0130STAN",
                4,
                "Σισυ",
                2,
                "שלום",
                2,
                "张",
                1,
                "伟",
                1,
                "ＡＢＣ",
                4,
                "fi",
                2,
                "blank",
                4);
        for (Map.Entry<String, Integer> word : words.entrySet()) {
            assertEquals(
                    word.getKey(),
                    (int) word.getValue(),
                    ids(probe.get(CONTACTS + "?limit=200&q=" + encoded(word.getKey()) + "&filter=postalCode==" + mark))
                            .size());
        }
        for (String sign : List.of("", "-")) {
            List<String> order = new ArrayList<>();
            probe.get(CONTACTS + "?limit=200&sort=" + sign + "lastName&filter=postalCode==" + mark)
                    .body()
                    .path("items")
                    .forEach(item -> order.add(item.path("id").asText()));
            Comparator<Map.Entry<String, String>> byKey = Comparator.comparing(entry -> key(entry.getKey()));
            byKey = byKey.thenComparing(Map.Entry::getValue);
            assertEquals(
                    idOf.entrySet().stream()
                            .sorted(sign.isEmpty() ? byKey : byKey.reversed())
                            .map(Map.Entry::getValue)
                            .toList(),
                    order);
        }
    }

    /** How texts compare: without regard to case, accents and blanks at their end. */
    private static String key(String text) {
        return Normalizer.normalize(text, Normalizer.Form.NFKD)
                .toUpperCase(Locale.ROOT)
                .toLowerCase(Locale.ROOT)
                .replaceAll("\\p{M}", "")
                .replaceAll("[\\x00-\\x1f]", " ")
                .replaceAll(" +$", "");
    }

    private interface Like {
        boolean is(String text);
    }

    private static Set<String> where(Map<String, String> idOf, Like like) {
        return idOf.entrySet().stream()
                .filter(entry -> like.is(entry.getKey()))
                .map(Map.Entry::getValue)
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private static String rsql(String text) {
        return "'" + text.replaceAll("(['*\\\\])", "\\\\$1") + "'";
    }

    /** The records of a filter, which is RSQL or JSON. */
    private Set<String> found(String filter) throws Exception {
        return filter.startsWith("{")
                ? ids(probe.post(CONTACTS + ":query", "{\"limit\":200,\"filter\":" + filter + "}"))
                : ids(probe.get(CONTACTS + "?limit=200&filter=" + encoded(filter)));
    }

    @Test
    public void everyOperationOfABatchFailsInItsOwnWay() throws Exception {
        String gone = created("contacts", "{}").id();
        assertEquals(204, server.delete(CONTACTS + "/" + gone).status());
        String id = ",\"id\":" + quoted(contact.id());
        String upsert = ",\"system\":\"bad\",\"externalId\":";
        created("contacts", "{}");
        Server.Answer binned = probe.put(CONTACTS + "/by/bad/" + encoded("binned " + mark), "{}");
        assertEquals(204, server.delete(CONTACTS + "/" + binned.id()).status());
        Map<String, String> operations = new LinkedHashMap<>();
        operations.put(operation("create", "", "{\"shoeSize\":1}"), "422 record.invalid");
        operations.put(operation("create", "", "{\"lastName\":5}"), "422 record.invalid");
        operations.put(operation("create", id, "{}"), "422 record.invalid");
        operations.put(operation("create", "", "[]"), "422 record.invalid");
        operations.put("{\"op\":\"create\"}", "422 record.invalid");
        operations.put(operation("update", "", "{}"), "422 record.invalid");
        operations.put(operation("update", ",\"id\":\"x\"", "{}"), "422 record.invalid");
        operations.put(operation("update", ",\"id\":\"0HZX3W8K2M4QR\"", "{}"), "404 record.not-found");
        operations.put(operation("update", ",\"id\":" + quoted(practitioner), "{}"), "404 record.not-found");
        operations.put(operation("update", ",\"id\":" + quoted(gone), "{}"), "404 record.not-found");
        operations.put(operation("update", id + ",\"version\":99", "{\"city\":\"Bern\"}"), "409 record.stale");
        operations.put(operation("update", id + ",\"version\":\"1\"", "{}"), "422 record.invalid");
        operations.put(operation("update", id, "{\"owner\":null}"), "422 record.invalid");
        operations.put("{\"op\":\"delete\"" + id + ",\"version\":99}", "409 record.stale");
        operations.put("{\"op\":\"delete\",\"id\":" + quoted(gone) + "}", "404 record.not-found");
        operations.put("{\"op\":\"restore\"" + id + "}", "404 record.not-found");
        operations.put("{\"op\":\"restore\"" + id + ",\"version\":1}", "422 record.invalid");
        operations.put("{\"op\":\"purge\"" + id + "}", "422 record.invalid");
        operations.put("{\"op\":null}", "422 record.invalid");
        operations.put("{}", "422 record.invalid");
        operations.put("5", "422 record.invalid");
        operations.put("null", "422 record.invalid");
        operations.put("[]", "422 record.invalid");
        operations.put(operation("upsert", upsert + quoted("binned " + mark), "{}"), "409 record.in-bin");
        operations.put(operation("upsert", upsert + "\"" + "a".repeat(192) + "\"", "{}"), "422 record.invalid");
        operations.put(
                operation("upsert", upsert + quoted("new " + mark), "{\"country\":\"XX\"}"), "422 record.invalid");
        String before = everything();
        String[] all = operations.keySet().toArray(String[]::new);
        assertEquals(List.copyOf(operations.values()), outcomes(probe.post(CONTACTS + ":batch", batch(all))));
        String other = created("contacts", "{}").id();
        before = everything();
        String[] good = {
            operation("create", "", "{}"),
            operation("update", id, "{\"city\":\"Bern\"}"),
            "{\"op\":\"delete\",\"id\":" + quoted(other) + "}",
            "{\"op\":\"restore\",\"id\":" + quoted(gone) + "}",
            operation("upsert", upsert + quoted("new " + mark), "{}"),
            operation("upsert", upsert + quoted(contact.externalId()), "{\"city\":\"Rome\"}")
        };
        for (int i = 0; i < all.length; i++) {
            List<String> mixed = new ArrayList<>(List.of(good));
            int place = i % (good.length + 1);
            mixed.add(place, all[i]);
            Server.Answer whole = probe.post(CONTACTS + ":batch?atomic=true", batch(mixed.toArray(String[]::new)));
            assertEquals(all[i], operations.get(all[i]), whole.status() + " " + whole.code());
            assertEquals(
                    all[i] + whole.body(), place, whole.body().path("index").asInt(-1));
            assertEquals(all[i], before, everything());
        }
        List<String> between = new ArrayList<>();
        List<String> expected = new ArrayList<>();
        for (int i = 0; i < all.length; i++) {
            between.add(all[i]);
            expected.add(operations.get(all[i]));
            between.add(operation("create", "", "{\"lastName\":\"" + mark + "\"}"));
            expected.add("201");
        }
        assertEquals(
                "the others stand",
                expected,
                outcomes(probe.post(CONTACTS + ":batch", batch(between.toArray(String[]::new)))));
        assertEquals(
                all.length,
                ids(probe.get(CONTACTS + "?limit=200&filter=lastName==" + mark)).size());
    }

    @Test
    public void anUpsertThatSeveralMakeAtOnceMakesOneRecord() throws Exception {
        List<Callable<Server.Answer>> calls = new ArrayList<>();
        String upsert = operation(
                "upsert",
                ",\"system\":\"bad\",\"externalId\":" + quoted("raced " + mark),
                "{\"lastName\":\"" + mark + "\"}");
        for (int i = 0; i < 8; i++) {
            boolean batched = i % 2 == 1;
            calls.add(() -> batched
                    ? probe.post(CONTACTS + ":batch", batch(upsert, upsert))
                    : probe.put(CONTACTS + "/by/bad/" + encoded("raced " + mark), "{\"lastName\":\"" + mark + "\"}"));
        }
        ExecutorService callers = Executors.newFixedThreadPool(8);
        Set<String> made = new HashSet<>();
        int times = 0;
        for (Future<Server.Answer> end : callers.invokeAll(calls)) {
            Server.Answer answer = end.get();
            assertTrue(answer.body().toString(), Set.of(200, 201).contains(answer.status()));
            if (answer.body().has("items")) {
                for (JsonNode item : answer.body().path("items")) {
                    assertTrue(
                            item.toString(),
                            Set.of(200, 201).contains(item.path("status").asInt()));
                    made.add(item.path("id").asText());
                    times += item.path("status").asInt() - 200;
                }
            } else {
                made.add(answer.id());
                times += answer.status() - 200;
            }
        }
        callers.shutdown();
        assertEquals(1, made.size());
        assertEquals("one was told that it made it", 1, times);
        assertEquals(made, ids(probe.get(CONTACTS + "?filter=lastName==" + mark)));
        assertEquals(
                1,
                probe.get(CONTACTS + "/" + made.iterator().next())
                        .body()
                        .path("version")
                        .asInt());
    }

    @Test
    public void aKeyIsOfOneBodyAndOneCaller() throws Exception {
        String key = "key " + mark;
        Server.Answer first = keyed(probe, CONTACTS, key, "{\"lastName\":\"" + mark + "\"}");
        assertEquals(201, first.status());
        String before = everything();
        assertEquals(
                first.body(),
                keyed(probe, CONTACTS, key, "{ \"lastName\" : \"" + mark + "\" }")
                        .body());
        for (String other : List.of(
                "{}",
                "{\"lastName\":\"" + mark + " \"}",
                "{\"lastName\":null}",
                "{\"lastName\":\"" + mark + "\",\"city\":null}")) {
            problem(other, 422, "request.key-reused", keyed(probe, CONTACTS, key, other));
        }
        problem("of another type", 422, "request.key-reused", keyed(probe, MEASURES, key, "{}"));
        invalid("a bad body", keyed(probe, CONTACTS, key, "{\"lastName\":5}"), "lastName field.kind");
        for (String bad : List.of("x".repeat(256), "a\tb", "")) {
            invalid("a bad key", keyed(probe, CONTACTS, bad, "{}"), "Idempotency-Key request.parameter");
        }
        assertEquals(before, everything());
        People people = new People(server);
        Person other = people.user(
                "keyed." + mark,
                List.of(people.role("keyed " + mark, "", may("customer.contact", "own", "create", "read"))));
        Server.Answer own = keyed(new Probe(other.server()), CONTACTS, key, "{\"city\":\"Bern\"}");
        assertEquals("another's keys are others", 201, own.status());
        assertNotEquals(first.id(), own.id());
    }

    private static Server.Answer keyed(Probe probe, String path, String key, String body) throws Exception {
        return probe.send(probe.body("POST", path, JSON, bytes(body)).header("Idempotency-Key", key));
    }

    @Test
    public void aCallHasAnId() throws Exception {
        int version = 1;
        for (String good : List.of("a", "my-call_1.2~3+4/5=", "x".repeat(64))) {
            Server.Answer named =
                    probe.send(probe.body("PATCH", contact.own(), JSON, bytes("{\"city\":\"" + version++ + "\"}"))
                            .header("X-Request-Id", good));
            assertEquals(good, named.headers().firstValue("X-Request-Id").orElseThrow());
            assertEquals(good, lastRequestId());
        }
        Set<String> made = new HashSet<>();
        for (String bad : List.of("", "x".repeat(65), "a b", "a\"b", "<a>", "a;b", "{0}")) {
            Server.Answer named =
                    probe.send(probe.body("PATCH", contact.own(), JSON, bytes("{\"city\":\"" + version++ + "\"}"))
                            .header("X-Request-Id", bad));
            String id = named.headers().firstValue("X-Request-Id").orElseThrow();
            assertTrue(id, id.matches("[0-9a-f-]{36}"));
            assertTrue(made.add(id));
            assertEquals(id, lastRequestId());
        }
        for (String path :
                List.of("/api/v1/nothing", contact.own() + "?x=1", CONTACTS + "?q=%25", "/api/v1/contacts:batch")) {
            assertEquals(
                    "mine",
                    probe.send(server.request(path).header("X-Request-Id", "mine"))
                            .headers()
                            .firstValue("X-Request-Id")
                            .orElseThrow());
        }
        String answer = probe.raw("GET " + CONTACTS + "?q=%ff HTTP/1.1\nX-Request-Id: mine", new byte[0]);
        assertTrue(answer, answer.contains("X-Request-Id: mine"));
        assertEquals(
                "mine",
                probe.send(server.anonymous(CONTACTS).header("X-Request-Id", "mine"))
                        .headers()
                        .firstValue("X-Request-Id")
                        .orElseThrow());
    }

    private String lastRequestId() throws Exception {
        return probe.get(contact.own() + "/history?limit=1")
                .body()
                .path("items")
                .path(0)
                .path("requestId")
                .asText();
    }

    @Test
    public void problemsAreToldInTheCallersLanguage() throws Exception {
        Map<String, HttpRequest.Builder> calls = new LinkedHashMap<>();
        for (String path : List.of(
                "/api/v1/nothing",
                CONTACTS + "/x",
                contact.own() + "/nothing",
                CONTACTS + "?filter=(",
                CONTACTS + "?after=x",
                CONTACTS + "?limit=0&x=1",
                CONTACTS + "?sort=street,x",
                CONTACTS + "?expand=city",
                CONTACTS + "?filter=street==B*",
                CONTACTS + ":query",
                MEASURES + "?q=a")) {
            calls.put(path, server.request(path));
        }
        calls.put("accept", server.request(CONTACTS).header("Accept", "text/html"));
        calls.put("anonymous", server.anonymous(CONTACTS));
        for (String bad : List.of(
                "",
                "{\"shoeSize\":1,\"lastName\":5,\"id\":1,\"country\":\"XX\",\"birthDate\":\"0000-01-01\",\"city\":\"\\u0000\",\"state\":\""
                        + "x".repeat(101) + "\"}")) {
            calls.put("post " + bad, probe.body("POST", CONTACTS, JSON, bytes(bad)));
        }
        calls.put(
                "required",
                probe.body(
                        "POST", APPOINTMENTS, JSON, bytes("{\"status\":\"x\",\"supplies\":[{\"quantity\":1.555}]}")));
        calls.put(
                "reference",
                probe.body("PATCH", appointment.own(), JSON, bytes("{\"patient\":" + quoted(practitioner) + "}")));
        calls.put("duplicate", probe.body("POST", APPOINTMENTS, JSON, bytes(object(appointment.whole()))));
        calls.put("transition", probe.body("PATCH", appointment.own(), JSON, bytes("{\"status\":\"completed\"}")));
        calls.put(
                "stale",
                probe.body("PATCH", contact.own(), JSON, bytes("{\"city\":\"Bern\"}"))
                        .header("If-Match", "\"9-a\""));
        calls.put(
                "referred",
                server.request("/api/v1/practitioners/" + practitioner).DELETE());
        calls.put("large", probe.body("POST", CONTACTS, JSON, bytes(" ".repeat(BODY + 1))));
        calls.put("media", probe.body("POST", CONTACTS, "text/plain", bytes("{}")));
        calls.put(
                "batch",
                probe.body(
                        "POST",
                        CONTACTS + ":batch",
                        JSON,
                        bytes(batch(Collections.nCopies(1_001, "{}").toArray(String[]::new)))));
        calls.put(
                "condition",
                probe.body(
                        "POST",
                        CONTACTS + ":query",
                        JSON,
                        bytes("{\"filter\":" + "{\"not\":".repeat(17) + "{\"all\":[]}" + "}".repeat(17) + "}")));
        calls.put("key", probe.body("POST", CONTACTS, JSON, bytes("{}")).header("Idempotency-Key", ""));
        Set<String> codes = new TreeSet<>();
        for (Map.Entry<String, HttpRequest.Builder> call : calls.entrySet()) {
            Server.Answer english = probe.send(call.getValue().copy().header("Accept-Language", "en-GB,zh;q=0.5"));
            Server.Answer chinese =
                    probe.send(call.getValue().copy().header("Accept-Language", "zh-CN,zh;q=0.9,en;q=0.1"));
            assertEquals(english.code(), chinese.code());
            assertEquals("zh", chinese.headers().firstValue("Content-Language").orElse("zh"));
            codes.add(english.code());
            sayTheSame(
                    call.getKey(),
                    english.body().path("detail").asText(),
                    chinese.body().path("detail").asText());
            for (int i = 0; i < english.body().path("findings").size(); i++) {
                codes.add(english.body().path("findings").path(i).path("code").asText());
                sayTheSame(
                        call.getKey(),
                        english.body().path("findings").path(i).path("message").asText(),
                        chinese.body().path("findings").path(i).path("message").asText());
            }
        }
        assertTrue(codes.toString(), codes.size() >= 30);
        for (String odd : List.of("*", "tr", "!!!", "zh;q=9", "x".repeat(3_000), "")) {
            assertTrue(probe.send(server.request("/api/v1/nothing").header("Accept-Language", odd))
                    .body()
                    .path("detail")
                    .asText()
                    .startsWith("There is no"));
        }
    }

    private static void sayTheSame(String what, String english, String chinese) {
        assertTrue(what + ": " + english, english.codePoints().noneMatch(Character::isIdeographic));
        assertTrue(what + ": " + chinese, chinese.codePoints().anyMatch(Character::isIdeographic));
    }

    @Parameterized.AfterParam
    public static void theLogTellsOfNothingElse() throws IOException {
        List<String> lines = server.log()
                .lines()
                .filter(line -> line.matches(".* \\| (WARN|ERROR) .*"))
                .filter(line -> EXPECTED_IN_THE_LOG.stream().noneMatch(line::contains))
                .toList();
        assertEquals(List.of(), lines);
    }
}
