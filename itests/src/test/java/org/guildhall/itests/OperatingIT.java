/* Copyright the Guildhall authors. SPDX-License-Identifier: Apache-2.0 */
package org.guildhall.itests;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertFalse;
import static org.junit.Assert.assertThrows;
import static org.junit.Assert.assertTrue;
import static org.junit.Assume.assumeTrue;

import java.io.IOException;
import java.net.http.HttpRequest;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.LocalTime;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import org.junit.Test;
import org.junit.runners.Parameterized;

/** What tells an administrator how the server is, and what to do. */
public class OperatingIT extends PluginTests {
    @Parameterized.Parameters(name = "{0}")
    public static List<TestDatabase> databases() {
        return TestDatabase.inTurn(TestDatabase.POSTGRESQL);
    }

    private static final Set<String> LABELS = Set.of(
            "action", "area", "cause", "gc", "id", "le", "method", "plugin", "state", "status", "subscriber", "type");

    @Test
    public void theFiguresAreThereAndNameNoPerson() throws Exception {
        created("contacts", "{\"lastName\":\"Metricsson\"}");
        assertEquals(200, server.get("/api/v1/contacts?q=Metricsson").status());
        String text = metrics();
        for (String figure : List.of(
                "guildhall_http_requests_seconds_count{method=\"POST\",status=\"2xx\",type=\"customer.contact\"} [1-9].*",
                "guildhall_http_requests_seconds_bucket{method=\"GET\",status=\"2xx\",type=\"customer.contact\",le=\"0.1\"} .*",
                "guildhall_database_up 1.0",
                "guildhall_database_connections{state=\"idle\"} \\d.*",
                "guildhall_database_connections_most 10.0",
                "guildhall_journal_last [1-9].*",
                "guildhall_journal_waiting \\d.*",
                "guildhall_plugin_state{plugin=\"customer\",state=\"ready\"} 1.0",
                "jvm_memory_used_bytes{area=\"heap\",id=\".*\"} .*",
                "jvm_threads_live_threads .*",
                "jvm_gc_pause_seconds_count{.*} .*|jvm_gc_memory_allocated_bytes_total .*",
                "process_uptime_seconds .*")) {
            assertTrue(
                    figure + " in\n" + text,
                    Pattern.compile("(?m)^(" + figure.replace("{", "\\{") + ")$")
                            .matcher(text)
                            .find());
        }
        assertFalse(text, text.contains("Metricsson"));
        Matcher label = Pattern.compile("[{,](\\w+)=\"").matcher(text);
        while (label.find()) {
            assertTrue(label.group(), LABELS.contains(label.group(1)));
        }
    }

    @Test
    public void whatCallersMakeUpAddsNoSeries() throws Exception {
        server.get("/api/v1/nothing-of-the-kind");
        server.send(server.request("/api/v1/contacts/x").method("MADEUP", HttpRequest.BodyPublishers.noBody()));
        long before = metrics()
                .lines()
                .filter(line -> line.startsWith("guildhall_http"))
                .count();
        for (int i = 0; i < 30; i++) {
            server.get("/api/v1/made-up-" + i + "/x" + i);
            server.send(server.request("/api/v1/contacts/x").method("MADEUP" + i, HttpRequest.BodyPublishers.noBody()));
        }
        assertEquals(
                before,
                metrics()
                        .lines()
                        .filter(line -> line.startsWith("guildhall_http"))
                        .count());
    }

    @Test
    public void theFiguresAreForThisMachineAndWhoMay() throws Exception {
        assertEquals(200, server.send(server.anonymous("/metrics").GET()).status());
        // Behind a proxy on this machine everybody seems to be here.
        assertEquals(401, status(server.anonymous("/metrics")));
        assertEquals(200, status(server.request("/metrics")));
        String token = token("metrics-nobody", "Nothing", "[]");
        assertEquals(403, status(server.as(token).request("/metrics")));
        String prometheus = token("metrics-prometheus", "Prometheus", "[{\"permission\":\"server.metrics\"}]");
        assertEquals(200, status(server.as(prometheus).request("/metrics")));
    }

    private static int status(HttpRequest.Builder request) throws Exception {
        return server.send(request.header("X-Forwarded-For", "192.0.2.7").GET()).status();
    }

