/* Copyright the Guildhall authors. SPDX-License-Identifier: Apache-2.0 */
package org.guildhall.itests;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertFalse;
import static org.junit.Assert.assertTrue;
import static org.junit.Assume.assumeTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.After;
import org.junit.Before;
import org.junit.Test;

/** What the start script says and does when something is not as it should be. */
public class StartScriptIT {
    private static final boolean FULL = Boolean.getBoolean("guildhall.full");
    private static int port = 18281;

    private Server server;

    @Before
    public void freshHome() throws IOException {
        port += 2;
        server = new Server("script", port);
    }

    @After
    public void stop() throws IOException, InterruptedException {
        server.script(Map.of(), "stop");
    }

    @Test
    public void aWrongJavaIsRefused() throws Exception {
        Path java = server.home().resolve("jdk/bin/java");
        Files.createDirectories(java.getParent());
        Files.writeString(java, "#!/bin/sh\necho 'openjdk version \"25.0.1\" 2026-10-21' >&2\n");
        assertTrue(java.toFile().setExecutable(true));
        refused(
                Map.of("JAVA_HOME", server.home().resolve("jdk").toString()),
                "Guildhall runs on Java 17, and .*/jdk/bin/java is Java 25: set JAVA_HOME to a JDK 17\\.");
    }

    @Test
    public void aTakenPortIsRefused() throws Exception {
        try (ServerSocket taken = new ServerSocket(server.port(), 1, InetAddress.getLoopbackAddress())) {
            refused(Map.of(), "port " + taken.getLocalPort() + " is taken: set GUILDHALL_PORT to another port .*");
        }
        try (ServerSocket taken = new ServerSocket(server.port() + 1, 1, InetAddress.getLoopbackAddress())) {
            refused(Map.of(), "port " + taken.getLocalPort() + " is taken: set GUILDHALL_PORT to another port .*");
        }
    }

    @Test
    public void aFolderThatCannotBeWrittenIsRefused() throws Exception {
        // Nobody can write below /proc, root neither.
        refused(
                Map.of("GUILDHALL_HOME", "/proc/guildhall"),
                "the folder /proc/guildhall can't be written to: make it writable, or set GUILDHALL_HOME to another folder\\.");
    }

    @Test
    public void anUpgradeKeepsWhatWasChangedAndTellsNothingElse() throws Exception {
        server.start();
        server.stop();
        Path settings = server.home().resolve("etc/org.guildhall.database.cfg");
        Files.writeString(settings, Files.readString(settings) + "\npoolSize = 9\n");
        Files.writeString(server.home().resolve("data/runtime/VERSION"), "an older one");
        String output = server.start().output();
        assertEquals(output, 1, output.split("kept your ", -1).length - 1);
        assertTrue(output, output.contains("kept your etc/org.guildhall.database.cfg"));
        assertTrue(Files.readString(settings).contains("poolSize = 9"));
    }

    @Test
    public void aPortThatIsNoneIsRefused() throws Exception {
        refused(Map.of("GUILDHALL_PORT", "http"), "GUILDHALL_PORT must be a number, and is \"http\"\\.");
        refused(Map.of("GUILDHALL_PORT", "70000"), "GUILDHALL_PORT must be from 1 to 65534, and is 70000\\.");
    }

    @Test
    public void aJvmThatIsNotInUtcIsRefused() throws Exception {
        refused(
                Map.of("GUILDHALL_JAVA_OPTS", "-Duser.timezone=Europe/Berlin"),
                "Guildhall runs in UTC only, and this JVM's zone is Europe/Berlin: .*");
    }

    @Test
    public void theHostsZoneAndLanguageMayBeAny() throws Exception {
        Server.Result started = server.script(
                Map.of("TZ", "Europe/Berlin", "LC_ALL", "tr_TR.UTF-8", "GUILDHALL_JAVA_OPTS", "-Duser.language=tr"),
                "start");
        assertEquals(started.output(), 0, started.code());
    }

    @Test
    public void aDatabaseThatIsNotUtf8Mb4IsRefused() throws Exception {
        assumeTrue(TestDatabase.available().contains(TestDatabase.MARIADB));
        TestDatabase.MARIADB.create("guildhall_latin", "character set latin1");
        server.configure("org.guildhall.database.cfg", TestDatabase.MARIADB.configuration("guildhall_latin"));
        refused(Map.of(), "The database's character set is latin1 and must be utf8mb4: .*");
    }

    @Test
    public void aDatabaseThatIsNotUtf8IsRefused() throws Exception {
        assumeTrue(TestDatabase.available().contains(TestDatabase.POSTGRESQL));
        TestDatabase.POSTGRESQL.create("guildhall_latin", "encoding 'LATIN1' template template0 locale 'C'");
        server.configure("org.guildhall.database.cfg", TestDatabase.POSTGRESQL.configuration("guildhall_latin"));
        refused(Map.of(), "The database's character set is LATIN1 and must be UTF8: .*");
    }

    @Test
    public void aDatabaseThatIsNotThereIsRefused() throws Exception {
        assumeTrue("takes half a minute: in the profile full", FULL);
        server.configure(
                "org.guildhall.database.cfg",
                "url = jdbc:postgresql://127.0.0.1:9/none\nuser = nobody\n.password = none\n");
        refused(Map.of(), "The database of etc/org\\.guildhall\\.database\\.cfg can't be opened: .*");
    }

    @Test
    public void anUnknownDatabaseIsRefused() throws Exception {
        server.configure("org.guildhall.database.cfg", "url = jdbc:oracle:thin:secret\n");
        refused(
                Map.of(),
                "The url in etc/org\\.guildhall\\.database\\.cfg must begin with .*, and begins with jdbc:oracle:\\.");
    }

    @Test
    public void aSecondStartIsRefusedAndThePasswordIsShownOnce() throws Exception {
        Server.Result first = server.start();
        assertEquals("admin", first.line("user"));
        refused(Map.of(), "it is running already \\(process \\d+, " + server.url() + "\\): .*");
        Server.Result status = server.script(Map.of(), "status");
        assertEquals(0, status.code());
        assertTrue(status.output().startsWith("ready "));
        assertEquals("stopped\n", server.script(Map.of(), "stop").output());
        assertEquals(3, server.script(Map.of(), "status").code());
        assertEquals("not running\n", server.script(Map.of(), "stop").output());

        Server.Result again = server.start();
        assertEquals(server.url(), again.line("url"));
        assertFalse(again.output().contains("password"));
        assertEquals(200, server.get("/api/v1/contacts").status());
        assertTrue(server.script(Map.of(), "log").output().contains("Plugin customer"));
        assertTrue(
                server.script(Map.of(), "shell", "guildhall:plugins").output().contains("customer.contact"));
    }

    @Test
    public void severalServersRunOnOneMachine() throws Exception {
        port += 2;
        Server other = new Server("script-2", port);
        try {
            server.start();
            other.start();
            String id =
                    other.post("/api/v1/contacts", "{\"lastName\":\"Other\"}").id();
            assertEquals(200, other.get("/api/v1/contacts/" + id).status());
            assertEquals(404, server.get("/api/v1/contacts/" + id).status());
        } finally {
            other.script(Map.of(), "stop");
        }
    }

    private void refused(Map<String, String> environment, String sentence) throws Exception {
        Server.Result result = server.script(environment, "start");
        assertEquals(result.output(), 1, result.code());
        String[] lines = result.output().strip().split("\n");
        String last = lines[lines.length - 1];
        assertTrue(result.output(), last.matches("guildhall: " + sentence));
    }
}
