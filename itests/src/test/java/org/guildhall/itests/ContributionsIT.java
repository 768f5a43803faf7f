/* Copyright the Guildhall authors. SPDX-License-Identifier: Apache-2.0 */
package org.guildhall.itests;

import static org.guildhall.itests.People.may;
import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.Before;
import org.junit.Test;
import org.junit.runners.Parameterized;

/** What a plugin's code adds to records: rules, defaults, operations, parts by themselves; it arrives and leaves. */
public class ContributionsIT extends PluginTests {
    @Parameterized.Parameters(name = "{0}")
    public static List<TestDatabase> databases() {
        return TestDatabase.inTurn(TestDatabase.DERBY);
    }

    private static final String ROOMS = "/api/v1/rooms/";
    private static final String IMPORTS = "package hotel;\nimport java.util.*;\nimport org.guildhall.api.*;\n"
            + "import org.osgi.service.component.annotations.Component;\n";
    private static int number;

    private String room;

    @Before
    public void aHotel() throws Exception {
        if (server.get("/api/v1/rooms").status() == 404) {
            deploy(hotel().build(jar("hotel")), "hotel", "is ready");
            grant("hotel");
            // Its components follow its types.
            for (int i = 0;
                    i < 100
                            && !server.get("/api/v1/types/rooms")
                                    .body()
                                    .toString()
                                    .contains("clean");
                    i++) {
                Thread.sleep(50);
            }
        }
        room = created("rooms", "{\"name\":\"room " + ++number + "\"}").id();
    }

    private static PluginJar hotel() {
        return PluginJar.named("test.hotel")
                .source(
                        "hotel/package-info.java",
                        "@org.guildhall.api.GuildhallPlugin(name = \"hotel\", schema = 1, uses ="
                                + " @org.guildhall.api.Uses(type = \"customer.contact\", verbs ="
                                + " {org.guildhall.api.Verb.READ, org.guildhall.api.Verb.CREATE,"
                                + " org.guildhall.api.Verb.UPDATE}, fields = {\"lastName\", \"city\"}))\npackage hotel;\n")
                .source(
                        "hotel/Room.java",
                        record(
                                "hotel",
                                "@Emits(\"cleaned\")",
                                "Room",
                                "@javax.validation.constraints.NotNull @Searchable private String name;"
                                        + " private String state; private Integer beds;"
                                        + " void clean() { state = \"clean\"; }"))
                .source(
                        "hotel/Stay.java",
                        record(
                                "hotel",
                                "",
                                "Stay",
                                "@javax.validation.constraints.NotNull @Refers(\"hotel.room\") private Long room;"
                                        + " @javax.validation.constraints.NotNull private java.time.LocalDate night;"))
                .source(
                        "hotel/Remark.java",
                        record(
                                "hotel",
                                "@PartOf(value = \"hotel.room\", field = \"remarks\", nested = false, max = 5)",
                                "Remark",
                                "@javax.validation.constraints.NotNull private String words;"))
                .source(
                        "hotel/Trace.java",
                        record(
                                "hotel",
                                "",
                                "Trace",
                                "@javax.validation.constraints.NotNull @Refers(onDelete = OnDelete.KEEP) @OnRecord"
                                        + " private Ref about;"))
                .source(
                        "hotel/Traces.java",
                        IMPORTS + "@Component @ForRecord(\"hotel.stay\")\n"
                                + "public class Traces implements RecordListener {\n"
                                + "  public void happened(RecordEvent event, Work work) {\n"
                                + "    work.create(\"hotel.trace\", Values.of(\"about\", event.record()));\n  }\n}\n")
                .source(
                        "hotel/OneStayANight.java",
                        IMPORTS + "@Component @ForRecord(\"hotel.stay\")\n"
                                + "public class OneStayANight implements RecordRule {\n"
                                + "  public List<Finding> check(Change change, Work work) {\n"
                                + "    if (change.after().names().isEmpty()) return List.of();\n"
                                + "    Object room = change.after().get(\"room\");\n"
                                + "    work.lock(\"hotel.room\", (Long) room);\n"
                                + "    Page stays = work.query(\"hotel.stay\", Query.where(Condition.all(\n"
                                + "        Condition.equal(\"room\", room),\n"
                                + "        Condition.equal(\"night\", change.after().get(\"night\")))));\n"
                                + "    return stays.items().isEmpty() ? List.of()\n"
                                + "        : List.of(new Finding(\"night\", \"field.duplicate\", \"night\"));\n  }\n}\n")
                .source(
                        "hotel/Beds.java",
                        IMPORTS + "@Component @ForRecord(\"hotel.room\")\n"
                                + "public class Beds implements RecordDefaults {\n"
                                + "  public Values defaults(Values given, Work work) {\n"
                                + "    return Values.builder().put(\"beds\", 2L).put(\"state\", \"new\").build();\n  }\n}\n")
                .source(
                        "hotel/NoEvilRooms.java",
                        IMPORTS + "@Component @ForRecord(\"hotel.room\")\n"
                                + "public class NoEvilRooms implements RecordRule {\n"
                                + "  public List<Finding> check(Change change, Work work) {\n"
                                + "    if (\"evil\".equals(change.after().get(\"name\"))) throw new IllegalStateException(\"evil\");\n"
                                + "    return List.of();\n  }\n}\n")
                .source(
                        "hotel/Clean.java",
                        IMPORTS
                                + "@Component(service = Operation.class) @ForRecord(\"hotel.room\") @Operates(name = \"clean\")\n"
                                + "public class Clean implements Operation<Clean.Input, Clean.Output> {\n"
                                + "  public record Input(String guest, boolean fail, boolean meddle) {}\n"
                                + "  public record Output(String guest, int stays) {}\n"
                                + "  public Output run(Ref on, Input input, Work work) {\n"
                                + "    work.own(Room.class, on.id()).clean();\n"
                                + "    String id = null;\n"
                                + "    if (input.guest() != null) {\n"
                                + "      Values guest = work.create(\"customer.contact\", Values.of(\"lastName\", input.guest()));\n"
                                + "      work.update(\"customer.contact\", (Long) guest.get(\"id\"), Values.of(\"city\", \"here\"));\n"
                                + "      id = Ids.format((Long) guest.get(\"id\"));\n"
                                + "    }\n"
                                + "    if (input.meddle()) work.query(\"security.user\", Query.ALL);\n"
                                + "    work.emit(\"cleaned\", on);\n"
                                + "    int stays = work.query(\"hotel.stay\", Query.where(Condition.equal(\"room\", on.id())).counted()).count();\n"
                                + "    if (input.fail()) throw new IllegalStateException(\"out of soap\");\n"
                                + "    return new Output(id, stays);\n  }\n}\n");
    }

