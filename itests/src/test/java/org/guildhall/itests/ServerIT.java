/* Copyright the Guildhall authors. SPDX-License-Identifier: Apache-2.0 */
package org.guildhall.itests;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertNotEquals;
import static org.junit.Assert.assertTrue;
import static org.junit.Assume.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.net.http.HttpRequest;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.Test;
import org.junit.runner.RunWith;
import org.junit.runners.Parameterized;

/** The built server, as its users meet it: the start script, HTTP, the deploy folder; on each database. */
@RunWith(Parameterized.class)
public class ServerIT {
    private static final boolean FULL = Boolean.getBoolean("guildhall.full");
    private static final String DATABASE_NAME = "guildhall_server_it";
    private static Server server;

    @Parameterized.Parameter
    public TestDatabase database;

    @Parameterized.Parameters(name = "{0}")
    public static List<TestDatabase> databases() {
        return TestDatabase.inTurn(TestDatabase.DERBY);
    }

    @Parameterized.BeforeParam
    public static void start(TestDatabase database) throws IOException, InterruptedException, SQLException {
        server = new Server("server-" + database, 18181);
        if (database != TestDatabase.DERBY) {
            database.create(DATABASE_NAME);
            server.configure("org.guildhall.database.cfg", database.configuration(DATABASE_NAME));
        }
        Server.Result started = server.start();
        assertEquals(server.url(), started.line("url"));
        assertTrue(Files.exists(Path.of(started.line("log"))));
        assertEquals("admin", started.line("user"));
        assertTrue(started.line("password").length() >= 20);
    }

    @Parameterized.AfterParam
    public static void stop() throws IOException, InterruptedException {
        server.stop();
    }

    @Test
    public void aContactIsCreatedAndRead() throws Exception {
        Server.Answer created = server.post(
                "/api/v1/contacts",
                "{\"firstName\":\"Ada\",\"lastName\":\"Lovelace\",\"birthDate\":\"1815-12-10\",\"city\":\"London\"}");
        assertEquals(201, created.status());
        assertEquals(13, created.id().length());
        assertTrue(created.headers().firstValue("Location").orElse("").endsWith("/api/v1/contacts/" + created.id()));
        assertEquals(1, created.body().path("version").asInt());

        Server.Answer read = server.get("/api/v1/contacts/" + created.id());
        assertEquals(200, read.status());
        assertEquals(created.body(), read.body());
        assertEquals("1815-12-10", read.body().path("birthDate").asText());
        assertTrue(read.body().path("email").isNull());
        assertEquals(
                read.body(),
                server.get("/api/v1/customer.contact/" + created.id()).body());
    }

    @Test
    public void textsComeBackAsTheyWere() throws Exception {
        for (String text : List.of("😀 grüß", "İstanbul ığüşöç", "e\u0301 \u212B", "张伟", "' or 1=1 --", "\t\n\\\"")) {
            Server.Answer created = server.post("/api/v1/contacts", Server.json(Map.of("lastName", text)));
            assertEquals(201, created.status());
            assertEquals(
                    text,
                    server.get("/api/v1/contacts/" + created.id())
                            .body()
                            .path("lastName")
                            .asText());
        }
    }

    @Test
    public void nobodyGetsInWithoutSigningIn() throws Exception {
        assertEquals(401, server.send(server.anonymous("/api/v1/contacts")).status());
        assertEquals(401, server.send(server.anonymous("/api/v1/nothing")).status());
        for (String header : List.of(
                "Bearer wrong", "Bearer", "Basic !", basic("admin", "wrong"), basic("nobody", "x"), "Digest x")) {
            Server.Answer refused =
                    server.send(server.anonymous("/api/v1/contacts").header("Authorization", header));
            assertEquals(header, 401, refused.status());
            assertEquals("request.unauthorized", refused.code());
            assertTrue(refused.headers().firstValue("WWW-Authenticate").isPresent());
        }
        assertEquals(
                200,
                server.send(server.anonymous("/api/v1/contacts")
                                .header("Authorization", basic("admin", server.password())))
                        .status());
    }

