/* Copyright the Guildhall authors. SPDX-License-Identifier: Apache-2.0 */
package org.guildhall.itests;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertNotEquals;
import static org.junit.Assert.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.http.HttpRequest;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.Before;
import org.junit.Test;
import org.junit.runners.Parameterized;

/** Records change, go to the bin, come back, and tell their history. */
public class ChangesIT extends PluginTests {
    @Parameterized.Parameters(name = "{0}")
    public static List<TestDatabase> databases() {
        return TestDatabase.inTurn(TestDatabase.POSTGRESQL);
    }

    private static final String CONTACTS = "/api/v1/contacts/";
    private static final String APPOINTMENTS = "/api/v1/appointments/";
    private static int minute = 10;

    private String patient;
    private String practitioner;

    @Before
    public void someoneToTreatAndSomeoneWhoDoes() throws Exception {
        if (server.get("/api/v1/practitioners").status() == 404) {
            deploy(clinic(1).build(jar("clinic")), "clinic", "is ready");
        }
        patient = created("contacts", "{\"lastName\":\"Lovelace\",\"city\":\"London\"}")
                .id();
        practitioner =
                created("practitioners", "{\"name\":\"Dr. Grace Hopper\"}").id();
    }

    @Test
    public void aPatchChangesWhatItNames() throws Exception {
        Server.Answer changed = server.patch(CONTACTS + patient, "{\"firstName\":\"Ada\",\"city\":null}");
        assertEquals(200, changed.status());
        assertEquals("Ada", changed.body().path("firstName").asText());
        assertEquals("Lovelace", changed.body().path("lastName").asText());
        assertTrue(changed.body().path("city").isNull());
        assertEquals(2, changed.body().path("version").asInt());
        assertEquals(changed.body(), server.get(CONTACTS + patient).body());
        assertEquals(
                "what is as it was makes no version",
                changed.body(),
                server.patch(CONTACTS + patient, "{\"firstName\":\"Ada\"}").body());
        assertEquals(changed.body(), server.patch(CONTACTS + patient, "{}").body());

        assertEquals(
                List.of("firstName field.kind", "id field.read-only", "shoeSize field.unknown", "country field.format"),
                findings(server.patch(
                        CONTACTS + patient, "{\"firstName\":5,\"id\":\"x\",\"shoeSize\":1,\"country\":\"XX\"}")));
        assertEquals(changed.body(), server.get(CONTACTS + patient).body());
        assertEquals(404, server.patch(CONTACTS + "0000000000000", "{}").status());
        assertEquals(
                List.of("name field.required"),
                findings(server.patch("/api/v1/practitioners/" + practitioner, "{\"name\":null}")));
        assertEquals(400, server.patch(CONTACTS + patient, "[]").status());
    }

    @Test
    public void aTagSaysWhichVersionIsMeant() throws Exception {
        Server.Answer read = server.get(CONTACTS + patient);
        String tag = read.headers().firstValue("ETag").orElseThrow();
        for (String known : List.of(tag, "W/" + tag, "\"1-0\", " + tag, "*")) {
            Server.Answer unchanged =
                    server.send(server.request(CONTACTS + patient).header("If-None-Match", known));
            assertEquals(known, 304, unchanged.status());
            assertEquals(tag, unchanged.headers().firstValue("ETag").orElseThrow());
        }
        Server.Answer changed = server.send(
                server.patching(CONTACTS + patient, "{\"city\":\"Paris\"}").header("If-Match", tag));
        assertEquals(200, changed.status());
        String next = changed.headers().firstValue("ETag").orElseThrow();
        assertNotEquals(tag, next);
        assertEquals(
                200,
                server.send(server.request(CONTACTS + patient).header("If-None-Match", tag))
                        .status());

        for (String stale : List.of(tag, "\"nothing\"", "W/" + next, "\"99-ab\"")) {
            Server.Answer refused = server.send(
                    server.patching(CONTACTS + patient, "{\"city\":\"Rome\"}").header("If-Match", stale));
            assertEquals(stale, 412, refused.status());
            assertEquals("record.stale", refused.code());
            assertEquals(changed.body(), refused.body().path("current"));
            assertEquals(next, refused.headers().firstValue("ETag").orElseThrow());
            assertEquals(
                    412,
                    server.send(server.request(CONTACTS + patient).DELETE().header("If-Match", stale))
                            .status());
        }
        assertEquals(
                200,
                server.send(server.patching(CONTACTS + patient, "{\"city\":\"Rome\"}")
                                .header("If-Match", "*"))
                        .status());
    }

