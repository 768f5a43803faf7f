/* Copyright the Guildhall authors. SPDX-License-Identifier: Apache-2.0 */
package org.guildhall.itests;

import static org.guildhall.itests.People.may;
import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertFalse;
import static org.junit.Assert.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Callable;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.Before;
import org.junit.Test;
import org.junit.runners.Parameterized;

/** What happens to records is told to plugins and callers: everything that was committed, in order, to whom it may be. */
public class EventsIT extends PluginTests {
    private static final String CONTACTS = "/api/v1/contacts/";
    private static final String SUBSCRIBER = "echo.Echo";
    private static final int KILLS = FULL ? 20 : 2;
    private static final ObjectMapper JSON = new ObjectMapper();
    private static int number;

    private String mark;

    @Parameterized.Parameters(name = "{0}")
    public static List<TestDatabase> databases() {
        return TestDatabase.inTurn(TestDatabase.POSTGRESQL);
    }

    @Before
    public void aListener() throws Exception {
        mark = "m" + ++number;
        if (server.get("/api/v1/notes").status() == 404) {
            deploy(echo().build(jar("echo")), "echo", "is ready");
            grant("echo");
        }
        await(() -> subscriber().contains("listening"));
    }

    /** Notes each event of a contact; fails at those who are stuck until a note says that they may go. */
    static PluginJar echo() {
        return PluginJar.named("test.echo")
                .source(
                        "echo/package-info.java",
                        "@org.guildhall.api.GuildhallPlugin(name = \"echo\", uses ="
                                + " @org.guildhall.api.Uses(type = \"customer.contact\"))\npackage echo;\n")
                .source(
                        "echo/Note.java",
                        record(
                                "echo",
                                "@Key({\"contact\", \"place\"})",
                                "Note",
                                "@Searchable @Size(max = 20) private String contact; private Long place;"
                                        + " private Long changeVersion; private String event; private String changed;"))
                .source(
                        "echo/Echo.java",
                        "package echo;\nimport org.guildhall.api.*;\n"
                                + "import org.osgi.service.component.annotations.Component;\n"
                                + "@Component @ForRecord(\"customer.contact\")\n"
                                + "public class Echo implements RecordListener {\n"
                                + "  public void happened(RecordEvent event, Work work) {\n"
                                + "    String name = work.find(\"customer.contact\", event.record().id())\n"
                                + "        .map(contact -> (String) contact.get(\"lastName\")).orElse(\"gone\");\n"
                                + "    if (name.startsWith(\"Stuck\") && work.query(\"echo.note\",\n"
                                + "        Query.where(Condition.equal(\"contact\", name))).items().isEmpty()) {\n"
                                + "      throw new AssertionError(name + \" can't go yet\");\n    }\n"
                                + "    work.create(\"echo.note\", Values.builder()\n"
                                + "        .put(\"contact\", Ids.format(event.record().id()))\n"
                                + "        .put(\"place\", event.sequence()).put(\"changeVersion\", event.version())\n"
                                + "        .put(\"event\", event.name())\n"
                                + "        .put(\"changed\", String.join(\",\", event.changed())).build());\n  }\n}\n");
    }

    private static String subscriber() throws Exception {
        return shell("guildhall:journal")
                .lines()
                .filter(line -> line.startsWith(SUBSCRIBER))
                .findFirst()
                .orElse("");
    }

    private static void await(Callable<Boolean> condition) throws Exception {
        Await.until(condition, () -> subscriber() + "\n" + server.log());
    }

    /** The events of a contact that were noted, in their order. */
    private static List<String> heard(String contact) throws Exception {
        List<String> heard = new ArrayList<>();
        server.get("/api/v1/notes?sort=place&limit=200&filter=contact==" + contact)
                .body()
                .path("items")
                .forEach(note -> heard.add(note.path("changeVersion").asText() + " "
                        + note.path("event").asText()
                        + (note.path("changed").asText("").isEmpty()
                                ? ""
                                : " " + note.path("changed").asText())));
        return heard;
    }

    private static void assertHeard(String contact, String... events) throws Exception {
        await(() -> heard(contact).size() >= events.length);
        assertEquals(List.of(events), heard(contact));
    }