    @Test
    public void badInputIsToldAndStoresNothing() throws Exception {
        int before = all("contacts").size();
        rejected(400, "request.malformed", "");
        rejected(400, "request.malformed", "[]");
        rejected(400, "request.malformed", "{\"lastName\":\"a\"");
        rejected(400, "request.malformed", "{\"lastName\":\"a\"} {}");
        rejected(400, "request.malformed", "{\"lastName\":\"a\",\"lastName\":\"b\"}");
        rejected(400, "request.malformed", "{\"lastName\":" + "[".repeat(1_000) + "]".repeat(1_000) + "}");
        rejected(413, "request.too-large", "{\"lastName\":\"" + "a".repeat(1 << 20) + "\"}");
        finding("field.unknown", "shoeSize", "{\"shoeSize\":42}");
        finding("field.kind", "lastName", "{\"lastName\":5}");
        finding("field.kind", "lastName", "{\"lastName\":{\"a\":[1]}}");
        finding("field.kind", "birthDate", "{\"birthDate\":\"2026-02-30\"}");
        finding("field.too-long", "lastName", "{\"lastName\":\"" + "a".repeat(101) + "\"}");
        finding("field.characters", "lastName", "{\"lastName\":\"a\\u0000\"}");
        finding("field.characters", "lastName", "{\"lastName\":\"a\\ud800\"}");
        for (String written : List.of("id", "version", "owner", "createdAt", "createdBy", "changedAt", "changedBy")) {
            finding("field.read-only", written, "{\"" + written + "\":null}");
        }
        Server.Answer both = server.post("/api/v1/contacts", "{\"firstName\":1,\"x\":2,\"id\":\"3\"}");
        assertEquals(3, both.body().path("findings").size());
        assertEquals(before, all("contacts").size());
    }

    @Test
    public void anUnknownAddressIsToldInTheCallersLanguage() throws Exception {
        assertEquals("type.not-found", server.get("/api/v1/nothing").code());
        assertEquals(
                "record.not-found", server.get("/api/v1/contacts/0000000000000").code());
        assertEquals("record.not-found", server.get("/api/v1/contacts/1").code());
        assertEquals(404, server.get("/cxf").status());
        Server.Answer chinese = server.send(server.request("/api/v1/nothing").header("Accept-Language", "zh-CN"));
        assertTrue(chinese.body().path("detail").asText().contains("没有记录类型"));
        assertEquals(
                405, server.send(server.request("/api/v1/contacts").DELETE()).status());
        assertEquals(
                415,
                server.send(server.request("/api/v1/contacts")
                                .header("Content-Type", "text/plain")
                                .POST(HttpRequest.BodyPublishers.ofString("{}")))
                        .status());
        for (String limit : List.of("0", "201", "-1", "x")) {
            assertEquals(422, server.get("/api/v1/contacts?limit=" + limit).status());
        }
        Server.Answer named = server.send(server.request("/api/v1/contacts").header("X-Request-Id", "my-call-1"));
        assertEquals("my-call-1", named.headers().firstValue("X-Request-Id").orElse(""));
    }

    @Test
    public void theTypesDescribeThemselvesInTheCallersLanguage() throws Exception {
        JsonNode listed = server.get("/api/v1/types").body().path("items");
        List<String> names = new ArrayList<>();
        listed.forEach(type -> names.add(type.path("name").asText()));
        assertEquals(
                List.of(
                        "customer.contact",
                        "security.role",
                        "security.team",
                        "security.token",
                        "security.user",
                        "webhooks.webhook"),
                names);
        assertEquals("customer.contact", listed.path(0).path("name").asText());
        assertEquals("contacts", listed.path(0).path("plural").asText());
        assertEquals("Contacts", listed.path(0).path("pluralLabel").asText());

        JsonNode contact = server.get("/api/v1/types/customer.contact").body();
        assertEquals(contact, server.get("/api/v1/types/contacts").body());
        JsonNode country = field(contact, "country");
        assertEquals("country", country.path("kind").asText());
        assertEquals(2, country.path("length").asInt());
        assertTrue(country.path("help").asText().contains("ISO 3166"));
        assertTrue(field(contact, "createdAt").path("readOnly").asBoolean());
        assertEquals("instant", field(contact, "createdAt").path("kind").asText());

        JsonNode chinese = server.send(server.request("/api/v1/types/contacts").header("Accept-Language", "zh"))
                .body();
        assertEquals("联系人", chinese.path("label").asText());
        assertEquals("姓", field(chinese, "lastName").path("label").asText());
        assertEquals("创建时间", field(chinese, "createdAt").path("label").asText());
        assertEquals("type.not-found", server.get("/api/v1/types/nothing").code());
        assertTrue(server.script(Map.of(), "shell", "guildhall:types").output().contains("customer.contact"));
    }

