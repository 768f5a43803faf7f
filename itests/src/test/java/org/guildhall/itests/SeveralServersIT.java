/* Copyright the Guildhall authors. SPDX-License-Identifier: Apache-2.0 */
package org.guildhall.itests;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertFalse;
import static org.junit.Assert.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import org.junit.After;
import org.junit.Before;
import org.junit.Test;
import org.junit.runner.RunWith;
import org.junit.runners.Parameterized;

/** Two servers on one database: one is killed, the other takes over what it did, and nothing is done twice. */
@RunWith(Parameterized.class)
public class SeveralServersIT {
    private static final String DATABASE_NAME = "guildhall_several_it";
    private static final int PIECES = 150;
    private static final int TIMERS = 20;

    @Parameterized.Parameter
    public TestDatabase database;

    private Server first;
    private Server second;
    private Receiver receiver;

    /** Derby's files belong to one server. */
    @Parameterized.Parameters(name = "{0}")
    public static List<TestDatabase> databases() {
        return TestDatabase.inTurn(TestDatabase.MARIADB).stream()
                .filter(database -> database != TestDatabase.DERBY)
                .toList();
    }

    @Before
    public void twoServers() throws Exception {
        receiver = new Receiver();
        database.create(DATABASE_NAME);
        first = server("first", 18287);
        first.start();
        Server other = server("second", 18289);
        assertEquals(0, other.script(Map.of(), "start").code());
        second = other.as(first.token());
        for (Server one : List.of(first, second)) {
            one.await(200, "/api/v1/orders");
            one.await(200, "/api/v1/notes");
        }
        first.script(Map.of(), "shell", "guildhall:grant echo");
    }

    private Server server(String name, int port) throws Exception {
        Server server = new Server(name + "-" + database, port);
        server.configure("org.guildhall.database.cfg", database.configuration(DATABASE_NAME));
        server.configure("org.guildhall.webhooks.cfg", "allowedAddresses = 127.0.0.1/32\n");
        Path jars = server.home().resolve("jars");
        Files.createDirectories(jars);
        server.deploy(EventsIT.echo().build(jars.resolve("echo.jar")), "echo.jar");
        server.deploy(JobsIT.works().build(jars.resolve("works.jar")), "works.jar");
        return server;
    }

    @After
    public void stop() throws Exception {
        receiver.close();
        second.stop();
        first.stop();
    }

    @Test
    public void theOtherTakesOverAndNothingIsDoneTwice() throws Exception {
        Await.until(() -> !holder("echo.Echo").isEmpty(), () -> first.log());
        Server one = isHeldBy(first, holder("echo.Echo")) ? first : second;
        Server other = one == first ? second : first;
        String secret = webhook(one);
        String job = produce(one);
        List<String> reminded = remind(one);
        Writers writers = new Writers("{\"lastName\":\"Written\"}", one, other);
        Thread.sleep(3_000);
        one.kill();
        long killed = System.nanoTime();
        String after =
                other.post("/api/v1/contacts", "{\"lastName\":\"After\"}").id();
        until(other, () -> heard(other, "&filter=contact==" + after).containsKey(after));
        long seconds = TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - killed);
        assertTrue("taken over after " + seconds + " s", seconds < 10);
        Set<String> acknowledged = writers.end();
        until(other, () -> heard(other, "").keySet().containsAll(acknowledged));
        Map<String, Integer> heard = heard(other, "");
        for (String contact : acknowledged) {
            assertEquals("a contact is heard of once", 1, (int) heard.get(contact));
        }
        until(other, () -> other.get("/api/v1/jobs/" + job)
                .body()
                .path("state")
                .asText()
                .equals("done"));
        assertEquals(
                PIECES,
                other.get("/api/v1/pieces?limit=200&filter=name==job")
                        .body()
                        .path("items")
                        .size());
        for (String order : reminded) {
            until(other, () -> !other.get("/api/v1/orders/" + order)
                    .body()
                    .path("reminded")
                    .isNull());
            assertEquals(
                    "a timer goes off once",
                    2,
                    other.get("/api/v1/orders/" + order).body().path("version").asInt());
        }
        JsonNode ticks = other.get("/api/v1/pieces?limit=200&sort=place&filter=name==tick")
                .body()
                .path("items");
        assertFalse(ticks.isEmpty());
        assertFalse(other.log(), other.log().contains("| ERROR |"));
        Map<String, Receiver.Message> received = new HashMap<>();
        until(other, () -> {
            receiver.messages.forEach(
                    message -> received.put(message.data().path("id").asText(), message));
            return received.keySet().containsAll(acknowledged);
        });
        received.values().forEach(message -> assertTrue(message.isSignedWith(secret)));
        if (PluginTests.FULL) {
            Receiver.verifyByNpm(other.home(), secret, received.values());
        }
        System.out.println(database + ": " + acknowledged.size() + " contacts through two servers, each heard of once"
                + " and received as a webhook, " + (receiver.calls.get() - received.size())
                + " twice; the listener was taken over in " + seconds + " s");
        // A server that was killed comes back, and takes part.
        assertEquals(0, one.script(Map.of(), "start").code());
        one.await(200, "/api/v1/orders");
    }

    private static void until(Server server, Callable<Boolean> condition) throws Exception {
        Await.until(
                condition,
                () -> server.script(Map.of(), "shell", "guildhall:journal").output() + server.log());
    }

    /** The name of the server that has a subscriber. */
    private String holder(String subscriber) throws Exception {
        return first.script(Map.of(), "shell", "guildhall:journal")
                .output()
                .lines()
                .filter(line -> line.startsWith(subscriber) && line.contains("listening"))
                .findFirst()
                .orElse("");
    }

    private static boolean isHeldBy(Server server, String line) throws IOException {
        return line.contains("-" + server.pid() + "-");
    }

    private String webhook(Server server) throws Exception {
        String webhook = server.post(
                        "/api/v1/webhooks",
                        "{\"url\":\"" + receiver.url() + "\",\"events\":[{\"name\":\"customer.contact.created\"}]}")
                .id();
        return server.post("/api/v1/webhooks/" + webhook + "/rotateSecret", "{}")
                .body()
                .path("secret")
                .asText();
    }

    private static String produce(Server server) throws Exception {
        String order = server.post("/api/v1/orders", "{\"name\":\"job\",\"wanted\":" + PIECES + ",\"pause\":40}")
                .id();
        return server.post("/api/v1/orders/" + order + "/produce", "{\"fail\":0}")
                .body()
                .path("job")
                .asText();
    }

    private static List<String> remind(Server server) throws Exception {
        List<String> orders = new ArrayList<>();
        for (int i = 0; i < TIMERS; i++) {
            String order = server.post("/api/v1/orders", "{\"name\":\"timer\"}").id();
            Instant at = Instant.now().plusMillis(500L * i);
            assertTrue(server.post("/api/v1/orders/" + order + "/remind", "{\"at\":\"" + at + "\",\"cancel\":false}")
                            .status()
                    < 300);
            orders.add(order);
        }
        return orders;
    }

    /** How often each contact was heard of as created. */
    private static Map<String, Integer> heard(Server server, String filter) throws Exception {
        Map<String, Integer> heard = new HashMap<>();
        String next = "";
        do {
            JsonNode page = server.get("/api/v1/notes?limit=200&fields=contact" + filter + next)
                    .body();
            page.path("items").forEach(note -> heard.merge(note.path("contact").asText(), 1, Integer::sum));
            next = page.path("next").isNull()
                    ? null
                    : "&after=" + page.path("next").asText();
        } while (next != null);
        return heard;
    }
}
