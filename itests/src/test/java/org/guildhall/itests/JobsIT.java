/* Copyright the Guildhall authors. SPDX-License-Identifier: Apache-2.0 */
package org.guildhall.itests;

import static org.guildhall.itests.People.may;
import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertFalse;
import static org.junit.Assert.assertTrue;
import static org.junit.Assume.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.sql.Connection;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.Callable;
import org.junit.Before;
import org.junit.Test;
import org.junit.runners.Parameterized;

/** What plugins do later: jobs, timers on records, and what recurs; once, whatever happens. */
public class JobsIT extends PluginTests {
    private static final int KILLS = FULL ? 20 : 1;
    private static final String IMPORTS = "package works;\nimport java.time.*;\nimport org.guildhall.api.*;\n"
            + "import org.osgi.service.component.annotations.Component;\n";
    private static int number;

    private String mark;

    @Parameterized.Parameters(name = "{0}")
    public static List<TestDatabase> databases() {
        return TestDatabase.inTurn(TestDatabase.POSTGRESQL);
    }

    @Before
    public void aWorkshop() throws Exception {
        mark = "w" + ++number;
        if (server.get("/api/v1/orders").status() == 404) {
            deploy(works().build(jar("works")), "works", "is ready");
            await(() -> server.get("/api/v1/types/orders").body().toString().contains("produce"));
        }
    }

    /** Orders, of which a job makes pieces; a timer reminds of them, and a clock ticks. */
    static PluginJar works() {
        return plugin("works", 1)
                .source(
                        "works/Order.java",
                        record(
                                "works",
                                "",
                                "Order",
                                "@Searchable private String name; private Integer wanted; private Integer pause;"
                                        + " private java.time.Instant remindAt; private java.time.Instant reminded;"))
                .source(
                        "works/Piece.java",
                        record(
                                "works",
                                "@Key({\"name\", \"place\"})",
                                "Piece",
                                "@Searchable @Size(max = 100) private String name; private Integer place; private java.time.Instant due;"))
                .source(
                        "works/Produce.java",
                        IMPORTS + "@Component(service = Operation.class) @ForRecord(\"works.order\")\n"
                                + "@Operates(name = \"produce\")\n"
                                + "public class Produce implements Operation<Produce.Input, Produce.Output> {\n"
                                + "  public record Input(Integer fail) {}\n  public record Output(String job) {}\n"
                                + "  public Output run(Ref on, Input input, Work work) {\n"
                                + "    Values order = work.read(\"works.order\", on.id());\n"
                                + "    return new Output(Ids.format(work.job(\"make\", new JsonObject(\"{\\\"name\\\":\\\"\"\n"
                                + "        + order.get(\"name\") + \"\\\",\\\"wanted\\\":\" + order.get(\"wanted\") + \",\\\"pause\\\":\"\n"
                                + "        + order.get(\"pause\") + \",\\\"fail\\\":\" + input.fail() + \"}\"))));\n  }\n}\n")
                .source(
                        "works/Make.java",
                        IMPORTS + "@Component @Handles(\"make\")\n"
                                + "public class Make implements JobHandler {\n"
                                + "  private static int failed;\n"
                                + "  private static String of(JsonObject json, String name) {\n"
                                + "    return json.text().replaceAll(\".*\\\"\" + name + \"\\\":\\\"?([^\\\",}]*).*\", \"$1\");\n  }\n"
                                + "  public void run(JobRun job) throws Exception {\n"
                                + "    String name = of(job.input(), \"name\");\n"
                                + "    long wanted = Long.parseLong(of(job.input(), \"wanted\"));\n"
                                + "    long pause = Long.parseLong(of(job.input(), \"pause\"));\n"
                                + "    String fail = of(job.input(), \"fail\");\n"
                                + "    long done = job.checkpoint() == null ? 0 : Long.parseLong(of(job.checkpoint(), \"done\"));\n"
                                + "    job.log(\"from \" + done);\n"
                                + "    while (done < wanted) {\n"
                                + "      long place = done + 1;\n"
                                + "      if (fail.equals(\"-1\") || fail.equals(Long.toString(place)) && failed++ == 0)\n"
                                + "        throw new AssertionError(\"broken at \" + place);\n"
                                + "      Thread.sleep(pause);\n"
                                + "      job.progress(place, wanted);\n"
                                + "      job.step(work -> {\n"
                                + "        work.create(\"works.piece\", Values.builder().put(\"name\", name).put(\"place\", place).build());\n"
                                + "        return new JsonObject(\"{\\\"done\\\":\" + place + \"}\");\n      });\n"
                                + "      done = place;\n    }\n  }\n}\n")
                .source(
                        "works/Remember.java",
                        IMPORTS + "@Component(service = Operation.class) @ForRecord(\"works.order\")\n"
                                + "@Operates(name = \"remind\")\n"
                                + "public class Remember implements Operation<Remember.Input, Void> {\n"
                                + "  public record Input(Instant at, boolean cancel) {}\n"
                                + "  public Void run(Ref on, Input input, Work work) {\n"
                                + "    if (input.cancel()) work.cancelTimer(\"reminder\", on);\n"
                                + "    else work.timer(\"reminder\", on, input.at());\n    return null;\n  }\n}\n")
                .source(
                        "works/Reminder.java",
                        IMPORTS + "@Component @Handles(\"reminder\")\n"
                                + "public class Reminder implements TimerHandler {\n"
                                + "  private static int failed;\n"
                                + "  public void due(Ref on, Instant due, Work work) {\n"
                                + "    Values order = work.read(\"works.order\", on.id());\n"
                                + "    if (order.get(\"name\").equals(\"Fails\") && failed++ == 0) throw new AssertionError(\"once\");\n"
                                + "    if (order.get(\"name\").equals(\"Broken\")) throw new AssertionError(\"broken\");\n"
                                + "    work.update(\"works.order\", on.id(), Values.builder().put(\"remindAt\", due)\n"
                                + "        .put(\"reminded\", Instant.now()).build());\n  }\n}\n")
                .source(
                        "works/Tick.java",
                        IMPORTS + "@Component @Every(\"PT1S\")\n"
                                + "public class Tick implements Scheduled {\n"
                                + "  public void run(Instant due, Work work) {\n"
                                + "    work.create(\"works.piece\", Values.builder().put(\"name\", \"tick\")\n"
                                + "        .put(\"place\", due.getEpochSecond()).put(\"due\", due).build());\n  }\n}\n");
    }