    @Test
    public void changesOfDifferentFieldsDoNotUndoEachOther() throws Exception {
        ExecutorService callers = Executors.newFixedThreadPool(4);
        List<Future<?>> ends = new ArrayList<>();
        for (String field : List.of("firstName", "lastName", "city", "street")) {
            ends.add(callers.submit(() -> {
                for (int i = 1; i <= 10; i++) {
                    Server.Answer answer =
                            server.patch(CONTACTS + patient, "{\"" + field + "\":\"" + field + " " + i + "\"}");
                    assertEquals(answer.body().toString(), 200, answer.status());
                }
                return null;
            }));
        }
        for (Future<?> end : ends) {
            end.get();
        }
        callers.shutdown();
        JsonNode after = server.get(CONTACTS + patient).body();
        for (String field : List.of("firstName", "lastName", "city", "street")) {
            assertEquals(field + " 10", after.path(field).asText());
        }
        assertEquals(41, after.path("version").asInt());
    }

    @Test
    public void aStateGoesToThoseThatMayFollow() throws Exception {
        String id = appointment("");
        Server.Answer skipped = server.patch(APPOINTMENTS + id, "{\"status\":\"completed\"}");
        assertEquals(List.of("status field.transition"), findings(skipped));
        assertTrue(skipped.body().toString().contains("confirmed, cancelled"));
        assertEquals(
                200,
                server.patch(APPOINTMENTS + id, "{\"status\":\"confirmed\"}").status());
        assertEquals(
                200,
                server.patch(APPOINTMENTS + id, "{\"status\":\"completed\"}").status());
        assertEquals(
                List.of("status field.transition"),
                findings(server.patch(APPOINTMENTS + id, "{\"status\":\"requested\"}")));
    }

    @Test
    public void partsAreReplacedAndThoseWithTheirIdKept() throws Exception {
        String id =
                appointment(",\"supplies\":[{\"name\":\"Mask\",\"quantity\":1},{\"name\":\"Gloves\",\"quantity\":2}]");
        String gloves = server.get(APPOINTMENTS + id)
                .body()
                .path("supplies")
                .path(1)
                .path("id")
                .asText();
        Server.Answer changed = server.patch(
                APPOINTMENTS + id,
                "{\"supplies\":[{\"id\":\"" + gloves + "\",\"quantity\":3},{\"name\":\"Syringe\",\"quantity\":1}]}");
        assertEquals(changed.body().toString(), 200, changed.status());
        JsonNode supplies = changed.body().path("supplies");
        assertEquals(2, supplies.size());
        assertEquals(gloves, supplies.path(0).path("id").asText());
        assertEquals("Gloves", supplies.path(0).path("name").asText());
        assertEquals(3, supplies.path(0).path("quantity").asInt());
        assertEquals("Syringe", supplies.path(1).path("name").asText());
        assertEquals(changed.body(), server.get(APPOINTMENTS + id).body());
        assertEquals(
                List.of(
                        "supplies[0].id part.unknown",
                        "supplies[1].name field.required",
                        "supplies[2].quantity field.required",
                        "supplies[3].id part.unknown"),
                findings(server.patch(
                        APPOINTMENTS + id,
                        "{\"supplies\":[{\"id\":\"" + patient + "\"},{\"quantity\":1},{\"id\":\"" + gloves
                                + "\",\"quantity\":null},{\"id\":\"" + gloves + "\"}]}")));
        assertEquals(
                0,
                server.patch(APPOINTMENTS + id, "{\"supplies\":[]}")
                        .body()
                        .path("supplies")
                        .size());
    }

