/* Copyright the Guildhall authors. SPDX-License-Identifier: Apache-2.0 */
package org.guildhall.itests;

import static org.guildhall.itests.People.may;
import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertFalse;
import static org.junit.Assert.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import org.junit.After;
import org.junit.Assume;
import org.junit.Before;
import org.junit.Test;
import org.junit.runners.Parameterized;

/** Events reach other systems: signed, as their subscriber sees the records, and all of them. */
public class WebhooksIT extends PluginTests {
    @Parameterized.Parameters(name = "{0}")
    public static List<TestDatabase> databases() {
        return TestDatabase.inTurn(TestDatabase.POSTGRESQL);
    }

    private static final String CONTACTS = "/api/v1/contacts/";
    private static final String WEBHOOKS = "/api/v1/webhooks/";
    private static final int KILLS = FULL ? 10 : 1;
    private static final int MANY = FULL ? 20_000 : 3_000;
    private static int number;

    private final List<String> made = new ArrayList<>();
    private Receiver receiver;
    private String mark;

    @Before
    public void begin() throws Exception {
        mark = "w" + ++number;
        receiver = new Receiver();
        allow("127.0.0.1/32");
    }

    @After
    public void end() throws Exception {
        for (String webhook : made) {
            server.delete(WEBHOOKS + webhook);
        }
        receiver.close();
    }

    /** Says to which networks is sent besides, and waits until that holds. */
    private void allow(String networks) throws Exception {
        Path file = server.home().resolve("etc/org.guildhall.webhooks.cfg");
        String text = "allowedAddresses = " + networks + "\n";
        if (Files.exists(file) && Files.readString(file).equals(text)) {
            return;
        }
        Files.writeString(file, text);
        String probe = "{\"url\":\"http://127.0.0.1:1/\",\"active\":false,\"events\":[{\"name\":\"customer.*\"}]}";
        await(() -> {
            Server.Answer answer = server.post("/api/v1/webhooks", probe);
            if (answer.status() == 201) {
                server.delete(WEBHOOKS + answer.id());
            }
            return answer.status() == (networks.isEmpty() ? 422 : 201);
        });
    }

    private static void await(Callable<Boolean> condition) throws Exception {
        await(30, condition);
    }

    private static void await(int seconds, Callable<Boolean> condition) throws Exception {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(seconds);
        while (!condition.call()) {
            assertTrue("not in " + seconds + " seconds\n" + server.log(), System.nanoTime() < end);
            Thread.sleep(50);
        }
    }

    private String webhook(Server caller, String url, String event, String filter) throws Exception {
        Map<String, Object> body = new HashMap<>();
        body.put("url", url);
        body.put("events", List.of(Map.of("name", event)));
        body.put("filter", filter);
        Server.Answer answer = caller.post("/api/v1/webhooks", Server.json(body));
        assertEquals(answer.body().toString(), 201, answer.status());
        made.add(answer.id());
        return answer.id();
    }

    private static String rotate(Server caller, String webhook) throws Exception {
        Server.Answer answer = caller.post(WEBHOOKS + webhook + "/rotateSecret", "{}");
        assertEquals(answer.body().toString(), 200, answer.status());
        return answer.body().path("secret").asText();
    }

    private String contact(String json) throws Exception {
        return created("contacts", json).id();
    }

    private static JsonNode deliveries(String webhook, String json) throws Exception {
        Server.Answer answer = server.post(WEBHOOKS + webhook + "/deliveries", json);
        assertEquals(answer.body().toString(), 200, answer.status());
        return answer.body().path("page").path("items");
    }