    @Test
    public void defaultsFillWhatIsNotSaid() throws Exception {
        JsonNode made = server.get(ROOMS + room).body();
        assertEquals(2, made.path("beds").asInt());
        assertEquals(
                5,
                created("rooms", "{\"name\":\"suite\",\"beds\":5}")
                        .body()
                        .path("beds")
                        .asInt());
    }

    @Test
    public void ofManyWhoWantOneNightOneGetsIt() throws Exception {
        ExecutorService guests = Executors.newFixedThreadPool(8);
        List<Future<Server.Answer>> answers = new ArrayList<>();
        for (int i = 0; i < 16; i++) {
            answers.add(guests.submit(
                    () -> server.post("/api/v1/stays", "{\"room\":\"" + room + "\",\"night\":\"2026-12-24\"}")));
        }
        int made = 0;
        for (Future<Server.Answer> answer : answers) {
            if (answer.get().status() == 201) {
                made++;
            } else {
                assertEquals(List.of("night field.duplicate"), findings(answer.get()));
            }
        }
        guests.shutdown();
        assertEquals(1, made);
    }

    @Test
    public void aRuleThatThrowsFailsTheChangeAndIsNamed() throws Exception {
        int from = server.log().length();
        Server.Answer refused = server.send(
                server.patching(ROOMS + room, "{\"name\":\"evil\"}").header("X-Request-Id", "evil-" + number));
        server.awaitLog(from, "A rule of the plugin hotel failed.* \\[evil-" + number + "\\]");
        assertEquals(503, refused.status());
        assertEquals("plugin.rule-failed", refused.code());
        assertTrue(refused.body().path("detail").asText().contains("hotel"));
        assertEquals(1, server.get(ROOMS + room).body().path("version").asInt());
        assertEquals(200, server.patch(ROOMS + room, "{\"name\":\"good\"}").status());
    }

    @Test
    public void anOperationDoesAllOfItsWorkOrNothing() throws Exception {
        String guest = "guest" + number;
        Server.Answer failed = server.post(ROOMS + room + "/clean", "{\"guest\":\"" + guest + "\",\"fail\":true}");
        assertEquals(500, failed.status());
        assertEquals("request.failed", failed.code());
        assertEquals(1, server.get(ROOMS + room).body().path("version").asInt());
        assertEquals(
                0,
                server.get("/api/v1/contacts?q=" + guest).body().path("items").size());

        Server.Answer meddled = server.post(ROOMS + room + "/clean", "{\"guest\":\"" + guest + "\",\"meddle\":true}");
        assertEquals(403, meddled.status());
        assertEquals("plugin.not-declared", meddled.code());
        assertEquals(
                0,
                server.get("/api/v1/contacts?q=" + guest).body().path("items").size());

        server.post("/api/v1/stays", "{\"room\":\"" + room + "\",\"night\":\"2027-01-01\"}");
        Server.Answer done = server.post(ROOMS + room + "/clean", "{\"guest\":\"" + guest + "\"}");
        assertEquals(done.body().toString(), 200, done.status());
        assertEquals(1, done.body().path("stays").asInt());
        assertEquals("clean", server.get(ROOMS + room).body().path("state").asText());
        String contact = "/api/v1/contacts/" + done.body().path("guest").asText();
        assertEquals("here", server.get(contact).body().path("city").asText());
        assertEquals(2, server.get(contact + "/history").body().path("items").size());
        Set<String> verbs = new TreeSet<>();
        server.get(ROOMS + room + "/history")
                .body()
                .path("items")
                .forEach(entry -> verbs.add(entry.path("verb").asText()));
        assertEquals(Set.of("create", "update", "cleaned"), verbs);
        assertEquals(
                "no body is an empty one",
                200,
                server.post(ROOMS + room + "/clean", "").status());
    }