    @Test
    public void aConditionSaysHowItsValuesAreWritten() throws Exception {
        String id = appointment(",\"fee\":{\"amount\":\"17.30\",\"currency\":\"EUR\"}");
        Server.Answer refused = server.get("/api/v1/appointments?filter=fee==17.30");
        assertEquals(List.of("fee field.kind"), findings(refused));
        String message = refused.body().path("findings").path(0).path("message").asText();
        assertTrue(message, message.contains("\"12.30 EUR\""));
        assertEquals(
                id,
                server.get("/api/v1/appointments?filter=fee==%2217.30%20EUR%22")
                        .body()
                        .path("items")
                        .path(0)
                        .path("id")
                        .asText());
    }

    @Test
    public void theHistoryTellsPartsWholeAndByTheirIds() throws Exception {
        Server.Answer made = created(
                "appointments",
                "{\"patient\":\"" + patient + "\",\"practitioner\":\"" + practitioner
                        + "\",\"startsAt\":\"2027-01-02T10:00:00Z\",\"supplies\":"
                        + "[{\"name\":\"Mask\",\"quantity\":1},{\"name\":\"Gloves\",\"quantity\":2}]}");
        String path = APPOINTMENTS + made.id();
        JsonNode before = made.body().path("supplies");
        String mask = "{\"id\":\"" + before.path(0).path("id").asText() + "\"}";
        String gloves = "{\"id\":\"" + before.path(1).path("id").asText() + "\"";
        assertEquals(
                "what is as it was makes no version",
                1,
                server.patch(path, "{\"supplies\":[" + mask + "," + gloves + "}]}")
                        .body()
                        .path("version")
                        .asInt());
        JsonNode after = server.patch(
                        path,
                        "{\"supplies\":[" + mask + "," + gloves + ",\"quantity\":3},"
                                + "{\"name\":\"Syringe\",\"quantity\":1}]}")
                .body()
                .path("supplies");
        assertEquals(3, after.size());
        JsonNode items = server.get(path + "/history").body().path("items");
        assertEquals(before, items.path(1).path("to").path("supplies"));
        assertEquals(before, items.path(0).path("from").path("supplies"));
        assertEquals(after, items.path(0).path("to").path("supplies"));
    }

    @Test
    public void whatIsReferredToIsThereAndGoesAsDeclared() throws Exception {
        Server.Answer dangling = server.post(
                "/api/v1/appointments",
                "{\"patient\":\"0HZX3W8K2M4QR\",\"practitioner\":\"" + patient
                        + "\",\"startsAt\":\"2026-12-01T08:30:00Z\"}");
        assertEquals(List.of("patient field.reference", "practitioner field.reference"), findings(dangling));
        String id = appointment("");
        assertEquals(
                List.of("patient field.reference"),
                findings(server.patch(APPOINTMENTS + id, "{\"patient\":\"" + practitioner + "\"}")));

        Server.Answer blocked = server.delete("/api/v1/practitioners/" + practitioner);
        assertEquals(409, blocked.status());
        assertEquals("record.referred", blocked.code());
        assertTrue(blocked.body().path("detail").asText().contains("clinic.appointment " + id));
        People people = new People(server);
        String role =
                people.role("Head " + practitioner, "", People.may("clinic.practitioner", "all", "read", "delete"));
        Server.Answer unseen = people.user("head." + practitioner, List.of(role))
                .server()
                .delete("/api/v1/practitioners/" + practitioner);
        assertEquals(409, unseen.status());
        assertEquals("record.referred-unseen", unseen.code());
        assertTrue("who does not see it", !unseen.body().toString().contains(id));
        assertEquals("keep", 204, server.delete(CONTACTS + patient).status());
        assertEquals(
                patient, server.get(APPOINTMENTS + id).body().path("patient").asText());
        assertEquals(204, server.delete(APPOINTMENTS + id).status());
        assertEquals(204, server.delete("/api/v1/practitioners/" + practitioner).status());
    }

