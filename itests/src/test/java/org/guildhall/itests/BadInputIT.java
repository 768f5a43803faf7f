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
    private static final String CONTACTS = "/api/v1/contacts";
    private static final String APPOINTMENTS = "/api/v1/appointments";
    private static final String MEASURES = "/api/v1/measures";
    private static final List<String> PLURALS = List.of("contacts", "appointments", "practitioners", "measures");
    private static final int BODY = 1 << 20;
    private static final int BATCH = 16 << 20;

    /** What bad input may leave in the log: the web server's own word on addresses and headers that are too long. */
    private static final List<String> EXPECTED_IN_THE_LOG = List.of("URI is too large", "Header is too large");

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
        practitioner = created("practitioners", "{\"name\":\"Dr. " + mark + "\"}")
                .id();
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
                Server.Answer last = probe.get("/api/v1/" + plural
                        + "?count=true&limit=1&sort=-changedAt&fields=changedAt&bin=" + bin);
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
            assertFalse(
                    finding.toString(), finding.path("message").asText().isEmpty());
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
                probe.send(probe.body(
                                "POST", target.path(), "application/json", made.getBytes(StandardCharsets.UTF_8))
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
        for (String name : List.of("LASTNAME", "last_name", "lastNameKey", "bin", "__proto__", "", "名", "a.b", "i\u0307d")) {
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
                "2026-02-30", "1900-02-29", "2026-1-1", "20260101", "10000-01-01", "+1000000000-01-01", "",
                "2026-01-01T00:00:00Z", "@today", "\u0662\u0660\u0662\u0666-01-01")) {
            refused(contact, "birthDate", quoted(bad), "field.kind");
        }
        for (String bad : List.of("+10000-01-01", "+999999999-12-31", "0000-12-31", "-0001-01-01")) {
            refused(contact, "birthDate", quoted(bad), "field.time");
        }
        for (String bad : List.of("2026-11-22", "2026-02-30T00:00:00Z", "@now", "2026-11-22T08:30:00")) {
            refused(appointment, "startsAt", quoted(bad), "field.kind");
        }
        for (String bad : List.of(
                "+10000-01-01T00:00:00Z", "0000-12-31T23:59:59Z", "+1000000000-12-31T23:59:59Z",
                "-1000000000-01-01T00:00:00Z", "9999-12-31T23:59:59-01:00")) {
            refused(appointment, "startsAt", quoted(bad), "field.time");
        }
        for (String good : List.of("0001-01-01", "9999-12-31", "2024-02-29")) {
            Server.Answer made = created("contacts", "{\"birthDate\":" + quoted(good) + "}");
            assertEquals(good, made.body().path("birthDate").asText());
            assertEquals(made.body(), probe.get(CONTACTS + "/" + made.id()).body());
            assertTrue(ids(probe.get(CONTACTS + "?limit=200&filter=birthDate==" + good)).contains(made.id()));
        }
        for (String good : List.of("0001-01-01T00:00:00.000001Z", "9999-12-31T23:59:59.999999Z")) {
            Server.Answer made =
                    created("appointments", whole(appointment, Map.of("startsAt", quoted(good))));
            assertEquals(good, made.body().path("startsAt").asText());
            assertEquals(made.body(), probe.get(APPOINTMENTS + "/" + made.id()).body());
        }
    }

    @Test
    public void numbersAreNeverRoundedOrCutOff() throws Exception {
        Target measure = target("measures", Map.of());
        for (String bad : List.of("2147483648", "-2147483649", "99999999999999999999", "1.5", "1.0", "1e2", "1e400", "\"1\"")) {
            refused(measure, "small", bad, "field.kind");
        }
        for (String bad : List.of("9223372036854775808", "99999999999999999999", "1e-400", "1e9999999999", "true")) {
            refused(measure, "large", bad, "field.kind");
        }
        for (String bad : List.of("1e400", "1e-400", "1e999999999", "1e-999999999", "0.1234567", "1e19", "9".repeat(100))) {
            refused(measure, "ratio", bad, "field.scale");
        }
        for (String bad : List.of("1e9999999999", "\"1\"", "[]")) {
            refused(measure, "ratio", bad, "field.kind");
        }
        for (String bad : List.of("\"1\",\"currency\":\"XYZ\"", "\"1\",\"currency\":\"eur\"", "\"1\"", "1e400,\"currency\":\"EUR\"",
                "\"1e2\",\"currency\":\"EUR\"", "\"\u0661\",\"currency\":\"EUR\"", "null,\"currency\":\"EUR\"",
                "\"1\",\"currency\":\"EUR\",\"tax\":1")) {
            refused(measure, "price", "{\"amount\":" + bad + "}", "field.kind");
        }
        refused(measure, "price", "{\"amount\":\"99999999999999999999\",\"currency\":\"EUR\"}", "field.scale");
        refused(measure, "price", "{\"amount\":\"0.00001\",\"currency\":\"EUR\"}", "field.scale");

        kept("small", Map.of("-0", "0", "2147483647", "2147483647", "-2147483648", "-2147483648"));
        kept("large", Map.of("9223372036854775807", "9223372036854775807", "-9223372036854775808", "-9223372036854775808"));
        kept("ratio", Map.of("-0.0", "0", "0e-400", "0", "0e400", "0", "1.50", "1.5", "1e2", "100", "-1E-6", "-0.000001",
                "0e999999999", "0"));
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
                    plain(probe.get(path + "/history").body().path("items").path(0).path("to").path(field)));
            assertEquals(1, probe.patch(path, json).body().path("version").asInt());
        }
    }

    private static String plain(JsonNode number) {
        return number.isNumber() && !number.isIntegralNumber()
                ? number.decimalValue().toPlainString()
                : number.toString();
    }

    @Test
    public void referencesAreToWhatIsThere() throws Exception {
        String missing = quoted("0HZX3W8K2M4QR");
        refused(appointment, "patient", missing, "field.reference");
        refused(appointment, "patient", quoted(practitioner), "field.reference");
        refused(appointment, "practitioner", quoted(appointment.id()), "field.reference");
        for (String bad : List.of("5", "\"\"", "\"x\"", quoted("Z" + contact.id().substring(1)), "{\"type\":\"customer.contact\",\"id\":" + quoted(contact.id()) + "}")) {
            refused(appointment, "patient", bad, "field.kind");
        }
        refused(appointment, Map.of("patient", missing, "practitioner", missing), "patient field.reference", "practitioner field.reference");
        refused(appointment, "status", quoted("gone"), "field.choice");
        refused(appointment, "status", quoted("CONF\u0130RMED"), "field.choice");
        refused(appointment, "supplies", "{}", "field.kind");
        refused(
                appointment,
                Map.of("supplies", "[5,{\"name\":\"x\",\"quantity\":1,\"weight\":2},{\"name\":\"\\u0000\",\"quantity\":1e400}]"),
                "supplies[0] field.kind",
                "supplies[1].weight field.unknown",
                "supplies[2].name field.characters",
                "supplies[2].quantity field.scale");
        refused(appointment, "supplies", "[" + "{\"name\":\"x\",\"quantity\":1},".repeat(50) + "{\"name\":\"x\",\"quantity\":1}]", "part.too-many");

        String before = everything();
        for (String foreign : List.of(practitioner, appointment.id(), "0HZX3W8K2M4QR", "x", "ID", "\u0130D", contact.id() + "0")) {
            String path = CONTACTS + "/" + encoded(foreign);
            problem(path, 404, "record.not-found", probe.get(path));
            problem(path, 404, "record.not-found", probe.get(path + "/history"));
            problem(path, 404, "record.not-found", probe.patch(path, "{\"city\":\"Bern\"}"));
            problem(path, 404, "record.not-found", probe.send(server.request(path).DELETE()));
            for (String action : List.of("restore", "purge", "assign", "share")) {
                problem(path, 404, "record.not-found", probe.post(path + "/" + action, "{\"owner\":null,\"with\":" + quoted(contact.id()) + "}".replace("{\"owner\":null,", "{")));
            }
        }
        invalid("assign", probe.post(contact.own() + "/assign", "{\"owner\":" + quoted(contact.id()) + "}"), "owner field.reference");
        invalid("assign", probe.post(contact.own() + "/assign", "{\"owner\":5}"), "owner field.kind");
        invalid("assign", probe.post(contact.own() + "/assign", "{\"id\":" + quoted(contact.id()) + "}"), "owner request.parameter");
        invalid("share", probe.post(contact.own() + "/share", "{\"with\":" + quoted(contact.id()) + "}"), "with field.reference");
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
        Server.Answer each = probe.post(APPOINTMENTS + ":batch", batch(operation("create", "", same), operation("update", ",\"id\":" + quoted(second.id()), "{\"startsAt\":" + taken + "}")));
        for (JsonNode item : each.body().path("items")) {
            assertEquals(item.toString(), List.of(findings), findingsOf(item.path("problem")));
        }
        String twice = whole(appointment, Map.of());
        Server.Answer all = probe.post(APPOINTMENTS + ":batch?atomic=true", batch(operation("create", "", twice), operation("create", "", twice)));
        invalid("atomic", all, findings);
        assertEquals(1, all.body().path("index").asInt());

        for (String stale : List.of("\"2-0\"", "\"99-abc\"", "\"1\"", "1", "\"\u0130\"", "W/\"1-0\"", "\"1-0\",\"2-0\"", "")) {
            Server.Answer refused = probe.send(probe.body("PATCH", contact.own(), "application/json", "{\"city\":\"Bern\"}".getBytes(StandardCharsets.UTF_8)).header("If-Match", new String(stale.getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1)));
            problem(stale, 412, "record.stale", refused);
            assertEquals(1, refused.body().path("current").path("version").asInt());
            problem(stale, 412, "record.stale", probe.send(server.request(contact.own()).DELETE().header("If-Match", stale.isEmpty() ? "\"\"" : "\"x\"")));
        }
        Server.Answer versions = probe.post(CONTACTS + ":batch", batch(
                operation("update", ",\"version\":2,\"id\":" + quoted(contact.id()), "{\"city\":\"Bern\"}"),
                "{\"op\":\"delete\",\"version\":9223372036854775807,\"id\":" + quoted(contact.id()) + "}",
                operation("update", ",\"version\":-1,\"id\":" + quoted(contact.id()), "{\"city\":\"Bern\"}"),
                operation("update", ",\"version\":1e2,\"id\":" + quoted(contact.id()), "{\"city\":\"Bern\"}")));
        assertEquals(List.of("409 record.stale", "409 record.stale", "422 record.invalid", "422 record.invalid"), outcomes(versions));
        assertEquals(before, everything());
    }

    private static List<String> outcomes(Server.Answer batch) {
        assertEquals(batch.body().toString(), 200, batch.status());
        List<String> outcomes = new ArrayList<>();
        batch.body().path("items").forEach(item -> outcomes.add((item.path("status").asText() + " " + item.path("problem").path("code").asText()).strip()));
        return outcomes;
    }

    private static Set<String> ids(Server.Answer page) {
        assertEquals(page.body().toString(), 200, page.status());
        Set<String> ids = new TreeSet<>();
        page.body().path("items").forEach(item -> ids.add(item.path("id").asText()));
        return ids;
    }
