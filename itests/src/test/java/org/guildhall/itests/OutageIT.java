/* Copyright the Guildhall authors. SPDX-License-Identifier: Apache-2.0 */
package org.guildhall.itests;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.After;
import org.junit.Before;
import org.junit.Test;
import org.junit.runner.RunWith;
import org.junit.runners.Parameterized;

/** A server whose database is stopped, and started again: a database of the test's own, on a port of its own. */
@RunWith(Parameterized.class)
public class OutageIT {
    private static final int CALLERS = 20;

    @Parameterized.Parameter
    public TestDatabase database;

    private OwnDatabase own;
    private Server server;

    @Parameterized.Parameters(name = "{0}")
    public static List<TestDatabase> databases() {
        return TestDatabase.inTurn(TestDatabase.MARIADB).stream()
                .filter(one -> one != TestDatabase.DERBY)
                .toList();
    }

    @Before
    public void start() throws Exception {
        own = new OwnDatabase(database, Files.createTempDirectory("guildhall-outage"));
        own.start();
        server = new Server("outage-" + database, 18621);
        server.configure("org.guildhall.database.cfg", own.configuration() + "answerSeconds = 5\n");
        server.start();
    }

    @After
    public void stop() throws Exception {
        server.script(Map.of(), "stop");
        own.stop();
        Server.delete(own.folder());
    }

    @Test
    public void aLostDatabaseIsSaidSoAndComesBackByItself() throws Exception {
        assertEquals(200, health("live"));
        assertEquals(200, health("ready"));
        Server.Answer made = server.post("/api/v1/contacts", "{\"lastName\":\"Before\"}");
        assertEquals(201, made.status());
        // A plugin that wants something of another one, whose grants are in the database.
        server.deploy(EventsIT.echo().build(server.home().resolve("echo.jar")), "echo.jar");
        server.await(200, "/api/v1/notes");
        server.script(Map.of(), "shell", "guildhall:grant echo");

        own.stop();
        long stopped = System.nanoTime();
        within(10, () -> health("ready") == 503);
        System.out.println(database + ": not ready " + millis(stopped) + " ms after the database was gone");
        assertEquals(200, health("live"));
        assertEquals(
                "database-unavailable",
                server.send(server.anonymous("/health/ready").GET())
                        .body()
                        .path("status")
                        .asText());
        assertEquals(
                "the start script goes on",
                200,
                server.send(server.anonymous("/health").GET()).status());

        // More callers than there are threads for waiting ones: each is told at once.
        long asked = System.nanoTime();
        for (Server.Answer answer : parallel(() -> server.get("/api/v1/contacts/" + made.id()))) {
            assertEquals(answer.body().toString(), 503, answer.status());
            assertEquals("database.unavailable", answer.code());
            assertEquals("1", answer.headers().firstValue("Retry-After").orElse(""));
        }
        System.out.println(database + ": " + CALLERS + " callers were refused in " + millis(asked) + " ms");
        assertTrue(millis(asked) < 5_000);
        Server.Answer writing = server.post("/api/v1/contacts", "{\"lastName\":\"Lost\"}");
        assertEquals(503, writing.status());
        Server.Answer chinese = server.send(server.request("/api/v1/contacts")
                .header("Accept-Language", "zh")
                .GET());
        assertTrue(
                chinese.body().toString(),
                chinese.body().path("detail").asText().matches(".*[\\u4e00-\\u9fff].*"));
        String metrics = Server.text(server.anonymous("/metrics"));
        assertTrue(metrics, metrics.contains("guildhall_database_up 0.0"));
        assertTrue(metrics, metrics.contains("guildhall_plugin_state{plugin=\"echo\",state=\"ready\"} 1.0"));
        String doctor = server.script(Map.of(), "shell", "guildhall:doctor").output();
        assertTrue(doctor, doctor.contains("ERROR database.lost: The database can't be reached."));

        own.start();
        long started = System.nanoTime();
        within(15, () -> health("ready") == 200);
        System.out.println(database + ": ready " + millis(started) + " ms after the database was back");
        assertEquals(
                "Before",
                server.get("/api/v1/contacts/" + made.id())
                        .body()
                        .path("lastName")
                        .asText());
        Server.Answer after = server.post("/api/v1/contacts", "{\"lastName\":\"After\"}");
        assertEquals(201, after.status());
        within(15, () -> server.script(Map.of(), "shell", "guildhall:journal")
                .output()
                .contains(" 0 changes without a number"));
        within(15, () -> server.script(Map.of(), "shell", "guildhall:doctor")
                .output()
                .contains("All is well"));
        Server.Answer lost = server.get("/api/v1/contacts?filter=lastName==Lost");
        assertEquals(0, lost.body().path("items").size());
        assertTrue(server.log(), server.log().contains("The database answers again"));
    }

    /** As when its machine hangs, or the network between loses every packet: nothing refuses, and nothing answers. */
    @Test
    public void aDatabaseThatDoesNotAnswerIsGivenUp() throws Exception {
        String id = server.post("/api/v1/contacts", "{\"lastName\":\"Before\"}").id();
        own.signal("STOP");
        long stopped = System.nanoTime();
        try {
            for (Server.Answer answer : parallel(() -> server.get("/api/v1/contacts/" + id))) {
                assertEquals(answer.body().toString(), 503, answer.status());
                assertEquals("database.unavailable", answer.code());
            }
            System.out.println(database + ": " + CALLERS + " callers were given up after " + millis(stopped)
                    + " ms without an answer");
            assertTrue(millis(stopped) < 20_000);
            within(10, () -> health("ready") == 503);
        } finally {
            own.signal("CONT");
        }
        long back = System.nanoTime();
        within(15, () -> health("ready") == 200);
        System.out.println(database + ": ready " + millis(back) + " ms after the database went on");
        for (Server.Answer answer : parallel(() -> server.get("/api/v1/contacts/" + id))) {
            assertEquals(answer.body().toString(), 200, answer.status());
        }
        assertEquals(
                201, server.post("/api/v1/contacts", "{\"lastName\":\"After\"}").status());
        within(15, () -> server.script(Map.of(), "shell", "guildhall:doctor")
                .output()
                .contains("All is well"));
    }

    private int health(String what) throws IOException, InterruptedException {
        return server.send(server.anonymous("/health/" + what).GET()).status();
    }

    private static long millis(long since) {
        return TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - since);
    }

    private void within(int seconds, Callable<Boolean> condition) throws Exception {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(seconds);
        while (!condition.call()) {
            assertTrue("not within " + seconds + " s\n" + server.log(), System.nanoTime() < end);
            Thread.sleep(50);
        }
    }

    private static List<Server.Answer> parallel(Callable<Server.Answer> call) throws Exception {
        ExecutorService callers = Executors.newFixedThreadPool(CALLERS);
        try {
            List<Server.Answer> answers = new ArrayList<>();
            for (Future<Server.Answer> answer : callers.invokeAll(java.util.Collections.nCopies(CALLERS, call))) {
                answers.add(answer.get());
            }
            return answers;
        } finally {
            callers.shutdown();
        }
    }
}