    /** A token of a user with one role, which is made for it. */
    private static String token(String user, String role, String grants) throws Exception {
        if (server.get("/api/v1/users?filter=name==" + user)
                .body()
                .path("items")
                .isEmpty()) {
            String id = created("roles", "{\"name\":\"" + role + "\",\"grants\":" + grants + "}")
                    .id();
            created("users", "{\"name\":\"" + user + "\",\"roles\":[{\"role\":\"" + id + "\"}]}");
        }
        return shell("guildhall:token-add " + user + " tests").strip();
    }

    private static String metrics() throws Exception {
        return Server.text(server.anonymous("/metrics"));
    }

    private static String doctor() throws Exception {
        return shell("guildhall:doctor");
    }

    /** Waits until the doctor finds something, or finds it no more. */
    private static String finds(boolean there, String code) throws Exception {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
        while (true) {
            String found = doctor();
            if (found.contains(" " + code + ": ") == there) {
                return found;
            }
            assertTrue(code + (there ? " is not in " : " is still in ") + found, System.nanoTime() < end);
        }
    }

    private static void limits(String limits) throws IOException {
        server.configure("org.guildhall.health.cfg", limits);
    }

    @Test
    public void whatIsWellIsSaidToBe() throws Exception {
        finds(false, "subscriber.failed");
        assertTrue(doctor(), doctor().matches("(?s)All is well: [6-9] checks found nothing\\.\\s*"));
    }

    @Test
    public void limitsAreTheAdministrators() throws Exception {
        try {
            limits("freeDiskMegabytes = 1000000000\nclockDifferenceMillis = -1\ndatabaseAnswerMillis = 0\n");
            String found = finds(true, "disk.full");
            assertTrue(found, found.matches("(?s).*ERROR disk.full: Only \\d+ of \\d+ megabytes are free.*"));
            assertTrue(found, found.contains("WARNING clock.differs: The clocks of the server and of the database"));
            assertTrue(found, found.contains("WARNING database.slow: The database takes "));
        } finally {
            limits("freeDiskMegabytes = 1\n");
        }
        finds(false, "disk.full");
    }

    @Test
    public void aLimitThatIsNoNumberIsNamed() throws Exception {
        try {
            limits("freeDiskMegabytes = 1\nbehind = lots\n");
            String found = finds(true, "check.failed");
            assertTrue(found, found.contains("behind in etc/org.guildhall.health.cfg is no number; 10000 holds."));
        } finally {
            limits("freeDiskMegabytes = 1\n");
        }
        finds(false, "check.failed");
    }

    @Test
    public void aPluginThatFailsIsNamed() throws Exception {
        deploy(
                plugin("broken", 1)
                        .source(
                                "broken/Twice.java",
                                record("broken", "", "Twice", "private java.util.Map<String, String> map;"))
                        .build(jar("broken")),
                "broken",
                "failed");
        String found = finds(true, "plugin.failed");
        assertTrue(found, found.contains("The plugin broken"));
        Files.delete(server.home().resolve("deploy/broken.jar"));
        finds(false, "plugin.failed");
    }

    @Test
    public void aSubscriberThatFailsOrLagsIsNamed() throws Exception {
        deploy(
                PluginJar.named("test.slow")
                        .source(
                                "slow/package-info.java",
                                "@org.guildhall.api.GuildhallPlugin(name = \"slow\", uses ="
                                        + " @org.guildhall.api.Uses(type = \"customer.contact\"))\npackage slow;\n")
                        .source(
                                "slow/Slow.java",
                                "package slow;\nimport org.guildhall.api.*;\n"
                                        + "import org.osgi.service.component.annotations.Component;\n"
                                        + "@Component @ForRecord(\"customer.contact\")\n"
                                        + "public class Slow implements RecordListener {\n"
                                        + "  public void happened(RecordEvent event, Work work) {\n"
                                        + "    try { Thread.sleep(1500); } catch (InterruptedException e) { return; }\n"
                                        + "    throw new IllegalStateException(\"Personalname can't go\");\n  }\n}\n")
                        .build(jar("slow")),
                "slow",
                "is ready");
        try {
            limits("freeDiskMegabytes = 1\nbehind = 1\n");
            for (int i = 0; i < 30; i++) {
                created("contacts", "{\"lastName\":\"Personalname\"}");
            }
            String behind = finds(true, "subscriber.behind");
            assertTrue(behind, behind.contains("The subscriber slow.Slow has not been told of "));
            String failed = finds(true, "subscriber.failed");
            assertTrue(failed, failed.contains("guildhall:journal --retry slow.Slow"));
            assertTrue(metrics(), metrics().contains("guildhall_subscriber_behind{subscriber=\"slow.Slow\"}"));
            supportBundle();
        } finally {
            limits("freeDiskMegabytes = 1\n");
            Files.delete(server.home().resolve("deploy/slow.jar"));
        }
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
        while (shell("guildhall:plugins").contains("slow")) {
            assertTrue(System.nanoTime() < end);
        }
        while (!shell("guildhall:journal --forget slow.Slow").isBlank()) {
            assertTrue(System.nanoTime() < end);
        }
        finds(false, "subscriber.failed");
    }