    private static void await(Callable<Boolean> condition) throws Exception {
        Await.until(condition, () -> shell("guildhall:jobs") + server.log());
    }

    private String order(Server caller, int wanted, int pause) throws Exception {
        Server.Answer made = caller.post(
                "/api/v1/orders", "{\"name\":\"" + mark + "\",\"wanted\":" + wanted + ",\"pause\":" + pause + "}");
        assertEquals(made.body().toString(), 201, made.status());
        return made.id();
    }

    private static String produce(Server caller, String order, int fail) throws Exception {
        Server.Answer begun = caller.post("/api/v1/orders/" + order + "/produce", "{\"fail\":" + fail + "}");
        assertEquals(begun.body().toString(), 200, begun.status());
        return begun.body().path("job").asText();
    }

    private static JsonNode job(String id) throws Exception {
        return server.get("/api/v1/jobs/" + id).body();
    }

    private int pieces() throws Exception {
        String count = "/api/v1/pieces?limit=1&count=true&filter=name==" + mark;
        return server.get(count).body().path("count").asInt();
    }

    private static void awaitState(String id, String state) throws Exception {
        await(() -> job(id).path("state").asText().equals(state));
    }

    @Test
    public void aJobIsDoneInStepsAndShowsHowFarItIs() throws Exception {
        String id = produce(server, order(server, 12, 150), 0);
        await(() -> job(id).path("done").asInt() > 2);
        assertEquals("running", job(id).path("state").asText());
        assertEquals(12, job(id).path("total").asInt());
        awaitState(id, "done");
        JsonNode job = job(id);
        assertEquals("works.make", job.path("name").asText());
        assertEquals(12, job.path("done").asInt());
        assertEquals("from 0", job.path("log").path(0).path("text").asText());
        assertEquals(12, pieces());
        assertTrue(shell("guildhall:jobs").contains(id));
        assertTrue(shell("guildhall:jobs " + id).contains("from 0"));
    }