    @Test
    public void aReferenceIsClearedAndAPartHoldsItsTarget() throws Exception {
        String text = "private String name;";
        deploy(
                plugin("shop", 1)
                        .source("shop/Article.java", record("shop", "", "Article", text))
                        .source(
                                "shop/Order.java",
                                record(
                                        "shop",
                                        "",
                                        "Order",
                                        "@Refers(value = \"shop.article\", onDelete = OnDelete.CLEAR) private Long favourite;"
                                                + " @Refers(onDelete = OnDelete.CLEAR) private Ref about;"
                                                + " @Refers(value = \"customer.contact\", onDelete = OnDelete.CLEAR)"
                                                + " private Long buyer;"))
                        .source(
                                "shop/Line.java",
                                record(
                                        "shop",
                                        "@PartOf(value = \"shop.order\", field = \"lines\")",
                                        "Line",
                                        "@Refers(\"shop.article\") private Long article;"))
                        .build(jar("shop")),
                "shop",
                "is ready");
        String article = created("articles", "{\"name\":\"Pen\"}").id();
        String order = created(
                        "orders",
                        "{\"favourite\":\"" + article + "\",\"about\":{\"type\":\"shop.article\",\"id\":\"" + article
                                + "\"},\"lines\":[{\"article\":\"" + article + "\"}]}")
                .id();
        Server.Answer held = server.delete("/api/v1/articles/" + article);
        assertEquals(409, held.status());
        assertEquals(
                200, server.patch("/api/v1/orders/" + order, "{\"lines\":[]}").status());
        assertEquals(204, server.delete("/api/v1/articles/" + article).status());
        JsonNode after = server.get("/api/v1/orders/" + order).body();
        assertTrue(after.path("favourite").isNull());
        assertTrue(after.path("about").isNull());
        assertEquals(
                article,
                server.get("/api/v1/orders/" + order + "/history")
                        .body()
                        .path("items")
                        .path(1)
                        .path("from")
                        .path("favourite")
                        .asText());
        assertEquals(
                200,
                server.patch("/api/v1/orders/" + order, "{\"buyer\":\"" + patient + "\"}")
                        .status());
        remove("shop", "/api/v1/orders");
        assertEquals(204, server.delete(CONTACTS + patient).status());
    }

    @Test
    public void theBinKeepsWhatIsDeletedAndGivesItBack() throws Exception {
        String id = appointment("");
        JsonNode before = server.get(APPOINTMENTS + id).body();
        assertEquals(204, server.delete(APPOINTMENTS + id).status());
        assertEquals(404, server.get(APPOINTMENTS + id).status());
        assertEquals(404, server.delete(APPOINTMENTS + id).status());
        assertEquals(404, server.patch(APPOINTMENTS + id, "{\"reason\":\"x\"}").status());
        assertEquals(404, server.get(APPOINTMENTS + id + "/history").status());
        server.get("/api/v1/appointments?limit=200")
                .body()
                .path("items")
                .forEach(item -> assertNotEquals(id, item.path("id").asText()));

        // Its key is free meanwhile, and taken when it wants to come back.
        String second = created(
                        "appointments",
                        "{\"patient\":\"" + patient + "\",\"practitioner\":\"" + practitioner + "\",\"startsAt\":\""
                                + before.path("startsAt").asText() + "\"}")
                .id();
        Server.Answer taken = server.post(APPOINTMENTS + id + "/restore", "");
        assertEquals(409, taken.status());
        assertEquals("record.key-taken", taken.code());
        assertEquals(List.of("practitioner field.duplicate", "startsAt field.duplicate"), findings(taken));
        for (String how : List.of("", "?atomic=true")) {
            JsonNode batch = server.post(
                            "/api/v1/appointments:batch" + how,
                            "{\"operations\":[{\"op\":\"restore\",\"id\":\"" + id + "\"}]}")
                    .body();
            JsonNode problem = how.isEmpty() ? batch.path("items").path(0).path("problem") : batch;
            assertEquals(409, problem.path("status").asInt());
            assertEquals("record.key-taken", problem.path("code").asText());
        }
        assertEquals(204, server.delete(APPOINTMENTS + second).status());
        String booked = appointment(",\"endsAt\":\"2027-01-01T11:00:00Z\"");
        assertEquals(204, server.delete(APPOINTMENTS + booked).status());
        appointment(",\"endsAt\":\"2027-01-01T11:00:00Z\"");
        Server.Answer broken = server.post(APPOINTMENTS + booked + "/restore", "");
        assertEquals("a rule is no key", "record.invalid", broken.code());
        assertEquals(List.of("startsAt clinic.doubleBooked"), findings(broken));
        Server.Answer restored = server.post(APPOINTMENTS + id + "/restore", "");
        assertEquals(200, restored.status());
        assertEquals(before.path("number"), restored.body().path("number"));
        assertEquals(3, restored.body().path("version").asInt());
        assertEquals(404, server.post(APPOINTMENTS + id + "/restore", "").status());
    }