    /** Everything that helps, and nobody's name, password or token. */
    private static void supportBundle() throws Exception {
        Path old = server.home().resolve("etc/old.cfg");
        Files.writeString(old, "# \u00fc\n.password = Personalname\n", StandardCharsets.ISO_8859_1);
        Path file = Path.of(server.script(Map.of(), "shell", "guildhall:support-bundle")
                .line("file")
                .strip());
        Files.delete(old);
        assertEquals("rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(file)));
        Map<String, String> entries = new TreeMap<>();
        try (ZipInputStream zip = new ZipInputStream(Files.newInputStream(file))) {
            for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
                entries.put(entry.getName(), new String(zip.readAllBytes(), StandardCharsets.UTF_8));
            }
        }
        assertTrue(
                entries.keySet().toString(),
                entries.keySet()
                        .containsAll(List.of(
                                "bundles.txt",
                                "doctor.txt",
                                "etc/org.guildhall.database.cfg",
                                "log/guildhall.log",
                                "plugins.txt",
                                "threads.txt",
                                "versions.txt")));
        assertFalse(entries.keySet().toString(), entries.containsKey("etc/users.properties"));
        String all = String.join("\n", entries.values());
        assertTrue(server.log(), server.log().contains("Personalname"));
        for (String secret : List.of("Personalname", server.token(), server.password())) {
            assertFalse(secret, all.contains(secret));
        }
        assertFalse(all.matches("(?s).*\\.password *[=:] *\\w.*"));
        assertTrue(entries.get("doctor.txt").contains("subscriber.behind"));
        assertTrue(entries.get("plugins.txt").contains("slow "));
        assertTrue(entries.get("threads.txt").contains("guildhall-sequencer"));
        assertTrue(entries.get("versions.txt"), entries.get("versions.txt").contains("guildhall 0."));
        assertTrue(entries.get("log/guildhall.log").contains("Plugin slow"));
        assertTrue(entries.get("log/guildhall.log").contains("IllegalStateException"));
        assertTrue(entries.get("log/guildhall.log").contains("at slow.Slow.happened(Slow.java:"));
    }

    @Test
    public void aHalfDoneStepOfTheSchemaIsFound() throws Exception {
        write("insert into gh_lease (name, holder, leased_until) values ('schema', 'dead', '2026-01-02 03:04:05')");
        String found = finds(true, "schema.unfinished");
        assertTrue(found, found.contains("A server ended while it changed tables, at about 2026-01-02T03:04:05 UTC."));
        write("delete from gh_lease where holder = 'dead'");
        finds(false, "schema.unfinished");
    }

    @Test
    public void aDutyThatNobodyTakesIsFound() throws Exception {
        write("insert into gh_duty (name, holder, beat) values ('listener.gone.Gone', 'gone-1', 7)");
        String found = finds(true, "duty.stuck");
        assertTrue(
                found, found.contains("The duty listener.gone.Gone is that of the server gone-1, which does nothing"));
        write("delete from gh_duty where holder = 'gone-1'");
        finds(false, "duty.stuck");
    }