    @Test
    public void aJobThatFailsGoesOnFromItsCheckpointAndGivesUpInTheEnd() throws Exception {
        String id = produce(server, order(server, 6, 1), 4);
        await(() -> job(id).path("error").asText().contains("broken at 4"));
        assertEquals(3, pieces());
        awaitState(id, "done");
        assertEquals(6, pieces());
        assertEquals("from 3", job(id).path("log").path(1).path("text").asText());
    }

    @Test
    public void aJobThatFailsForGoodIsNamedUntilItIsGivenUp() throws Exception {
        assumeTrue("the wait of half an hour is cut short from outside", database != TestDatabase.DERBY);
        String id = produce(server, order(server, 6, 1), -1);
        await(() -> job(id).path("error").asText().contains("broken at 1"));
        try (Connection connection = database.open(DATABASE_NAME);
                Statement statement = connection.createStatement()) {
            statement.executeUpdate("update gh_job set attempts = 4, due_at = created_at where state = 'WAITING'");
        }
        awaitState(id, "failed");
        String found = shell("guildhall:doctor");
        assertTrue(
                found,
                found.contains(
                        "WARNING job.failed: Of the jobs works.make 1 failed for good. The last is " + id + "."));
        assertTrue(found, found.contains("guildhall:jobs --retry " + id));
        assertEquals("cancelled", shell("guildhall:jobs --cancel " + id).strip());
        assertEquals("cancelled", job(id).path("state").asText());
        assertFalse(shell("guildhall:doctor").contains("job.failed"));
    }

    @Test
    public void aJobIsCancelled() throws Exception {
        String id = produce(server, order(server, 1_000, 50), 0);
        await(() -> pieces() > 2);
        assertEquals(
                "cancelled",
                server.post("/api/v1/jobs/" + id + "/cancel", "")
                        .body()
                        .path("state")
                        .asText());
        Thread.sleep(300);
        int made = pieces();
        Thread.sleep(500);
        assertEquals(made, pieces());
        assertEquals("cancelled", job(id).path("state").asText());
    }

    @Test
    public void aJobDoesWhatItsOwnerMay() throws Exception {
        People people = new People(server);
        String role = people.role(
                "orderer " + mark,
                "",
                may("works.order", "all", "read", "create", "update"),
                may("works.piece", "all", "read"));
        People.Person person = people.user("orderer" + mark, List.of(role));
        String id = produce(person.server(), order(person.server(), 2, 1), 0);
        await(() -> job(id).path("error").asText().contains("access.forbidden"));
        assertEquals(200, person.server().get("/api/v1/jobs/" + id).status());
        assertEquals(0, pieces());
        People.Person other = people.user("other" + mark, List.of(role));
        assertEquals(404, other.server().get("/api/v1/jobs/" + id).status());
        assertEquals(
                404, other.server().post("/api/v1/jobs/" + id + "/cancel", "").status());
        assertEquals(0, other.server().get("/api/v1/jobs").body().path("items").size());
    }

    @Test
    public void aJobWaitsForItsPlugin() throws Exception {
        String id = produce(server, order(server, 20, 100), 0);
        await(() -> pieces() > 2);
        remove("works", "/api/v1/orders");
        assertEquals("waiting", job(id).path("state").asText());
        deploy(works().build(jar("works")), "works", "is ready");
        awaitState(id, "done");
        assertEquals(20, pieces());
        assertEquals(0, job(id).path("attempts").asInt());
    }

    @Test
    public void aJobSurvivesTheEndOfTheServer() throws Exception {
        int wanted = 20 + 20 * KILLS;
        String id = produce(server, order(server, wanted, 50), 0);
        for (int kill = 0; kill < KILLS; kill++) {
            int before = pieces();
            await(() -> pieces() > before + 4);
            server.kill();
            server.start();
            server.await(200, "/api/v1/orders");
        }
        awaitState(id, "done");
        assertEquals("each piece once", wanted, pieces());
        System.out.println(database + ": a job of " + wanted + " pieces is done after the server was killed " + KILLS
                + " times, each piece once");
    }