    private static JsonNode field(JsonNode type, String name) {
        for (JsonNode field : type.path("fields")) {
            if (field.path("name").asText().equals(name)) {
                return field;
            }
        }
        throw new AssertionError("no field " + name + " in " + type);
    }

    @Test
    public void fiveThousandPeopleArePutInAndReadBack() throws Exception {
        Path file = Path.of(System.getProperty("guildhall.shared"), "febrl", "febrl3.csv");
        if (!Files.exists(file)) {
            System.out.println("SKIPPED: " + file + " is not here");
        }
        assumeTrue(Files.exists(file));
        List<String> lines = Files.readAllLines(file);
        Map<String, Map<String, Object>> people = new ConcurrentHashMap<>();
        inParallel(8, lines.subList(1, lines.size()), line -> {
            Map<String, Object> person = person(line.split(",", -1));
            Server.Answer created = server.post("/api/v1/contacts", Server.json(person));
            assertEquals(201, created.status());
            people.put(created.id(), person);
        });
        assertEquals(5_000, people.size());
        Map<String, JsonNode> stored = all("contacts");
        people.forEach((id, person) -> person.forEach(
                (field, value) -> assertEquals(value, stored.get(id).path(field).asText())));
    }

    @Test
    public void aPluginArrivesIsUsedLeavesAndReturns() throws Exception {
        Path clinic = Path.of(System.getProperty("guildhall.clinic"));
        assertEquals(404, server.get("/api/v1/practitioners").status());

        Path jar = server.deploy(clinic, "clinic.jar");
        server.await(200, "/api/v1/practitioners");
        assertEquals(8, server.get("/api/v1/types").body().path("items").size());
        Server.Answer created = server.post("/api/v1/practitioners", "{\"name\":\"Dr. Grace Hopper\"}");
        assertEquals(201, created.status());
        Server.Answer nameless = server.post("/api/v1/practitioners", "{\"speciality\":\"cardiology\"}");
        assertEquals(
                "field.required",
                nameless.body().path("findings").path(0).path("code").asText());

        Files.delete(jar);
        server.await(404, "/api/v1/practitioners");
        assertEquals(404, server.get("/api/v1/practitioners/" + created.id()).status());
        assertEquals(200, server.get("/api/v1/contacts?limit=1").status());
        assertEquals(404, server.get("/api/v1/types/clinic.practitioner").status());

        server.deploy(clinic, "clinic.jar");
        server.await(200, "/api/v1/practitioners");
        assertEquals(
                created.body(),
                server.get("/api/v1/practitioners/" + created.id()).body());
        Files.delete(jar);
        server.await(404, "/api/v1/practitioners");
    }