    @Test
    public void eventsComeSignedWithTheirRecord() throws Exception {
        String webhook = webhook(server, receiver.url(), "customer.contact.*", null);
        String id = contact("{\"lastName\":\"Before " + mark + "\"}");
        receiver.assertNothing();
        String secret = rotate(server, webhook);
        Receiver.Message made = receiver.next();
        assertTrue(made.isSignedWith(secret));
        assertFalse(made.isSignedWith("whsec_" + "A".repeat(43) + "="));
        assertEquals("customer.contact.created", made.body().path("type").asText());
        assertEquals(id, made.data().path("id").asText());
        assertEquals(1, made.data().path("version").asInt());
        assertEquals(server.get(CONTACTS + id).body(), made.data().path("record"));

        assertEquals(200, server.patch(CONTACTS + id, "{\"firstName\":\"Ada\"}").status());
        Receiver.Message changed = receiver.next();
        assertEquals("[\"firstName\"]", changed.data().path("changed").toString());
        assertEquals(2, changed.data().path("version").asInt());
        assertTrue(changed.isSignedWith(secret));
        assertEquals(204, server.delete(CONTACTS + id).status());
        Receiver.Message gone = receiver.next();
        assertEquals("customer.contact.deleted", gone.body().path("type").asText());
        assertTrue(gone.data().path("record").isNull());
        assertEquals(204, server.post(CONTACTS + id + "/purge", "").status());
        assertEquals(
                "customer.contact.purged", receiver.next().body().path("type").asText());
        await(() -> deliveries(webhook, "{\"state\":\"delivered\"}").size() == 4);

        // The secret is shown once: nothing tells it again.
        for (String path : List.of("", "/history")) {
            String shown = server.get(WEBHOOKS + webhook + path).body().toString();
            assertFalse(shown, shown.contains("whsec_"));
        }
        assertFalse(server.log().contains(secret));
        String shown = shell("guildhall:webhooks");
        assertTrue(shown, shown.contains(receiver.url()) && shown.contains("active"));
        if (FULL) {
            Receiver.verifyByNpm(server.home(), secret, List.of(changed));
        }
    }

    @Test
    public void onlyWhatItsOwnerSeesIsSent() throws Exception {
        People people = new People(server);
        String hides = people.role(
                "hides " + mark,
                ",\"fieldRules\":[{\"type\":\"customer.contact\",\"field\":\"nationalId\",\"access\":\"hidden\"}]",
                may("customer.contact", "own", "read", "create", "update"),
                may("webhooks.webhook", "own", "read", "create", "update"));
        People.Person person = people.user("subscriber" + mark, List.of(hides));
        String webhook = webhook(person.server(), receiver.url(), "*", null);
        String secret = rotate(person.server(), webhook);
        String others = contact("{\"lastName\":\"Not his\"}");
        receiver.assertNothing();
        assertEquals(
                200,
                server.post(CONTACTS + others + "/assign", "{\"owner\":\"" + person.id() + "\"}")
                        .status());
        Receiver.Message assigned = receiver.next();
        assertTrue(assigned.isSignedWith(secret));
        assertEquals(others, assigned.data().path("id").asText());
        assertEquals(
                200,
                server.patch(CONTACTS + others, "{\"nationalId\":\"secret-1\",\"city\":\"Bern\"}")
                        .status());
        Receiver.Message masked = receiver.next();
        assertEquals("[\"city\"]", masked.data().path("changed").toString());
        assertEquals("Bern", masked.data().path("record").path("city").asText());
        assertFalse(new String(masked.raw()), new String(masked.raw()).contains("secret-1"));
        assertEquals(
                person.server().get(CONTACTS + others).body(), masked.data().path("record"));

        // What waits while he loses sight of it is not sent any more.
        receiver.status = 500;
        assertEquals(
                200, server.patch(CONTACTS + others, "{\"city\":\"Basel\"}").status());
        assertEquals(500, receiver.next().answered());
        assertEquals(
                200,
                server.post(CONTACTS + others + "/assign", "{\"owner\":null}").status());
        receiver.status = 204;
        Thread.sleep(6_500);
        receiver.assertNothing();
        await(() -> deliveries(webhook, "{\"state\":\"waiting\"}").size() == 0);

        // Nobody else turns his webhook to himself, not even who may change everything.
        assertEquals(
                "webhooks.owner",
                server.patch(WEBHOOKS + webhook, "{\"url\":\"https://example.org/\"}")
                        .code());
        assertEquals(
                "webhooks.owner",
                server.post(WEBHOOKS + webhook + "/rotateSecret", "{}").code());
        People.Person administrator = people.user("other" + mark, List.of());
        assertEquals(
                List.of("owner webhooks.owner-stays"),
                findings(server.post(WEBHOOKS + webhook + "/assign", "{\"owner\":\"" + administrator.id() + "\"}")));
        Server limited = server.as(people.token(person.id(), "webhooks.webhook"));
        assertEquals(
                "webhooks.scopes",
                limited.post("/api/v1/webhooks", "{\"url\":\"https://example.org/\",\"events\":[{\"name\":\"*\"}]}")
                        .code());
        assertEquals(200, server.patch(WEBHOOKS + webhook, "{\"active\":false}").status());
    }