    @Test
    public void aChangeBackToAKeyThatAnotherHasMeanwhileIsRefused() throws Exception {
        String id = appointment("");
        String startsAt = server.get(APPOINTMENTS + id).body().path("startsAt").asText();
        assertEquals(
                200,
                server.patch(APPOINTMENTS + id, "{\"startsAt\":\"2028-01-01T10:00:00Z\"}")
                        .status());
        String second = appointment("");
        assertEquals(
                200,
                server.patch(APPOINTMENTS + second, "{\"startsAt\":\"" + startsAt + "\"}")
                        .status());
        assertEquals(
                List.of("practitioner field.duplicate", "startsAt field.duplicate"),
                findings(server.patch(APPOINTMENTS + id, "{\"startsAt\":\"" + startsAt + "\"}")));
        assertEquals(
                "2028-01-01T10:00:00Z",
                server.get(APPOINTMENTS + id).body().path("startsAt").asText());
    }

    @Test
    public void aCallThatIsRepeatedWithItsKeyMakesOneRecord() throws Exception {
        String key = "key " + System.nanoTime();
        Server.Answer first = server.send(posting("{\"lastName\":\"Once\"}", key));
        assertEquals(201, first.status());
        Server.Answer again = server.send(posting("{ \"lastName\" : \"Once\" }", key));
        assertEquals(201, again.status());
        assertEquals(first.body(), again.body());
        Server.Answer other = server.send(posting("{\"lastName\":\"Twice\"}", key));
        assertEquals(422, other.status());
        assertEquals("request.key-reused", other.code());
        assertEquals(422, server.send(posting("{}", "x".repeat(256))).status());

        String raced = key + " raced";
        ExecutorService callers = Executors.newFixedThreadPool(8);
        List<Future<Server.Answer>> ends = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            ends.add(callers.submit(() -> server.send(posting("{\"lastName\":\"Raced\"}", raced))));
        }
        Set<String> made = new HashSet<>();
        for (Future<Server.Answer> end : ends) {
            assertEquals(end.get().body().toString(), 201, end.get().status());
            made.add(end.get().id());
        }
        callers.shutdown();
        assertEquals(1, made.size());
        assertEquals(
                "what failed may be repeated",
                422,
                server.send(posting("{\"lastName\":5}", key + " mended")).status());
        assertEquals(
                201,
                server.send(posting("{\"lastName\":\"Mended\"}", key + " mended"))
                        .status());
    }

    @Test
    public void anIdOfAnotherSystemIsTakenWhole() throws Exception {
        Set<String> made = new HashSet<>();
        for (String id : List.of("a;b", "a;c=1", "a", "a%3Bd", "a+b", "a%2Fb")) {
            Server.Answer answer = server.send(server.request(CONTACTS + "by/shop/" + id)
                    .header("Content-Type", "application/json")
                    .PUT(HttpRequest.BodyPublishers.ofString("{}")));
            assertEquals(id, 201, answer.status());
            made.add(answer.id());
        }
        assertEquals(6, made.size());
        assertEquals(404, server.get(CONTACTS + patient + ";version=1").status());
    }

    private static HttpRequest.Builder posting(String json, String key) {
        return server.request("/api/v1/contacts")
                .header("Content-Type", "application/json")
                .header("Idempotency-Key", key)
                .POST(HttpRequest.BodyPublishers.ofString(json));
    }

    @Test
    public void theHistoryTellsWhoChangedWhat() throws Exception {
        server.send(server.patching(CONTACTS + patient, "{\"city\":\"Paris\",\"birthDate\":\"1815-12-10\"}")
                .header("X-Request-Id", "the-move"));
        server.delete(CONTACTS + patient);
        server.post(CONTACTS + patient + "/restore", "");
        JsonNode items = server.get(CONTACTS + patient + "/history").body().path("items");
        assertEquals(4, items.size());
        List<String> verbs = new ArrayList<>();
        items.forEach(item -> verbs.add(
                item.path("verb").asText() + " " + item.path("version").asInt()));
        assertEquals(List.of("restore 4", "delete 3", "update 2", "create 1"), verbs);
        JsonNode move = items.path(2);
        assertEquals("the-move", move.path("requestId").asText());
        assertEquals("London", move.path("from").path("city").asText());
        assertEquals("Paris", move.path("to").path("city").asText());
        assertTrue(move.path("from").path("birthDate").isNull());
        assertEquals("1815-12-10", move.path("to").path("birthDate").asText());
        assertEquals(
                server.get(CONTACTS + patient).body().path("changedBy").asText(),
                items.path(0).path("by").asText());

        JsonNode page = server.get(CONTACTS + patient + "/history?limit=3").body();
        assertEquals(3, page.path("items").size());
        JsonNode rest = server.get(CONTACTS + patient + "/history?limit=3&before="
                        + page.path("next").asText())
                .body();
        assertEquals("create", rest.path("items").path(0).path("verb").asText());
        assertTrue(rest.path("next").isNull());
    }

    @Test
    public void ofFiftyBookingsAtOnceOneWins() throws Exception {
        String booking = "{\"patient\":\"" + patient + "\",\"practitioner\":\"" + practitioner
                + "\",\"startsAt\":\"2027-02-01T09:%02d:00Z\",\"endsAt\":\"2027-02-01T10:00:00Z\"}";
        ExecutorService callers = Executors.newFixedThreadPool(50);
        try {
            List<Future<Server.Answer>> answers = new ArrayList<>();
            for (int i = 0; i < 50; i++) {
                String json = booking.formatted(i);
                answers.add(callers.submit(() -> server.post("/api/v1/appointments", json)));
            }
            int winners = 0;
            for (Future<Server.Answer> answer : answers) {
                if (answer.get().status() == 201) {
                    winners++;
                } else {
                    assertEquals(
                            answer.get().body().toString(),
                            List.of("startsAt clinic.doubleBooked"),
                            findings(answer.get()));
                }
            }
            assertEquals(1, winners);
        } finally {
            callers.shutdown();
        }
        JsonNode chinese = server.send(server.request("/api/v1/appointments")
                        .header("Content-Type", "application/json")
                        .header("Accept-Language", "zh")
                        .POST(HttpRequest.BodyPublishers.ofString(booking.formatted(1))))
                .body();
        assertEquals(
                "该医生在这段时间已有其他预约。",
                chinese.path("findings").path(0).path("message").asText());
    }

    private String appointment(String more) throws Exception {
        return created(
                        "appointments",
                        "{\"patient\":\"" + patient + "\",\"practitioner\":\"" + practitioner
                                + "\",\"startsAt\":\"2027-01-01T10:" + minute++ + ":00Z\"" + more + "}")
                .id();
    }
}
