/* Copyright the Guildhall authors. SPDX-License-Identifier: Apache-2.0 */
package org.guildhall.itests;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertFalse;
import static org.junit.Assert.assertNotEquals;
import static org.junit.Assert.assertTrue;
import static org.junit.Assume.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.guildhall.api.Ids;
import org.junit.After;
import org.junit.Test;
import org.junit.runners.Parameterized;

/** A backup that is made while the server serves, and what another server is after its restoring. */
public class BackupIT extends PluginTests {
    @Parameterized.Parameters(name = "{0}")
    public static List<TestDatabase> databases() {
        return TestDatabase.inTurn(TestDatabase.POSTGRESQL);
    }

    private static final String RESTORED = DATABASE_NAME + "_restored";
    private static final String CONTACTS = "/api/v1/contacts";
    private static final int WRITERS = 6;
    /** What a running server renews by the second. */
    private static final Map<String, Set<String>> RENEWED =
            Map.of("gh_duty", Set.of("beat"), "gh_node", Set.of("leased_until", "high_water"));

    private Server restored;

    @After
    public void stopTheOther() throws Exception {
        if (restored != null) {
            restored.script(Map.of(), "stop");
        }
    }

    @Test
    public void whatIsRestoredIsRowForRowWhatWasThere() throws Exception {
        if (server.get("/api/v1/practitioners").status() == 404) {
            deploy(clinic(1).build(jar("clinic")), "clinic", "is ready");
        }
        created("practitioners", "{\"name\":\"Dr. Grace Hopper\"}");
        for (int i = 0; i < 50; i++) {
            Server.Answer made = created(
                    "contacts",
                    Server.json(Map.of(
                            "lastName", "O'Neill \\ \"" + i + "\" \u4e2d\u6587 \ud83d\ude00\n", "firstName", "")));
            if (i % 3 == 0) {
                assertEquals(
                        200,
                        server.patch(CONTACTS + "/" + made.id(), "{\"city\":\"K\u00f6ln\"}")
                                .status());
            }
            if (i % 7 == 0) {
                assertEquals(204, server.delete(CONTACTS + "/" + made.id()).status());
            }
        }
        awaitNumbers();

        Path backup = backup();
        server.kill();
        Map<String, Set<String>> before = rows(server, DATABASE_NAME);
        server.start();
        long inBackup = lastChange(server);
        created("contacts", "{\"lastName\":\"Lost\"}");
        Await.until(() -> lastChange(server) > inBackup, server::log);
        long lost = lastChange(server);

        Server.Result result = restore(backup);
        assertEquals(result.output(), 0, result.code());
        Map<String, Set<String>> after = rows(restored, RESTORED);
        assertEquals(before.keySet(), after.keySet());
        assertTrue(before.toString(), before.size() > 15);
        assertTrue(before.get("customer_contact").size() >= 50);
        assertEquals(
                "a gap in the numbers of events",
                1,
                after.get("gh_sequence").size() - before.get("gh_sequence").size());
        after.get("gh_sequence").retainAll(before.get("gh_sequence"));
        before.forEach((table, rows) -> assertEquals(table, rows, after.get(table)));
        System.out.println(database + ": " + before.size() + " tables with "
                + before.values().stream().mapToInt(Set::size).sum() + " rows are the same");

        notOverwritten(backup);
        if (database != TestDatabase.DERBY) {
            restored.configure(
                    "org.guildhall.database.cfg", database.configuration(RESTORED) + "tools = /nonexistent\n");
        }
        restored.start(server);
        restored.await(200, "/api/v1/practitioners");
        String question = CONTACTS + "?limit=200&sort=id";
        assertEquals(server.get(question).body(), restored.get(question).body());
        followersReadAnew(inBackup, lost);
        if (database != TestDatabase.DERBY) {
            aMissingProgramIsNamed();
        }
        Server.Result running = restored.script(Map.of(), "restore", backup.toString());
        assertTrue(running.output(), running.output().contains("a server runs in"));
        restored.stop();
        Server.Result used = restored.script(Map.of(), "restore", backup.toString());
        assertTrue(used.output(), used.output().contains("A server has run in " + restored.home() + " already"));
    }