    @Test
    public void filtersHoldAndAreChecked() throws Exception {
        String rsql =
                webhook(server, receiver.url(), "customer.contact.created", "city==" + mark + ";country=in=(DE,CH)");
        rotate(server, rsql);
        contact("{\"lastName\":\"Elsewhere\",\"city\":\"" + mark + "\",\"country\":\"FR\"}");
        String here = contact("{\"lastName\":\"Here\",\"city\":\"" + mark + "\",\"country\":\"CH\"}");
        assertEquals(here, receiver.next().data().path("id").asText());
        receiver.assertNothing();
        assertEquals(
                200,
                server.patch(
                                WEBHOOKS + rsql,
                                Server.json(Map.of("filter", "{\"field\":\"country\",\"op\":\"eq\",\"value\":\"FR\"}")))
                        .status());
        contact("{\"lastName\":\"Here\",\"city\":\"" + mark + "\",\"country\":\"CH\"}");
        String france = contact("{\"lastName\":\"There\",\"country\":\"FR\"}");
        assertEquals(france, receiver.next().data().path("id").asText());
        assertEquals(
                List.of("filter webhooks.filter"), findings(server.patch(WEBHOOKS + rsql, "{\"filter\":\"city==\"}")));
        assertEquals(
                List.of("filter webhooks.filter-field"),
                findings(server.patch(WEBHOOKS + rsql, "{\"filter\":\"nothing==1\"}")));
        assertEquals(
                List.of("filter field.kind"),
                findings(server.patch(WEBHOOKS + rsql, "{\"filter\":\"birthDate==yesterday\"}")));
        assertEquals(
                List.of("events[0].name webhooks.event"),
                findings(server.patch(WEBHOOKS + rsql, "{\"events\":[{\"name\":\"contact created\"}]}")));
        assertEquals(List.of("events field.required"), findings(server.patch(WEBHOOKS + rsql, "{\"events\":[]}")));
        assertEquals(
                List.of("disabledReason field.read-only"),
                findings(server.patch(WEBHOOKS + rsql, "{\"disabledReason\":\"gone\"}")));
    }

    @Test
    public void whatFailsIsRepeatedAndCanBeReplayed() throws Exception {
        String webhook = webhook(server, receiver.url(), "customer.contact.created", null);
        String secret = rotate(server, webhook);
        receiver.status = 500;
        String id = contact("{\"lastName\":\"Again\"}");
        Receiver.Message first = receiver.next();
        await(() -> deliveries(webhook, "{}").path(0).path("attempts").asInt() == 1);
        JsonNode waiting = deliveries(webhook, "{\"state\":\"waiting\"}").path(0);
        assertEquals("HTTP 500", waiting.path("error").asText());
        assertTrue(shell("guildhall:webhooks").contains("HTTP 500"));
        receiver.status = 204;
        Receiver.Message second = receiver.next();
        assertEquals(first.id(), second.id());
        assertEquals(id, second.data().path("id").asText());
        assertTrue(second.isSignedWith(secret));
        await(() -> deliveries(webhook, "{\"state\":\"delivered\"}").size() == 1);

        Server.Answer replayed = server.post(WEBHOOKS + webhook + "/replay", "{\"delivery\":\"" + first.id() + "\"}");
        assertEquals(
                replayed.body().toString(),
                1,
                replayed.body().path("deliveries").asInt());
        assertEquals(first.id(), receiver.next().id());
        assertEquals(
                List.of("delivery webhooks.delivery"),
                findings(server.post(WEBHOOKS + webhook + "/replay", "{\"delivery\":\"msg_0SAEWB25M0000\"}")));
    }

    @Test
    public void redirectsAreNotFollowed() throws Exception {
        try (Receiver elsewhere = new Receiver()) {
            receiver.status = 307;
            receiver.location = elsewhere.url();
            String webhook = webhook(server, receiver.url(), "customer.contact.created", null);
            rotate(server, webhook);
            contact("{\"lastName\":\"Redirected\"}");
            receiver.next();
            await(() -> deliveries(webhook, "{}").path(0).path("error").asText().equals("HTTP 307"));
            elsewhere.assertNothing();
        }
    }