    private String contact(String name) throws Exception {
        return created("contacts", "{\"lastName\":\"" + name + "\",\"city\":\"" + mark + "\"}")
                .id();
    }

    @Test
    public void aListenerHearsOfEverythingInOrder() throws Exception {
        String id = contact("Ada");
        assertEquals(
                200,
                server.patch(CONTACTS + id, "{\"lastName\":\"Ada L\",\"firstName\":\"A\"}")
                        .status());
        assertEquals(200, server.patch(CONTACTS + id, "{\"firstName\":\"A\"}").status());
        assertEquals(204, server.delete(CONTACTS + id).status());
        assertEquals(200, server.post(CONTACTS + id + "/restore", "").status());
        assertEquals(204, server.delete(CONTACTS + id).status());
        assertEquals(204, server.post(CONTACTS + id + "/purge", "").status());
        assertHeard(
                id, "1 created", "2 updated lastName,firstName", "3 deleted", "4 restored", "5 deleted", "6 purged");
    }

    @Test
    public void aListenerHearsSoon() throws Exception {
        List<String> ids = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            ids.add(contact("Soon"));
            Thread.sleep(20);
        }
        List<Long> millis = new ArrayList<>();
        for (String id : ids) {
            await(() -> !heard(id).isEmpty());
            JsonNode note = server.get("/api/v1/notes?filter=contact==" + id)
                    .body()
                    .path("items")
                    .path(0);
            millis.add(Duration.between(
                            Instant.parse(server.get(CONTACTS + id)
                                    .body()
                                    .path("createdAt")
                                    .asText()),
                            Instant.parse(note.path("createdAt").asText()))
                    .toMillis());
        }
        Collections.sort(millis);
        System.out.println(database + ": from a call's begin to its listener's: median " + millis.get(50)
                + " ms, 99 of 100 within " + millis.get(98) + " ms");
        assertTrue(millis.toString(), millis.get(50) < 200);
    }

    @Test
    public void aListenerThatWasAwayHearsOfWhatItMissed() throws Exception {
        String id = contact("Before");
        assertHeard(id, "1 created");
        remove("echo", "/api/v1/notes");
        await(() -> subscriber().contains("away"));
        assertEquals(
                200, server.patch(CONTACTS + id, "{\"firstName\":\"Mean\"}").status());
        assertEquals(
                200, server.patch(CONTACTS + id, "{\"firstName\":\"While\"}").status());
        deploy(echo().build(jar("echo")), "echo", "is ready");
        assertHeard(id, "1 created", "2 updated firstName", "3 updated firstName");
    }

    @Test
    public void whatFailsHoldsUpItsRecordAlone() throws Exception {
        String name = "Stuck " + mark;
        String stuck = contact(name);
        assertEquals(
                200, server.patch(CONTACTS + stuck, "{\"firstName\":\"Still\"}").status());
        String free = contact("Free");
        assertHeard(free, "1 created");
        await(() -> subscriber().contains("failing"));
        assertEquals(List.of(), heard(stuck));
        assertTrue(subscriber(), subscriber().contains("can't go yet"));
        created("notes", "{\"contact\":\"" + name + "\",\"place\":" + -number + "}");
        assertTrue(shell("guildhall:journal --retry " + SUBSCRIBER).contains("events are tried again"));
        assertHeard(stuck, "1 created", "2 updated firstName");
        await(() -> subscriber().contains("listening"));
    }

    @Test
    public void whatFailsCanBeSkipped() throws Exception {
        String stuck = contact("Stuck for ever " + mark);
        await(() -> subscriber().contains("failing"));
        assertTrue(shell("guildhall:journal --skip " + SUBSCRIBER).contains("1 events are skipped"));
        await(() -> subscriber().contains("listening"));
        assertEquals(
                200, server.patch(CONTACTS + stuck, "{\"lastName\":\"Free\"}").status());
        assertHeard(stuck, "2 updated lastName");
        assertTrue(shell("guildhall:journal --skip nobody").contains("There is no subscriber nobody"));
        assertTrue(shell("guildhall:journal --forget " + SUBSCRIBER).contains("is here"));
    }

    @Test
    public void nothingIsLostWhenTheServerIsKilled() throws Exception {
        for (int kill = 0; kill < KILLS; kill++) {
            Set<String> acknowledged = Writers.killed(server, "{\"lastName\":\"" + mark + "\"}", kill);
            server.start();
            server.await(200, "/api/v1/notes");
            Map<String, Integer> heard = new TreeMap<>();
            await(() -> {
                heard.clear();
                heard.putAll(allHeard());
                return heard.keySet().containsAll(acknowledged);
            });
            Set<String> twice = new HashSet<>();
            heard.forEach((id, times) -> {
                if (times > 1 && acknowledged.contains(id)) {
                    twice.add(id);
                }
            });
            assertEquals("heard twice", Set.of(), twice);
            System.out.println(database + ": killed with " + acknowledged.size() + " acknowledged, each heard of once");
        }
    }

    private static Map<String, Integer> allHeard() throws Exception {
        Map<String, Integer> heard = new TreeMap<>();
        String next = "";
        do {
            JsonNode page =
                    server.get("/api/v1/notes?limit=200&fields=contact" + next).body();
            page.path("items").forEach(note -> heard.merge(note.path("contact").asText(), 1, Integer::sum));
            next = page.path("next").isNull()
                    ? null
                    : "&after=" + page.path("next").asText();
        } while (next != null);
        return heard;
    }

    /** An open stream of server-sent events. */
    static final class Stream implements AutoCloseable {
        final BlockingQueue<Map<String, String>> events = new LinkedBlockingQueue<>();
        private final HttpResponse<InputStream> response;

        Stream(Server caller, String query, String lastEvent) throws Exception {
            HttpRequest.Builder request = caller.request("/api/v1/events" + query);
            if (lastEvent != null) {
                request.header("Last-Event-ID", lastEvent);
            }
            response = HttpClient.newHttpClient().send(request.build(), HttpResponse.BodyHandlers.ofInputStream());
            assertEquals(200, response.statusCode());
            assertEquals(
                    "text/event-stream",
                    response.headers().firstValue("Content-Type").orElse("").replaceAll(";.*", ""));
            new Thread(this::read).start();
        }

        private void read() {
            try (BufferedReader lines =
                    new BufferedReader(new InputStreamReader(response.body(), StandardCharsets.UTF_8))) {
                Map<String, String> event = new TreeMap<>();
                for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                    if (line.isEmpty()) {
                        if (event.containsKey("data")) {
                            events.add(event);
                        }
                        event = new TreeMap<>();
                    } else if (!line.startsWith(":")) {
                        event.put(line.replaceAll(":.*", ""), line.replaceAll("^[^:]*: ?", ""));
                    }
                }
            } catch (IOException e) {
                // Closed.
            }
        }

        JsonNode next() throws Exception {
            Map<String, String> event = events.poll(10, TimeUnit.SECONDS);
            assertTrue("no event in ten seconds", event != null);
            JsonNode data = JSON.readTree(event.get("data"));
            assertEquals(event.get("id"), data.path("sequence").asText());
            assertEquals(event.get("event"), data.path("event").asText());
            return data;
        }

        @Override
        public void close() throws IOException {
            response.body().close();
        }
    }

    @Test
    public void callersAreToldOfWhatTheySee() throws Exception {
        People people = new People(server);
        String role =
                people.role("own " + mark, "", may("customer.contact", "own", "read", "create", "update", "delete"));
        People.Person person = people.user("agent" + mark, List.of(role));
        // That the user was made is an event, which he sees.
        awaitNumbers();
        try (Stream all = new Stream(server, "?types=contacts", null);
                Stream own = new Stream(person.server(), "", null)) {
            String others = contact("Others");
            String mine = person.server()
                    .post("/api/v1/contacts", "{\"lastName\":\"Mine\"}")
                    .id();
            assertEquals(
                    200,
                    person.server()
                            .patch(CONTACTS + mine, "{\"firstName\":\"My\"}")
                            .status());
            assertEquals(others, all.next().path("id").asText());
            assertEquals(mine, all.next().path("id").asText());
            JsonNode first = own.next();
            assertEquals(mine, first.path("id").asText());
            assertEquals("customer.contact.created", first.path("event").asText());
            JsonNode second = own.next();
            assertEquals("[\"firstName\"]", second.path("changed").toString());
            assertEquals(2, second.path("version").asInt());
            assertFalse("events are thin", second.toString().contains("My"));
            try (Stream again =
                    new Stream(person.server(), "", first.path("sequence").asText())) {
                assertEquals(second, again.next());
            }
        }
        assertEquals(410, server.get("/api/v1/events?after=999999999").status());
        assertEquals(422, server.get("/api/v1/events?after=x").status());
        assertEquals(404, server.get("/api/v1/events?types=nothings").status());
        assertEquals(401, server.send(server.anonymous("/api/v1/events")).status());
    }

    @Test
    public void aReaderThatGoesIsNoFaultOfTheServer() throws Exception {
        new Stream(server, "", null).close();
        for (int i = 0; i < 5; i++) {
            contact("Unread");
            Thread.sleep(200);
        }
        assertFalse(server.log(), server.log().contains("EventResource"));
    }

    @Test
    public void aCopyFollowsTheChanges() throws Exception {
        awaitNumbers();
        String from = server.get("/api/v1/contacts/changes").body().path("next").asText();
        String changed = contact("Changed");
        String gone = contact("Gone");
        assertEquals(
                200,
                server.patch(CONTACTS + changed, "{\"firstName\":\"Twice\"}").status());
        assertEquals(204, server.delete(CONTACTS + gone).status());
        await(() -> changes(server, from).path("items").size() == 2
                && changes(server, from).path("items").path(1).path("deleted").asBoolean());
        JsonNode changes = changes(server, from);
        assertEquals(changed, changes.path("items").path(0).path("id").asText());
        assertEquals(
                server.get(CONTACTS + changed).body(),
                changes.path("items").path(0).path("record"));
        assertEquals(gone, changes.path("items").path(1).path("id").asText());
        assertFalse(changes.path("items").path(1).has("record"));
        assertEquals(
                0, changes(server, changes.path("next").asText()).path("items").size());

        People people = new People(server);
        String role = people.role("own too " + mark, "", may("customer.contact", "own", "read", "create"));
        People.Person person = people.user("copier" + mark, List.of(role));
        assertEquals(0, changes(person.server(), from).path("items").size());
        People.Person nobody = people.user("nobody" + mark, List.of());
        assertEquals(403, nobody.server().get("/api/v1/contacts/changes").status());
        assertEquals(
                "events.expired",
                server.get("/api/v1/contacts/changes?after=999999999")
                        .body()
                        .path("code")
                        .asText());
    }

    private static JsonNode changes(Server caller, String after) throws Exception {
        Server.Answer answer = caller.get("/api/v1/contacts/changes?after=" + after);
        assertEquals(answer.body().toString(), 200, answer.status());
        return answer.body();
    }

    @Test
    public void whatIsNoLongerKeptIsToldSo() throws Exception {
        String from = server.get("/api/v1/contacts/changes").body().path("next").asText();
        remove("echo", "/api/v1/notes");
        keepEvents("PT2S");
        try {
            contact("Missed");
            contact("Missed too");
            await(() -> server.get("/api/v1/contacts/changes?after=" + from).status() == 410);
            await(() -> shell("guildhall:journal").matches("(?s)Last event (\\d+), expired up to \\1,.*"));
            Server.Answer expired = server.get("/api/v1/events?after=" + from);
            assertEquals(410, expired.status());
            assertEquals("events.expired", expired.body().path("code").asText());
            deploy(echo().build(jar("echo")), "echo", "is ready");
            await(() -> subscriber().contains("listening"));
            await(() -> server.log().contains("was away for longer than events are kept: 2 of them are skipped"));
        } finally {
            keepEvents("P30D");
        }
    }

    private static void keepEvents(String duration) throws Exception {
        server.stop();
        server.configure("org.guildhall.journal.cfg", "eventsKept = " + duration + "\n");
        server.start();
    }
}