    @Test
    public void anOperationMayNoMoreThanItsCaller() throws Exception {
        People people = new People(server);
        String role = people.role("Housekeeper " + ++number, "", may("hotel.*", "all", "read", "update"));
        Server keeper = people.user("keeper" + number, List.of(role)).server();
        assertEquals(
                "who makes no contacts",
                403,
                keeper.post(ROOMS + room + "/clean", "{\"guest\":\"nobody\"}").status());
        assertEquals(200, keeper.post(ROOMS + room + "/clean", "{}").status());
    }

    @Test
    public void aListenerHangsARecordOnAnother() throws Exception {
        String stay = created("stays", "{\"room\":\"" + room + "\",\"night\":\"2027-02-02\"}")
                .id();
        int traces = 0;
        for (int i = 0; i < 200 && traces == 0; i++) {
            Thread.sleep(50);
            traces = server.get("/api/v1/traces?filter=about==hotel.stay:" + stay)
                    .body()
                    .path("items")
                    .size();
        }
        assertEquals(1, traces);
    }

    @Test
    public void partsByThemselvesComeAPageAtATime() throws Exception {
        String remarks = ROOMS + room + "/remarks";
        List<String> ids = new ArrayList<>();
        for (int i = 1; i <= 5; i++) {
            Server.Answer made = server.post(remarks, "{\"words\":\"remark " + i + "\"}");
            assertEquals(made.body().toString(), 201, made.status());
            ids.add(made.id());
        }
        assertEquals(List.of("remarks part.too-many"), findings(server.post(remarks, "{\"words\":\"one too many\"}")));
        assertEquals(List.of("words field.required"), findings(server.post(remarks, "{}")));
        assertEquals(List.of("remarks part.paged"), findings(server.patch(ROOMS + room, "{\"remarks\":[]}")));
        JsonNode first = server.get(remarks + "?limit=3").body();
        assertEquals(3, first.path("items").size());
        JsonNode second = server.get(
                        remarks + "?limit=3&after=" + first.path("next").asText())
                .body();
        assertEquals(2, second.path("items").size());
        assertTrue(second.path("next").isNull());
        assertEquals("remark 5", second.path("items").path(1).path("words").asText());
        assertEquals(
                "each is a version of the record",
                6,
                server.get(ROOMS + room).body().path("version").asInt());

        String one = remarks + "/" + ids.get(0);
        assertEquals(
                "changed",
                server.patch(one, "{\"words\":\"changed\"}")
                        .body()
                        .path("words")
                        .asText());
        assertEquals("changed", server.get(one).body().path("words").asText());
        JsonNode last =
                server.get(ROOMS + room + "/history").body().path("items").path(0);
        assertEquals(
                "remark 1",
                last.path("from").path("remarks").path(0).path("words").asText());
        assertEquals(
                "changed", last.path("to").path("remarks").path(0).path("words").asText());
        assertEquals(204, server.delete(one).status());
        assertEquals(404, server.get(one).status());
        String other = created("rooms", "{\"name\":\"other\"}").id();
        assertEquals(
                "a part of another record",
                404,
                server.get(ROOMS + other + "/remarks/" + ids.get(1)).status());
    }

    @Test
    public void whatAPluginAddsLeavesWithIt() throws Exception {
        String source = IMPORTS.replace("package hotel", "package strict")
                + "@Component @ForRecord(\"customer.contact\")\npublic class NoTests implements RecordRule {\n"
                + "  public List<Finding> check(Change change, Work work) {\n"
                + "    return \"test\".equals(change.after().get(\"lastName\"))\n"
                + "        ? List.of(new Finding(\"lastName\", \"field.choice\", \"lastName\", \"a name\")) : List.of();\n"
                + "  }\n}\n";
        deploy(plugin("strict", 1).source("strict/NoTests.java", source).build(jar("strict")), "strict", "is ready");
        awaitStatus(422);
        Files.delete(server.home().resolve("deploy/strict.jar"));
        awaitStatus(201);
    }

    private static void awaitStatus(int status) throws Exception {
        int answered = 0;
        for (int i = 0; i < 100 && answered != status; i++) {
            answered =
                    server.post("/api/v1/contacts", "{\"lastName\":\"test\"}").status();
            Thread.sleep(50);
        }
        assertEquals(status, answered);
    }
}