    @Test
    public void whoIsGoneIsSwitchedOff() throws Exception {
        String webhook = webhook(server, receiver.url(), "customer.contact.created", null);
        rotate(server, webhook);
        receiver.status = 410;
        contact("{\"lastName\":\"Gone\"}");
        receiver.next();
        await(() -> !server.get(WEBHOOKS + webhook).body().path("active").asBoolean());
        assertEquals(
                "gone",
                server.get(WEBHOOKS + webhook).body().path("disabledReason").asText());
        assertTrue(shell("guildhall:webhooks").contains("off: gone"));
        String found = shell("guildhall:doctor");
        assertTrue(
                found, found.contains("WARNING webhook.failed: The webhook " + webhook + " was switched off: gone."));
        contact("{\"lastName\":\"Not told\"}");
        receiver.assertNothing();
        receiver.status = 204;
        assertEquals(200, server.patch(WEBHOOKS + webhook, "{\"active\":true}").status());
        await(() -> server.get(WEBHOOKS + webhook).body().path("disabledReason").isNull());
        String id = contact("{\"lastName\":\"Told\"}");
        assertEquals(id, receiver.next().data().path("id").asText());
        Server.Answer replayed = server.post(WEBHOOKS + webhook + "/replay", "{}");
        assertEquals(1, replayed.body().path("deliveries").asInt());
        receiver.next();
    }

    @Test
    public void aRunOfFailuresPausesTheWebhook() throws Exception {
        String webhook = webhook(server, receiver.url(), "customer.contact.created", "lastName==" + mark);
        rotate(server, webhook);
        receiver.status = 503;
        for (int i = 0; i < 40; i++) {
            contact("{\"lastName\":\"" + mark + "\"}");
        }
        await(() -> shell("guildhall:webhooks").contains("paused until"));
        Thread.sleep(500);
        int calls = receiver.calls.get();
        Thread.sleep(6_000);
        assertEquals("calls while it pauses", calls, receiver.calls.get());
        assertEquals(40, deliveries(webhook, "{\"state\":\"waiting\"}").size());
        // A change of the webhook ends the pause.
        receiver.status = 204;
        assertEquals(
                200,
                server.patch(WEBHOOKS + webhook, "{\"description\":\"mended\"}").status());
        assertEquals(200, server.post(WEBHOOKS + webhook + "/replay", "{}").status());
        await(() -> deliveries(webhook, "{\"state\":\"waiting\"}").size() == 0);
        assertEquals(
                40,
                deliveries(webhook, "{\"state\":\"delivered\",\"limit\":200}").size());
        assertTrue(shell("guildhall:webhooks").contains("active"));
    }

    @Test
    public void privateAddressesAreRefused() throws Exception {
        String webhook =
                webhook(server, "http://" + name() + ":" + receiver.port() + "/", "customer.contact.created", null);
        String allowed = webhook(server, receiver.url(), "customer.contact.created", null);
        rotate(server, webhook);
        rotate(server, allowed);
        allow("");
        for (String host : List.of(
                "127.0.0.1",
                "127.1.2.3",
                "localhost",
                "LOCALHOST",
                "a.localhost",
                "localhost.",
                "[::1]",
                "[::ffff:127.0.0.1]",
                "[fd00::1]",
                "[fe80::1]",
                "[64:ff9b::7f00:1]",
                "[2002:7f00:1::]",
                "0.0.0.0",
                "10.0.0.1",
                "100.64.0.1",
                "169.254.169.254",
                "172.16.0.1",
                "192.168.0.1",
                "224.0.0.1",
                "2130706433",
                "0x7f000001",
                "0x7f.1",
                "017700000001",
                "127.1")) {
            Server.Answer answer =
                    server.post("/api/v1/webhooks", "{\"url\":\"http://" + host + "/\",\"events\":[{\"name\":\"*\"}]}");
            assertEquals(host + " " + answer.body(), 422, answer.status());
        }
        for (String url : List.of("ftp://example.org/", "http://user@example.org/", "file:///etc/passwd", "x")) {
            assertEquals(
                    url,
                    422,
                    server.post("/api/v1/webhooks", "{\"url\":\"" + url + "\",\"events\":[{\"name\":\"*\"}]}")
                            .status());
        }
        // What was stored before, and a name that stands for such an address, are found out when they are sent to.
        contact("{\"lastName\":\"Refused\"}");
        for (String one : List.of(webhook, allowed)) {
            await(() -> deliveries(one, "{}").path(0).path("error").asText().equals("refused address"));
        }
        receiver.assertNothing();
    }

    /** A name of this machine for 127.0.0.1 or another address of its own. */
    private static String name() throws IOException {
        String name = java.net.InetAddress.getLocalHost().getHostName();
        return name.matches("[A-Za-z][A-Za-z0-9.-]*") ? name : "ip6-localhost";
    }