    /** Whoever followed the other server further than the backup goes misses nothing that comes now. */
    private void followersReadAnew(long inBackup, long lost) throws Exception {
        assertEquals(410, restored.get(CONTACTS + "/changes?after=" + lost).status());
        assertEquals(inBackup, lastChange(restored));
        String id = restored.post(CONTACTS, "{\"lastName\":\"Behind\"}").id();
        Await.until(() -> lastChange(restored) > lost, restored::log);
        for (long sequence : List.of(lost, lost + 1, lastChange(restored) - 1)) {
            assertEquals(
                    410, restored.get(CONTACTS + "/changes?after=" + sequence).status());
        }
        JsonNode changes = restored.get(CONTACTS + "/changes?after=" + inBackup).body();
        assertEquals(1, changes.path("items").size());
        assertTrue(changes.toString(), changes.toString().contains(id));
    }

    /** The number of the last event. */
    private static long lastChange(Server of) throws Exception {
        return Long.parseLong(of.get(CONTACTS + "/changes").body().path("next").asText());
    }

    private void notOverwritten(Path backup) throws Exception {
        Server.Result second = restored.script(Map.of(), "restore", backup.toString());
        assertEquals(second.output(), 1, second.code());
        assertTrue(second.output(), second.output().matches("(?s).*(is not empty|There is a database in).*"));
    }

    private void aMissingProgramIsNamed() throws Exception {
        Path target = Files.createDirectories(restored.home().resolve("failed"));
        String output = restored.script(Map.of(), "shell", "guildhall:backup --to " + target)
                .output();
        assertTrue(
                output,
                output.matches("(?s).*(pg_dump|mariadb-dump) was not found in /nonexistent: install .*"
                        + "\\(Debian: (postgresql|mariadb)-client\\).*"));
        assertEquals(List.of(), names(target));
    }

    @Test
    public void aBackupUnderLoadIsOfOneMoment() throws Exception {
        AtomicBoolean enough = new AtomicBoolean();
        Set<String> acknowledged = ConcurrentHashMap.newKeySet();
        ExecutorService writers = Executors.newFixedThreadPool(WRITERS);
        List<Future<Void>> ends = new ArrayList<>();
        for (int i = 0; i < WRITERS; i++) {
            ends.add(writers.submit((Callable<Void>) () -> {
                while (!enough.get()) {
                    Server.Answer made = created("contacts", "{\"lastName\":\"Busy\"}");
                    acknowledged.add(made.id());
                    assertEquals(
                            200,
                            server.patch(CONTACTS + "/" + made.id(), "{\"city\":\"Changed\"}")
                                    .status());
                }
                return null;
            }));
        }
        Set<String> before;
        Path backup;
        try {
            Thread.sleep(2_000);
            before = Set.copyOf(acknowledged);
            backup = backup();
        } finally {
            enough.set(true);
            writers.shutdown();
        }
        for (Future<Void> end : ends) {
            end.get();
        }
        assertTrue("written while the backup ran", acknowledged.size() > before.size());

        Server.Result result = restore(backup);
        assertEquals(result.output(), 0, result.code());
        try (Connection connection = database.open(restored, RESTORED);
                Statement statement = connection.createStatement()) {
            assertEquals(
                    "contacts without a journal row for each of their versions",
                    0,
                    count(
                            statement,
                            "select count(*) from customer_contact c where c.version <> (select count(*) from"
                                    + " gh_journal j where j.record_type = 'customer.contact' and j.record_id = c.id)"));
            assertEquals(
                    "journal rows without a contact",
                    0,
                    count(
                            statement,
                            "select count(*) from gh_journal j where j.record_type = 'customer.contact'"
                                    + " and not exists (select 1 from customer_contact c where j.record_id = c.id)"));
            Set<String> missing = new TreeSet<>(before);
            try (ResultSet rows = statement.executeQuery("select id from customer_contact")) {
                while (rows.next()) {
                    missing.remove(Ids.format(rows.getLong(1)));
                }
            }
            assertEquals("what was acknowledged before", Set.of(), missing);
        } finally {
            database.release(restored);
        }
        System.out.println(database + ": " + before.size() + " of " + acknowledged.size()
                + " were written before the backup began; all of them and nothing half are restored");
    }

