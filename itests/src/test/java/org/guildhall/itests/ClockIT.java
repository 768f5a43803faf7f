/* Copyright the Guildhall authors. SPDX-License-Identifier: Apache-2.0 */
package org.guildhall.itests;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertTrue;
import static org.junit.Assume.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.junit.After;
import org.junit.Before;
import org.junit.Test;
import org.junit.runner.RunWith;
import org.junit.runners.Parameterized;

/** A server whose clock is set back by an hour while it runs, and forward again. */
@RunWith(Parameterized.class)
public class ClockIT {
    private static final String DATABASE_NAME = "guildhall_clock_it";

    @Parameterized.Parameter
    public TestDatabase database;

    private Server server;

    @Parameterized.Parameters(name = "{0}")
    public static List<TestDatabase> databases() {
        return TestDatabase.available();
    }

    @Before
    public void start() throws Exception {
        Server prepared = new Server("clock-" + database, 18625);
        Path library = prepared.home().resolve("clock.so");
        String refused = compile(library);
        if (!refused.isEmpty()) {
            System.out.println("SKIPPED: clocks that are set: " + refused);
        }
        assumeTrue(refused.isEmpty());
        server = prepared;
        if (database != TestDatabase.DERBY) {
            database.create(DATABASE_NAME);
            server.configure("org.guildhall.database.cfg", database.configuration(DATABASE_NAME));
        }
        clock(0);
        server.variable("LD_PRELOAD", library.toString());
        server.variable("CLOCK_OFFSET", clock().toString());
        Path jars = Files.createDirectories(server.home().resolve("jars"));
        server.deploy(EventsIT.echo().build(jars.resolve("echo.jar")), "echo.jar");
        server.deploy(JobsIT.works().build(jars.resolve("works.jar")), "works.jar");
        server.start();
        server.await(200, "/api/v1/orders");
        server.await(200, "/api/v1/notes");
        server.script(Map.of(), "shell", "guildhall:grant echo");
    }

    @After
    public void stop() throws Exception {
        if (server != null) {
            server.stop();
        }
    }

    private Path clock() {
        return server.home().resolve("clock");
    }

    private void clock(long seconds) throws IOException {
        // In place: the server looks into the file itself.
        try (FileChannel file = FileChannel.open(clock(), StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
            file.write(ByteBuffer.allocate(Long.BYTES)
                    .order(ByteOrder.nativeOrder())
                    .putLong(seconds)
                    .flip());
        }
    }

    /** Makes the library that moves the clock; gives why it could not. */
    private static String compile(Path library) throws InterruptedException {
        try {
            Server.Result compiled = Server.run(
                    List.of(
                            "cc",
                            "-shared",
                            "-fPIC",
                            "-O2",
                            "-o",
                            library.toString(),
                            Path.of("src/test/resources/clock.c")
                                    .toAbsolutePath()
                                    .toString(),
                            "-ldl"),
                    Map.of(),
                    60);
            return compiled.code() == 0 ? "" : compiled.output();
        } catch (IOException e) {
            return "there is no compiler of C: " + e.getMessage();
        }
    }

    @Test
    public void everythingGoesOn() throws Exception {
        Instant before = serves(Duration.ZERO);
        clock(-3_600);
        Instant back = serves(Duration.ofHours(-1));
        assertTrue(before + " " + back, back.isBefore(before.minusSeconds(3_000)));
        if (database != TestDatabase.DERBY) {
            String found = server.script(Map.of(), "shell", "guildhall:doctor").output();
            assertTrue(
                    found,
                    found.contains("WARNING clock.differs: The clocks of the server and of the database differ"));
        }
        clock(3_600);
        serves(Duration.ofHours(1));
        clock(0);
        serves(Duration.ZERO);
        System.out.println(database + ": events, jobs, timers and schedules go on after the clock was set");
    }

    /** Sees that records, events, jobs, timers and schedules work; gives the server's time. */
    private Instant serves(Duration offset) throws Exception {
        until(() -> Duration.between(Instant.now().plus(offset), time()).abs().toSeconds() < 5);
        String contact = created("contacts", "{\"lastName\":\"Clock\"}");
        until(() -> server.get("/api/v1/notes?filter=contact==" + contact)
                        .body()
                        .path("items")
                        .size()
                == 1);
        String order = created("orders", "{\"name\":\"" + contact + "\",\"wanted\":3,\"pause\":10}");
        String job = server.post("/api/v1/orders/" + order + "/produce", "{\"fail\":0}")
                .body()
                .path("job")
                .asText();
        until(() ->
                server.get("/api/v1/jobs/" + job).body().path("state").asText().equals("done"));
        server.post(
                "/api/v1/orders/" + order + "/remind", "{\"at\":\"" + time().plusSeconds(2) + "\",\"cancel\":false}");
        long asked = System.nanoTime();
        until(() -> !reminded(order).isNull());
        long waited = Duration.ofNanos(System.nanoTime() - asked).toMillis();
        assertTrue(waited + " ms", waited > 1_000 && waited < 4_000);
        int ticks = ticks();
        until(() -> ticks() > ticks + 2);
        Thread.sleep(1_500);
        assertEquals(
                "a timer goes off once",
                2,
                server.get("/api/v1/orders/" + order).body().path("version").asInt());
        return time();
    }

    private int ticks() throws Exception {
        return server.get("/api/v1/pieces?limit=1&count=true&filter=name==tick")
                .body()
                .path("count")
                .asInt();
    }

    private JsonNode reminded(String order) throws Exception {
        return server.get("/api/v1/orders/" + order).body().path("reminded");
    }

    private String created(String plural, String json) throws Exception {
        Server.Answer made = server.post("/api/v1/" + plural, json);
        assertEquals(made.body().toString(), 201, made.status());
        return made.id();
    }

    /** The server's own time, as it stamps a new record. */
    private Instant time() throws Exception {
        String order = created("orders", "{\"name\":\"time\"}");
        return Instant.parse(
                server.get("/api/v1/orders/" + order).body().path("createdAt").asText());
    }

    private void until(Callable<Boolean> condition) throws Exception {
        Await.until(
                condition,
                () -> server.script(Map.of(), "shell", "guildhall:journal").output() + server.log());
    }
}
