/* Copyright the Guildhall authors. SPDX-License-Identifier: Apache-2.0 */
package org.guildhall.itests;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import org.junit.runner.RunWith;
import org.junit.runners.Parameterized;

/** A server on each database into which tests drop plugins that they build. */
@RunWith(Parameterized.class)
public abstract class PluginTests {
    static final boolean FULL = Boolean.getBoolean("guildhall.full");
    static final String DATABASE_NAME = "guildhall_plugins_it";
    static final String READY =
            "Plugin %s \\S+ is ready: read in (\\d+) ms, opened in (\\d+) ms, published in (\\d+) ms";
    static Server server;

    private static final Path CLINIC = Path.of("../bundles/sdk/org.guildhall.clinic/src/main");

    @Parameterized.Parameter
    public TestDatabase database;

    @Parameterized.Parameters(name = "{0}")
    public static List<TestDatabase> databases() {
        return TestDatabase.available();
    }

    @Parameterized.BeforeParam
    public static void start(TestDatabase database) throws IOException, InterruptedException, SQLException {
        server = new Server("plugins-" + database, 18281);
        if (database != TestDatabase.DERBY) {
            database.create(DATABASE_NAME);
            server.configure("org.guildhall.database.cfg", database.configuration(DATABASE_NAME));
        }
        server.start();
    }

    @Parameterized.AfterParam
    public static void stop() throws IOException, InterruptedException {
        server.stop();
    }

    static int millis(Matcher line, int group) {
        return Integer.parseInt(line.group(group));
    }

    /** The clinic of the sources, with another number of its schema. */
    static PluginJar clinic(int schema) throws IOException {
        return PluginJar.named("org.guildhall.clinic")
                .version(schema + ".0.0")
                .sources(CLINIC.resolve("java"))
                .resources(CLINIC.resolve("resources"))
                .edit("org/guildhall/clinic/package-info.java", "schema = 1", "schema = " + schema);
    }

    static PluginJar plugin(String name, int schema) {
        return plugin(name, name, schema);
    }

    /** A plugin whose package is not named as it is. */
    static PluginJar plugin(String folder, String name, int schema) {
        return PluginJar.named("test." + folder)
                .source(
                        folder + "/package-info.java",
                        "@org.guildhall.api.GuildhallPlugin(name = \"" + name + "\", schema = " + schema + ")\npackage "
                                + folder + ";\n");
    }

    static String record(String plugin, String annotations, String name, String fields) {
        return "package " + plugin + ";\nimport org.guildhall.api.*;\nimport javax.validation.constraints.Size;\n"
                + "@javax.persistence.Entity @CrmRecord " + annotations + "\npublic class " + name
                + " extends org.guildhall.model.Stored" + (annotations.contains("@PartOf") ? "Part" : "Record") + " {\n"
                + fields + "\n}\n";
    }

    static Path jar(String name) throws IOException {
        Path folder = server.home().resolve("jars");
        Files.createDirectories(folder);
        return folder.resolve(name + ".jar");
    }

    /** Drops a plugin's jar in place of the one before; gives the line of the log that says how it went. */
    static String deploy(Path jar, String plugin, String outcome) throws Exception {
        return deploy(jar, plugin, plugin, outcome);
    }

    /** @param name a regular expression of the plugin's name, which another may have at the same moment */
    static String deploy(Path jar, String file, String name, String outcome) throws Exception {
        int from = server.log().length();
        server.deploy(jar, file + ending(jar));
        String line = server.awaitLog(from, "Plugin " + name + " .*(is ready|failed).*")
                .group();
        assertTrue(line, line.contains(outcome));
        return line;
    }

    /** How the name of a plugin's file ends, in code or without. */
    static String ending(Path plugin) {
        return plugin.toString().endsWith(".plugin.yaml") ? ".plugin.yaml" : ".jar";
    }

    /** Grants a plugin what it wants of other plugins' types. */
    static void grant(String plugin) throws Exception {
        String granted = shell("guildhall:grant " + plugin);
        assertTrue(granted, granted.contains("all of it"));
    }

    static void remove(String plugin, String path) throws Exception {
        Path jar = server.home().resolve("deploy").resolve(plugin + ".jar");
        Files.delete(Files.exists(jar) ? jar : jar.resolveSibling(plugin + ".plugin.yaml"));
        server.await(404, path);
    }

    String catalogue(String prefix) throws Exception {
        if (database != TestDatabase.DERBY) {
            try (Connection connection = database.open(DATABASE_NAME)) {
                return CatalogueText.of(connection, prefix);
            }
        }
        server.stop();
        try (Connection connection = database.open(server, DATABASE_NAME)) {
            return CatalogueText.of(connection, prefix);
        } finally {
            database.release(server);
            server.start();
        }
    }

    static String golden(String name) throws IOException {
        return Files.readString(Path.of("src/test/resources", name + ".schema"), StandardCharsets.UTF_8);
    }

    static Server.Answer created(String plural, String json) throws Exception {
        Server.Answer answer = server.post("/api/v1/" + plural, json);
        assertEquals(answer.body().toString(), 201, answer.status());
        return answer;
    }

    static String shell(String command) throws Exception {
        return server.script(Map.of(), "shell", command).output();
    }

    static long count(Statement statement, String query) throws SQLException {
        try (ResultSet row = statement.executeQuery(query)) {
            row.next();
            return row.getLong(1);
        }
    }

    static List<String> findings(Server.Answer answer) {
        List<String> findings = new ArrayList<>();
        answer.body()
                .path("findings")
                .forEach(finding -> findings.add(finding.path("field").asText() + " "
                        + finding.path("code").asText()));
        return findings;
    }

    /** Until everything that happened before is an event. */
    static void awaitNumbers() throws Exception {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
        while (!shell("guildhall:journal").contains(" 0 changes without a number")) {
            assertTrue("all changes have numbers", System.nanoTime() < end);
        }
    }
}