    @Test
    public void aTimerGoesOffOnceAtItsTime() throws Exception {
        String order = order(server, 0, 0);
        Instant at = Instant.now().plusSeconds(3);
        remind(order, at);
        String late = order(server, 0, 0);
        remind(late, Instant.now().plus(Duration.ofDays(900)));
        String cancelled = order(server, 0, 0);
        remind(cancelled, Instant.now().plusSeconds(2));
        assertEquals(
                200,
                server.post("/api/v1/orders/" + cancelled + "/remind", "{\"cancel\":true}")
                        .status());
        await(() -> !reminded(order).isNull());
        Instant reminded = Instant.parse(reminded(order).asText());
        assertTrue(at + " " + reminded, !reminded.isBefore(at) && reminded.isBefore(at.plusSeconds(1)));
        assertEquals(
                2, server.get("/api/v1/orders/" + order).body().path("version").asInt());
        assertTrue(reminded(late).isNull());
        assertTrue(reminded(cancelled).isNull());
    }

    private static void remind(String order, Instant at) throws Exception {
        Server.Answer set =
                server.post("/api/v1/orders/" + order + "/remind", "{\"at\":\"" + at + "\",\"cancel\":false}");
        assertTrue(set.body().toString(), set.status() < 300);
    }

    private static JsonNode reminded(String order) throws Exception {
        return server.get("/api/v1/orders/" + order).body().path("reminded");
    }

    @Test
    public void aTimerThatFailsIsTriedAgain() throws Exception {
        Server.Answer made = created("orders", "{\"name\":\"Fails\"}");
        remind(made.id(), Instant.now());
        await(() ->
                shell("guildhall:jobs").contains("once") || !reminded(made.id()).isNull());
        await(() -> !reminded(made.id()).isNull());
    }

    @Test
    public void aTimerThatFailsIsTriedAgainWhenItsPluginComesBack() throws Exception {
        Server.Answer made = created("orders", "{\"name\":\"Broken\"}");
        remind(made.id(), Instant.now());
        await(() -> shell("guildhall:jobs").contains(made.id() + " failed 3 times"));
        Instant next = Instant.now().plusSeconds(55);
        assertEquals(
                200,
                server.patch("/api/v1/orders/" + made.id(), "{\"name\":\"Mended\"}")
                        .status());
        remove("works", "/api/v1/orders");
        deploy(works().build(jar("works")), "works", "is ready");
        await(() -> !reminded(made.id()).isNull());
        assertTrue("before its time", Instant.now().isBefore(next));
    }

    @Test
    public void aTimerThatWasDueMeanwhileGoesOffAtTheStart() throws Exception {
        String order = order(server, 0, 0);
        remind(order, Instant.now().plusSeconds(2));
        server.kill();
        Thread.sleep(2_000);
        server.start();
        await(() -> !reminded(order).isNull());
    }

    @Test
    public void whatRecursRunsEverySecondOnce() throws Exception {
        String ticks = "/api/v1/pieces?limit=200&sort=-place&filter=name==tick";
        await(() -> server.get(ticks).body().path("items").size() >= 5);
        JsonNode items = server.get(ticks).body().path("items");
        for (int i = 0; i < 3; i++) {
            assertEquals(
                    items.path(i).path("place").asLong(),
                    items.path(i + 1).path("place").asLong() + 1);
            Instant due = Instant.parse(items.path(i).path("due").asText());
            Instant ran = Instant.parse(items.path(i).path("createdAt").asText());
            assertTrue(due + " " + ran, !ran.isBefore(due) && ran.isBefore(due.plusSeconds(1)));
        }
        remove("works", "/api/v1/orders");
        Thread.sleep(2_500);
        deploy(works().build(jar("works")), "works", "is ready");
        await(() -> server.get(ticks)
                        .body()
                        .path("items")
                        .path(0)
                        .path("createdAt")
                        .asText("")
                        .compareTo(Instant.now().minusSeconds(1).toString())
                > 0);
    }
}