    @Test
    public void aKilledServerHasEverythingItAcknowledgedAndNothingHalf() throws Exception {
        Set<String> acknowledged = ConcurrentHashMap.newKeySet();
        for (int kill = 0; kill < (FULL ? 20 : 2); kill++) {
            ExecutorService writers = Executors.newFixedThreadPool(8);
            List<Future<?>> ends = new ArrayList<>();
            for (int writer = 0; writer < 8; writer++) {
                ends.add(writers.submit(() -> {
                    while (true) {
                        try {
                            Server.Answer created = server.post("/api/v1/contacts", "{\"lastName\":\"Killed\"}");
                            if (created.status() == 201) {
                                acknowledged.add(created.id());
                            }
                        } catch (IOException e) {
                            return null;
                        }
                    }
                }));
            }
            Thread.sleep(1_000 + kill * 50L);
            server.kill();
            for (Future<?> end : ends) {
                end.get();
            }
            writers.shutdown();
            server.start();
        }
        assertNotEquals(0, acknowledged.size());
        Set<String> missing = new TreeSet<>(acknowledged);
        missing.removeAll(all("contacts").keySet());
        assertEquals(Set.of(), missing);
        System.out.println(database + ": " + acknowledged.size() + " acknowledged, none lost");

        server.stop();
        try (Connection connection = database.open(server, DATABASE_NAME);
                Statement statement = connection.createStatement()) {
            assertEquals(
                    "contacts without a journal row",
                    0,
                    count(
                            statement,
                            "select count(*) from customer_contact c where not exists"
                                    + " (select 1 from gh_journal j where j.record_id = c.id)"));
            assertEquals(
                    "journal rows without a contact",
                    0,
                    count(
                            statement,
                            "select count(*) from gh_journal j where j.record_type = 'customer.contact'"
                                    + " and not exists (select 1 from customer_contact c where j.record_id = c.id)"));
        } finally {
            database.release(server);
            server.start();
        }
    }

    private static long count(Statement statement, String query) throws SQLException {
        try (ResultSet row = statement.executeQuery(query)) {
            row.next();
            return row.getLong(1);
        }
    }

    private static void rejected(int status, String code, String body) throws Exception {
        Server.Answer answer = server.post("/api/v1/contacts", body);
        assertEquals(status, answer.status());
        assertEquals(code, answer.code());
    }

    private static void finding(String code, String field, String body) throws Exception {
        Server.Answer answer = server.post("/api/v1/contacts", body);
        assertEquals(422, answer.status());
        assertEquals(1, answer.body().path("findings").size());
        JsonNode finding = answer.body().path("findings").path(0);
        assertEquals(code, finding.path("code").asText());
        assertEquals(field, finding.path("field").asText());
        assertTrue(finding.path("message").asText().contains(field));
    }

    /** Every record of a type, page by page. */
    private static Map<String, JsonNode> all(String plural) throws Exception {
        Map<String, JsonNode> all = new HashMap<>();
        String next = null;
        do {
            Server.Answer answer =
                    server.get("/api/v1/" + plural + "?limit=200" + (next == null ? "" : "&after=" + next));
            assertEquals(200, answer.status());
            JsonNode page = answer.body();
            page.path("items").forEach(item -> all.put(item.path("id").asText(), item));
            next = page.path("next").isNull() ? null : page.path("next").asText();
        } while (next != null);
        return all;
    }

    private static Map<String, Object> person(String[] columns) {
        Map<String, Object> person = new HashMap<>();
        String[] fields = {null, "firstName", "lastName", null, "street", null, "city", "postalCode", "state"};
        for (int i = 0; i < fields.length; i++) {
            String value = columns[i].strip();
            if (fields[i] != null && !value.isEmpty()) {
                person.put(fields[i], value);
            }
        }
        person.put("nationalId", columns[10].strip());
        String born = columns[9].strip();
        if (born.matches("(19|20)\\d\\d(0[1-9]|1[0-2])(0[1-9]|1\\d|2[0-8])")) {
            person.put("birthDate", born.substring(0, 4) + "-" + born.substring(4, 6) + "-" + born.substring(6));
        }
        return person;
    }

    /** Something that may fail. */
    private interface Step<T> {
        void run(T item) throws Exception;
    }

    private static <T> void inParallel(int threads, List<T> items, Step<T> step)
            throws InterruptedException, ExecutionException {
        ExecutorService pool = Executors.newFixedThreadPool(threads);
        try {
            List<Callable<Void>> calls = new ArrayList<>();
            for (T item : items) {
                calls.add(() -> {
                    step.run(item);
                    return null;
                });
            }
            for (Future<Void> end : pool.invokeAll(calls)) {
                end.get();
            }
        } finally {
            pool.shutdown();
        }
    }

    private static String basic(String name, String password) {
        return "Basic " + Base64.getEncoder().encodeToString((name + ":" + password).getBytes(StandardCharsets.UTF_8));
    }
}