    @Test
    public void theFormerSecretSignsToo() throws Exception {
        String webhook = webhook(server, receiver.url(), "customer.contact.created", null);
        String first = rotate(server, webhook);
        String second = rotate(server, webhook);
        contact("{\"lastName\":\"Overlap\"}");
        Receiver.Message both = receiver.next();
        assertEquals(2, both.signatures().size());
        assertTrue(both.isSignedWith(first) && both.isSignedWith(second));
        Server.Answer answer = server.post(WEBHOOKS + webhook + "/rotateSecret", "{\"overlapHours\":0}");
        String third = answer.body().path("secret").asText();
        contact("{\"lastName\":\"No overlap\"}");
        Receiver.Message one = receiver.next();
        assertEquals(1, one.signatures().size());
        assertTrue(one.isSignedWith(third));
        assertEquals(
                List.of("overlapHours webhooks.overlap"),
                findings(server.post(WEBHOOKS + webhook + "/rotateSecret", "{\"overlapHours\":-1}")));
        assertEquals(
                List.of("overlapHours field.kind"),
                findings(server.post(WEBHOOKS + webhook + "/rotateSecret", "{\"overlapHours\":9999999999}")));
    }

    @Test
    public void recordsComeAndGoWithTheBundle() throws Exception {
        String webhook = webhook(server, receiver.url(), "customer.contact.created", null);
        rotate(server, webhook);
        shell("bundle:stop org.guildhall.webhooks");
        server.await(404, "/api/v1/webhooks");
        assertFalse(shell("guildhall:types").contains("webhooks.webhook"));
        String id = contact("{\"lastName\":\"Meanwhile\"}");
        receiver.assertNothing();
        shell("bundle:start org.guildhall.webhooks");
        server.await(200, WEBHOOKS + webhook);
        assertEquals(id, receiver.next().data().path("id").asText());
    }

    @Test
    public void nothingIsLostWhenTheServerIsKilled() throws Exception {
        String webhook = webhook(server, receiver.url(), "customer.contact.created", "city==" + mark);
        rotate(server, webhook);
        for (int kill = 0; kill < KILLS; kill++) {
            Set<String> acknowledged =
                    Writers.killed(server, "{\"lastName\":\"Kill\",\"city\":\"" + mark + "\"}", kill);
            int before = receiver.messages.size();
            server.start();
            Set<String> heard = new HashSet<>();
            Set<String> messages = new HashSet<>();
            int[] calls = {0};
            await(60, () -> {
                for (Receiver.Message message = receiver.messages.poll();
                        message != null;
                        message = receiver.messages.poll()) {
                    heard.add(message.data().path("id").asText());
                    messages.add(message.id());
                    calls[0]++;
                }
                return heard.containsAll(acknowledged);
            });
            System.out.println(database + ": killed with " + acknowledged.size() + " acknowledged, " + before
                    + " received before, all of them after, " + (calls[0] - messages.size()) + " twice");
        }
    }

    @Test
    public void manyAreSentInASecond() throws Exception {
        Assume.assumeTrue(database == TestDatabase.POSTGRESQL || FULL);
        String webhook = webhook(server, receiver.url(), "customer.contact.created", "city==" + mark);
        StringBuilder batch = new StringBuilder("{\"operations\":[");
        for (int i = 0; i < 1_000; i++) {
            batch.append(i == 0 ? "" : ",")
                    .append("{\"op\":\"create\",\"body\":{\"lastName\":\"Many\",\"city\":\"")
                    .append(mark)
                    .append("\"}}");
        }
        batch.append("]}");
        long begin = System.nanoTime();
        for (int i = 0; i < MANY / 1_000; i++) {
            server.post("/api/v1/contacts:batch", batch.toString());
        }
        double made = (System.nanoTime() - begin) / 1e9;
        await(() -> shell("guildhall:webhooks")
                .lines()
                .anyMatch(line -> line.startsWith(webhook) && line.contains(" " + MANY + " ")));
        begin = System.nanoTime();
        String secret = rotate(server, webhook);
        Set<String> heard = new HashSet<>();
        Receiver.Message last = null;
        while (heard.size() < MANY) {
            last = receiver.next(30);
            heard.add(last.data().path("id").asText());
        }
        double sent = (System.nanoTime() - begin) / 1e9;
        assertTrue(last.isSignedWith(secret));
        await(() -> deliveries(webhook, "{\"state\":\"waiting\"}").size() == 0);
        System.out.printf(
                "%s: %d records made in %.1f s, their deliveries sent in %.1f s, %.0f a second%n",
                database, MANY, made, sent, MANY / sent);
    }
}