    @Test
    public void nothingSecretIsInABackupAndOnlyItsOwnerReadsIt() throws Exception {
        Path old = server.home().resolve("etc/old.cfg");
        Files.writeString(old, "# \u00fc\n.password = inlatin\nname = M\u00fcller\n", StandardCharsets.ISO_8859_1);
        Path backup = backup();
        Files.delete(old);
        assertEquals(
                "# \u00fc\n# left out, because it is a secret: .password\nname = M\u00fcller\n",
                Files.readString(backup.resolve("etc/old.cfg"), StandardCharsets.ISO_8859_1));
        assertEquals("rwx------", PosixFilePermissions.toString(Files.getPosixFilePermissions(backup)));
        try (Stream<Path> files = Files.walk(backup)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                assertEquals(
                        file.toString(),
                        "rw-------",
                        PosixFilePermissions.toString(Files.getPosixFilePermissions(file)));
            }
        }
        assertFalse(Files.exists(backup.resolve("etc/users.properties")));
        String settings = Files.readString(backup.resolve("etc/org.guildhall.database.cfg"));
        if (database != TestDatabase.DERBY) {
            assertTrue(settings, settings.contains("user = guildhall"));
            assertFalse(settings, settings.contains(".password ="));
        }
        assertEquals(
                "what was being written",
                List.of(),
                names(backup.getParent()).stream()
                        .filter(name -> name.startsWith("."))
                        .toList());
    }

    @Test
    public void aDamagedBackupIsRefusedBeforeAnythingIsTouched() throws Exception {
        Path backup = backup();
        Path file;
        try (Stream<Path> files = Files.walk(backup.resolve("database"))) {
            file = files.filter(Files::isRegularFile)
                    .filter(one -> one.toFile().length() > 100)
                    .findFirst()
                    .orElseThrow();
        }
        byte[] bytes = Files.readAllBytes(file);
        bytes[50] ^= 1;
        Files.write(file, bytes);
        refused(backup, "has not the checksum that it was written with");
        bytes[50] ^= 1;
        Files.write(file, bytes);
        Files.writeString(backup.resolve("more"), "more");
        refused(backup, "more is no part of it");
        Files.delete(backup.resolve("more"));
        String manifest = Files.readString(backup.resolve("manifest.json"));
        for (String damaged : List.of("", "[]", manifest.substring(0, 100))) {
            Files.writeString(backup.resolve("manifest.json"), damaged);
            refused(backup, "manifest.json is damaged and can't be read");
        }
        Files.delete(backup.resolve("manifest.json"));
        refused(backup, "is no whole backup: it has no manifest.json");
        Files.write(
                backup.resolve("manifest.json"),
                manifest.replaceFirst("\"version\" : \"[^\"]*", "\"version\" : \"99.1.0")
                        .getBytes(StandardCharsets.UTF_8));
        refused(backup, "The backup was made by version 99.1.0, and this is version 0.");
    }

    @Test
    public void aDaysBackupIsMadeAndTheOldestGo() throws Exception {
        Path folder = server.home().resolve("nightly");
        for (String day : List.of("20200101", "20200102", "20200103")) {
            Path old = folder.resolve("guildhall-" + day + "T030000Z-scheduled");
            Files.createDirectories(old);
            Files.writeString(old.resolve("manifest.json"), "{}");
        }
        Files.createDirectories(folder.resolve("guildhall-20200101T030000Z"));
        int from = server.log().length();
        server.configure("org.guildhall.backup.cfg", "at = 03:00\nkeep = 2\nfolder = nightly\n");
        try {
            server.awaitLog(from, "The backup \\S+20200102T030000Z-scheduled is removed");
            List<String> left = names(folder);
            assertEquals(left.toString(), 3, left.size());
            assertTrue(left.containsAll(List.of("guildhall-20200101T030000Z", "guildhall-20200103T030000Z-scheduled")));
            // Another look makes no other one before the hour strikes again.
            Thread.sleep(12_000);
            assertEquals(left, names(folder));
        } finally {
            server.configure("org.guildhall.backup.cfg", "at =\n");
        }
    }

    @Test
    public void thePasswordIsOnNoCommandLine() throws Exception {
        assumeTrue(database != TestDatabase.DERBY);
        AtomicBoolean enough = new AtomicBoolean();
        ExecutorService watcher = Executors.newSingleThreadExecutor();
        Future<Set<String>> seen = watcher.submit(() -> {
            Set<String> lines = new TreeSet<>();
            while (!enough.get()) {
                ProcessHandle.allProcesses()
                        .filter(process -> process.info().command().orElse("").contains("dump"))
                        .forEach(process -> {
                            lines.add(process.info().commandLine().orElse(""));
                            lines.add(environment(process.pid()));
                        });
                Thread.sleep(1);
            }
            return lines;
        });
        for (int i = 0; i < 3; i++) {
            backup();
        }
        enough.set(true);
        watcher.shutdown();
        Set<String> lines = seen.get();
        assertNotEquals("a dump was seen", Set.of(), lines);
        for (String line : lines) {
            assertFalse(line, line.matches("(?s).*(PGPASSWORD|MYSQL_PWD|--password|-pguildhall).*"));
        }
    }

    private static String environment(long pid) {
        try {
            return new String(Files.readAllBytes(Path.of("/proc/" + pid + "/environ")), StandardCharsets.UTF_8);
        } catch (IOException e) {
            return "";
        }
    }

    private static Path backup() throws Exception {
        Server.Result result = server.script(Map.of(), "shell", "guildhall:backup");
        Path path = Path.of(result.line("backup").strip());
        System.out.println(path.getFileName() + ": " + result.line("bytes").strip() + " bytes in "
                + result.line("milliseconds").strip() + " ms");
        return path;
    }

    private void refused(Path backup, String sentence) throws Exception {
        Server.Result result = restore(backup);
        assertEquals(result.output(), 1, result.code());
        assertTrue(result.output(), result.output().contains(sentence));
        assertFalse(result.output(), result.output().contains("Exception"));
        if (database == TestDatabase.DERBY) {
            assertFalse(Files.exists(restored.home().resolve("data/derby")));
        } else {
            assertEquals(Map.of(), rows(restored, RESTORED));
        }
    }

    /** Restores into an empty home and database. */
    private Server.Result restore(Path backup) throws Exception {
        stopTheOther();
        restored = new Server("restored-" + database, 18291);
        if (database != TestDatabase.DERBY) {
            database.create(RESTORED);
            restored.configure("org.guildhall.database.cfg", database.configuration(RESTORED));
        }
        return restored.script(Map.of(), "restore", backup.toString());
    }

    private static List<String> names(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(file -> file.getFileName().toString()).sorted().toList();
        }
    }

    /** Every row of every table, as text. */
    private Map<String, Set<String>> rows(Server of, String name) throws SQLException {
        Map<String, Set<String>> tables = new TreeMap<>();
        try (Connection connection = database.open(of, name);
                ResultSet all = connection
                        .getMetaData()
                        .getTables(connection.getCatalog(), null, "%", new String[] {"TABLE", "BASE TABLE"})) {
            while (all.next()) {
                String table = all.getString("TABLE_NAME");
                tables.put(table.toLowerCase(Locale.ROOT), rows(connection, table));
            }
        } finally {
            database.release(of);
        }
        return tables;
    }

    private static Set<String> rows(Connection connection, String table) throws SQLException {
        Set<String> rows = new TreeSet<>();
        Set<String> renewed = RENEWED.getOrDefault(table.toLowerCase(Locale.ROOT), Set.of());
        try (Statement statement = connection.createStatement();
                ResultSet found = statement.executeQuery("select * from " + table)) {
            int columns = found.getMetaData().getColumnCount();
            while (found.next()) {
                StringBuilder row = new StringBuilder();
                for (int i = 1; i <= columns; i++) {
                    String column = found.getMetaData().getColumnName(i).toLowerCase(Locale.ROOT);
                    if (!renewed.contains(column)) {
                        row.append(column)
                                .append('=')
                                .append(found.getString(i))
                                .append('|');
                    }
                }
                assertTrue("a row of " + table + " is there once: " + row, rows.add(row.toString()));
            }
        }
        return rows;
    }
}