    @Test
    public void anIndexThatIsHalfMadeIsFound() throws Exception {
        assumeTrue("only PostgreSQL keeps one", database == TestDatabase.POSTGRESQL);
        created("contacts", "{\"lastName\":\"Half\"}");
        created("contacts", "{\"lastName\":\"Half\"}");
        assertThrows(
                AssertionError.class,
                () -> write("create unique index concurrently u_half on customer_contact (last_name)"));
        String found = finds(true, "schema.unfinished");
        assertTrue(found, found.contains("The creation of indexes was cut short: u_half."));
        write("drop index u_half");
        finds(false, "schema.unfinished");
    }

    @Test
    public void changesWithoutNumbersAreFound() throws Exception {
        assumeTrue("Derby is not to be held up from outside", database != TestDatabase.DERBY);
        try (Connection connection = database.open(DATABASE_NAME);
                Statement statement = connection.createStatement()) {
            connection.setAutoCommit(false);
            statement.execute("update gh_sequence set last_number = last_number");
            created("contacts", "{\"lastName\":\"Stuck\"}");
            write("update gh_journal set occurred_at = '2026-01-02 03:04:05' where seq is null");
            String found = finds(true, "journal.stuck");
            assertTrue(found, found.contains(" changes wait for their numbers, the first since 2026-01-02T03:04:05Z."));
            connection.rollback();
        }
        finds(false, "journal.stuck");
    }

    @Test
    public void aBackupThatFailsIsFound() throws Exception {
        String at = "at = " + LocalTime.now().minusMinutes(2).truncatedTo(ChronoUnit.MINUTES) + "\n";
        try {
            server.configure("org.guildhall.backup.cfg", at + "folder = /proc/backups\n");
            String found = finds(true, "backup.failed");
            assertTrue(
                    found,
                    found.contains(
                            "ERROR backup.failed: The scheduled backup failed: The backup could not be written to /proc/backups"));
            server.configure("org.guildhall.backup.cfg", "at = 3 o'clock\n");
            Await.until(
                    () -> doctor().contains(
                                    "\"at\" in etc/org.guildhall.backup.cfg must be as 03:00, and is 3 o'clock."),
                    OperatingIT::doctor);
        } finally {
            server.configure(
                    "org.guildhall.backup.cfg", at + "folder = " + server.home().resolve("backups") + "\n");
        }
        finds(false, "backup.failed");
        server.configure("org.guildhall.backup.cfg", "at =\n");
    }

    @Test
    public void aFullPoolIsFound() throws Exception {
        assumeTrue("Derby is not to be held up from outside", database != TestDatabase.DERBY);
        Server.Answer contact = created("contacts", "{\"lastName\":\"Held\"}");
        Set<CompletableFuture<?>> waiting = new java.util.HashSet<>();
        try (Connection connection = database.open(DATABASE_NAME);
                Statement statement = connection.createStatement()) {
            connection.setAutoCommit(false);
            statement.execute("update customer_contact set last_name = last_name where last_name = 'Held'");
            for (int i = 0; i < 14; i++) {
                waiting.add(CompletableFuture.supplyAsync(
                        () -> {
                            try {
                                return server.patch("/api/v1/contacts/" + contact.id(), "{\"city\":\"Held\"}")
                                        .status();
                            } catch (IOException | InterruptedException e) {
                                throw new IllegalStateException(e);
                            }
                        },
                        task -> new Thread(task).start()));
            }
            String found = finds(true, "database.pool-full");
            assertTrue(found, found.contains("All 10 connections to the database are in use, and "));
            assertEquals(
                    "the database is well",
                    200,
                    server.send(server.anonymous("/health/ready").GET()).status());
            connection.rollback();
        }
        CompletableFuture.allOf(waiting.toArray(CompletableFuture[]::new)).get();
        finds(false, "database.pool-full");
    }

    /** Writes past the server; Derby lets in nobody else while it runs. */
    private void write(String statement) throws Exception {
        if (database == TestDatabase.DERBY) {
            server.stop();
        }
        try (Connection connection = database.open(server, DATABASE_NAME);
                Statement update = connection.createStatement()) {
            update.executeUpdate(statement);
        } catch (SQLException e) {
            throw new AssertionError(statement, e);
        } finally {
            if (database == TestDatabase.DERBY) {
                database.release(server);
                server.start();
            }
        }
    }
}
