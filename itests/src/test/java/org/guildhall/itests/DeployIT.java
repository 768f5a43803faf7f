/* Copyright the Guildhall authors. SPDX-License-Identifier: Apache-2.0 */
package org.guildhall.itests;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertFalse;
import static org.junit.Assert.assertTrue;
import static org.junit.Assume.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import java.util.zip.ZipOutputStream;
import org.junit.Test;
import org.junit.runners.Parameterized;

/** What is dropped into the deploy folder and can't be served, or must not be. */
public class DeployIT extends PluginTests {
    private static final String LABELS = "OSGI-INF/guildhall/labels.properties";
    private static final String PASSWORD = "changeit";

    @Parameterized.Parameters(name = "{0}")
    public static List<TestDatabase> databases() {
        return TestDatabase.inTurn(TestDatabase.DERBY);
    }

    /** A plugin that says so when any of its code runs. */
    private static PluginJar sealed(int version) {
        return plugin("sealed", 1)
                .version(version + ".0.0")
                .source("sealed/Letter.java", record("sealed", "", "Letter", "@Size(max = 100) private String name;"))
                .source(
                        "sealed/Start.java",
                        "package sealed;\nimport org.osgi.framework.*;\npublic class Start implements BundleActivator {\n"
                                + "  public void start(BundleContext context) {\n"
                                + "    java.util.logging.Logger.getLogger(\"sealed\").info(\"RUNS \" + "
                                + version + ");\n  }\n  public void stop(BundleContext context) {}\n}\n")
                .header("Bundle-Activator", "sealed.Start")
                .resource(LABELS, "sealed.letter=Letter " + version + "\n");
    }

    private static Path features(Path jar) throws Exception {
        return Files.writeString(
                jar.resolveSibling("named.xml"),
                "<features name='named' xmlns='http://karaf.apache.org/xmlns/features/v1.6.0'>"
                        + "<feature name='named' version='1.0.0' install='auto'><bundle>" + jar.toUri()
                        + "</bundle></feature></features>");
    }

    @Test
    public void onlyWhatTrustedPeopleSignedIsServed() throws Exception {
        Path keys = jar("keys").resolveSibling("keys.p12");
        Path store = server.home().resolve("etc/trusted.p12");
        Files.deleteIfExists(keys);
        Files.deleteIfExists(store);
        for (String name : List.of("us", "stranger", "authority", "member")) {
            keytool(
                    keys,
                    "-genkeypair",
                    "-keyalg",
                    "EC",
                    "-alias",
                    name,
                    "-dname",
                    "CN=" + name,
                    "-ext",
                    "bc=ca:" + name.equals("authority"));
        }
        Path request = keys.resolveSibling("member.csr");
        Path issued = keys.resolveSibling("member.crt");
        keytool(keys, "-certreq", "-alias", "member", "-file", request.toString());
        keytool(keys, "-gencert", "-alias", "authority", "-infile", request.toString(), "-outfile", issued.toString());
        keytool(keys, "-importcert", "-noprompt", "-alias", "member", "-file", issued.toString());
        for (String name : List.of("us", "authority")) {
            Path certificate = keys.resolveSibling(name + ".crt");
            keytool(keys, "-exportcert", "-alias", name, "-file", certificate.toString());
            keytool(store, "-importcert", "-noprompt", "-alias", name, "-file", certificate.toString());
        }
        Path settings = server.home().resolve("etc/org.guildhall.plugins.cfg");
        String off = Files.readString(settings);
        Files.writeString(settings, "trustStore = etc/trusted.p12\n");
        try {
            Await.until(() -> setting().contains("etc/trusted.p12"), server::log);
            int from = server.log().length();
            Path unsigned = sealed(1).build(jar("sealed-1"));
            String missing = shell("guildhall:plan sealed-0.jar");
            assertTrue(missing, missing.contains("There is no file /"));
            assertTrue(missing, missing.contains("sealed-0.jar: give the whole path"));
            String plan = shell("guildhall:plan " + unsigned);
            assertTrue(plan, plan.contains("-- It will not be started. The jar is not signed, and etc/org.guildhall"));
            assertTrue(plan, plan.contains("-- SQL:"));
            refused(unsigned, "The jar is not signed, and etc/org.guildhall.plugins.cfg");
            refused(
                    signed(keys, "stranger", sealed(2)),
                    "The jar is signed by CN=stranger (Path does not chain with any of the trust anchors)");
            Path good = signed(keys, "us", sealed(3));
            plan = shell("guildhall:plan " + good);
            assertFalse(plan, plan.contains("It will not be started"));
            refused(with(good, LABELS, "sealed.letter=Other\n"), "The jar was changed after it was signed (SHA-");
            refused(
                    with(good, "hidden/deep/More.class", "more"),
                    "The jar was changed after it was signed (the signature does not cover hidden/deep/More.class)");
            refused(
                    with(good, LABELS, null),
                    "The jar was changed after it was signed (the signature does not cover " + LABELS + ")");
            assertFalse(server.log().substring(from).contains("RUNS"));
            assertTrue(shell("guildhall:plugins").contains("The jar was changed after it was signed"));
            assertTrue(shell("guildhall:doctor").contains("ERROR plugin.failed: The plugin sealed 3.0.0"));
            assertEquals(404, server.get("/api/v1/letters").status());
            assertEquals(200, server.get("/api/v1/contacts").status());
            Path bare = Files.writeString(
                    jar("bare").resolveSibling("bare.plugin.yaml"),
                    "schema: 1\nname: bare\nversion: 1.0.0\ntypes:\n  bone:\n    fields:\n      a: {kind: text}\n");
            plan = shell("guildhall:plan " + bare);
            assertTrue(plan, plan.contains("-- It will not be started. A plugin file can't be signed"));
            server.deploy(bare, "bare.plugin.yaml");
            server.awaitLog(from, "Plugin bare failed: A plugin file can't be signed");

            // Beside what is refused, what is trusted is served.
            PluginJar friend = plugin("friend", 1)
                    .source("friend/Note.java", record("friend", "", "Note", "@Size(max = 100) private String name;"));
            deploy(signed(keys, "authority", friend), "friend", "is ready");
            assertEquals("failed", plugin("sealed").path("state").asText());
            assertEquals("failed", plugin("bare").path("state").asText());
            remove("friend", "/api/v1/notes");

            // A features XML is no code: the jars that it names are looked at.
            server.deploy(features(signed(keys, "authority", friend)), "named.xml");
            server.await(200, "/api/v1/notes");
            Files.delete(server.home().resolve("deploy/named.xml"));
            server.await(404, "/api/v1/notes");
            from = server.log().length();
            server.deploy(features(friend.version("1.0.1").build(jar("named-unsigned"))), "named.xml");
            server.awaitLog(from, "Plugin friend failed: The jar is not signed");
            Files.delete(server.home().resolve("deploy/named.xml"));
            Await.until(() -> !server.get("/api/v1/plugins").body().toString().contains("\"friend\""), server::log);
            Files.delete(server.home().resolve("deploy/bare.plugin.yaml"));

            deploy(good, "sealed", "is ready");
            created("letters", "{\"name\":\"one\"}");
            deploy(signed(keys, "member", sealed(4)), "sealed", "is ready");
            assertEquals(1, server.get("/api/v1/letters").body().path("items").size());
            server.stop();
            server.start();
            assertEquals(200, server.get("/api/v1/letters").status());
            assertEquals("ready", plugin("customer").path("state").asText());

            Files.writeString(settings, "trustStore = etc/nothing.p12\n");
            Await.until(() -> setting().contains("etc/nothing.p12"), server::log);
            refused(signed(keys, "us", sealed(5)), "etc/nothing.p12 of etc/org.guildhall.plugins.cfg can't be read");
        } finally {
            Files.writeString(settings, off);
        }
        Await.until(() -> !setting().contains("p12"), server::log);
        deploy(sealed(6).build(jar("sealed-6")), "sealed", "is ready");
        remove("sealed", "/api/v1/letters");
    }

    @Test
    public void whatIsNoBundleIsToldAndHealsWhenItIsWhole() throws Exception {
        Path deploy = server.home().resolve("deploy");
        byte[] whole = Files.readAllBytes(sealed(1).build(jar("whole")));
        int from = server.log().length();
        Files.writeString(deploy.resolve("junk.jar"), "This is no jar.");
        ByteArrayOutputStream bare = new ByteArrayOutputStream();
        try (ZipOutputStream out = new ZipOutputStream(bare)) {
            out.putNextEntry(new ZipEntry("a.txt"));
        }
        Files.write(deploy.resolve("bare.jar"), bare.toByteArray());
        Files.write(deploy.resolve("sealed.jar"), Arrays.copyOf(whole, whole.length / 2));
        server.awaitLog(from, "junk.jar in the deploy folder is no plugin: The file is no whole jar \\(");
        server.awaitLog(from, "bare.jar in the deploy folder is no plugin: The jar is no bundle: its manifest needs");
        server.awaitLog(from, "sealed.jar in the deploy folder is no plugin: The file is no whole jar \\(");
        assertEquals("failed", plugin("junk.jar").path("state").asText());
        assertTrue(plugin("bare.jar").path("reason").asText().startsWith("The jar is no bundle"));
        String doctor = shell("guildhall:doctor");
        assertTrue(doctor, doctor.contains("ERROR plugin.failed: The plugin junk.jar can't be served: The file is no"));
        assertTrue(shell("guildhall:plugins").contains("sealed.jar"));
        assertEquals(200, server.get("/api/v1/contacts").status());

        Files.write(deploy.resolve("sealed.jar"), whole);
        server.await(200, "/api/v1/letters");
        Path extension = PluginJar.named("test.extension")
                .header("Fragment-Host", "system.bundle;extension:=framework")
                .source("extension/Any.java", "package extension;\npublic class Any {}\n")
                .build(jar("extension"));
        String plan = shell("guildhall:plan " + extension);
        assertTrue(plan, plan.contains("The jar is a fragment of another bundle, and no plugin."));
        server.deploy(extension, "extension.jar");
        server.awaitLog(
                from, "extension.jar in the deploy folder is no plugin: The jar is a fragment of the framework");
        Files.delete(deploy.resolve("extension.jar"));
        Files.delete(deploy.resolve("junk.jar"));
        Files.delete(deploy.resolve("bare.jar"));
        Await.until(() -> !server.get("/api/v1/plugins").body().toString().contains(".jar"), server::log);
        remove("sealed", "/api/v1/letters");
    }

    @Test
    public void whatIsTakenOrNotEnhancedIsTold() throws Exception {
        String fields = "@Size(max = 100) private String name;";
        deploy(
                plugin("odd", 1)
                        .source(
                                "odd/Thing.java",
                                record("odd", "", "Thing", fields)
                                        .replace("@CrmRecord", "@CrmRecord(plural = \"contacts\")"))
                        .build(jar("odd")),
                "odd",
                "is ready");
        assertEquals(
                "The record odd.thing is served by its name alone, because customer.contact has the plural contacts"
                        + " already: give it another with @CrmRecord(plural = ...).",
                plugin("odd").path("reason").asText());
        created("odd.thing", "{\"name\":\"one\"}");
        assertEquals(422, server.post("/api/v1/contacts", "{\"name\":\"one\"}").status());
        told(
                plugin("odd", "customer", 1).source("odd/Thing.java", record("odd", "", "Thing", fields)),
                "is here already");
        told(
                plugin("odd", 1)
                        .source("odd/Thing.java", record("odd", "", "Thing", fields))
                        .unenhanced(),
                "The entity Thing is not enhanced: build the jar with Guildhall's parent");
        Files.delete(server.home().resolve("deploy/odd.jar"));
    }

    private static void told(PluginJar jar, String sentence) throws Exception {
        String told = deploy(jar.build(jar("odd")), "odd", ".*", "failed");
        assertTrue(sentence + "\n" + told, told.contains(sentence));
        assertEquals(200, server.get("/api/v1/contacts").status());
    }

    @Test
    public void aPluginThatIsTakenAwayInTheMiddleOfItsMigrationIsThereAgainLater() throws Exception {
        assumeTrue(database == TestDatabase.DERBY);
        deploy(slow(1), "slow", "is ready");
        String made = created("parcels", "{\"name\":\"one\"}").id();
        int from = server.log().length();
        server.deploy(slow(2), "slow.jar");
        Await.until(() -> plugin("slow").path("state").asText().equals("migrating"), server::log);
        Files.delete(server.home().resolve("deploy/slow.jar"));
        for (int i = 0; i < 10; i++) {
            long began = System.nanoTime();
            assertEquals(200, server.get("/api/v1/contacts?limit=1").status());
            assertTrue(System.nanoTime() - began < 1_000_000_000L);
            Thread.sleep(100);
        }
        Await.until(() -> !server.get("/api/v1/plugins").body().toString().contains("\"slow\""), server::log);
        server.await(404, "/api/v1/parcels");
        assertFalse(server.log().substring(from).contains("Exception"));
        deploy(slow(2), "slow", "is ready");
        assertEquals(
                "two", server.get("/api/v1/parcels/" + made).body().path("name").asText());
        remove("slow", "/api/v1/parcels");
    }

    /** The second version's change takes a few seconds. */
    private static Path slow(int schema) throws Exception {
        PluginJar jar = plugin("slow", schema)
                .version(schema + ".0.0")
                .source("slow/Parcel.java", record("slow", "", "Parcel", "@Size(max = 100) private String name;"));
        if (schema == 2) {
            jar.resource(
                    "OSGI-INF/guildhall/changes.yaml",
                    "- {schema: 2, sql: \"update slow_parcel set name = 'two' where 0 < (select count(*) from"
                            + " sys.syscolumns a, sys.syscolumns b, sys.systables c where a.columnnumber + b.columnnumber"
                            + " + length(c.tablename) > 0)\"}\n");
        }
        return jar.build(jar("slow-" + schema));
    }

    private static String setting() throws Exception {
        return shell("config:property-list --pid org.guildhall.plugins");
    }

    private static void refused(Path jar, String sentence) throws Exception {
        String told = deploy(jar, "sealed", "failed");
        assertTrue(sentence + "\n" + told, told.contains(sentence));
        assertEquals("failed", plugin("sealed").path("state").asText());
    }

    private static void keytool(Path store, String... arguments) throws Exception {
        List<String> command = new ArrayList<>(List.of("keytool"));
        command.addAll(Arrays.asList(arguments));
        command.addAll(List.of("-keystore", store.toString(), "-storetype", "PKCS12", "-storepass", PASSWORD));
        jdk(command);
    }

    private static Path signed(Path keys, String name, PluginJar plugin) throws Exception {
        Path jar = plugin.build(jar("sealed-by-" + name));
        jdk(List.of("jarsigner", "-keystore", keys.toString(), "-storepass", PASSWORD, jar.toString(), name));
        return jar;
    }

    private static void jdk(List<String> command) throws Exception {
        List<String> whole = new ArrayList<>(command);
        whole.set(
                0,
                Path.of(System.getProperty("java.home"), "bin", command.get(0)).toString());
        Server.Result result = Server.run(whole, Map.of(), 60);
        assertEquals(result.output(), 0, result.code());
    }

    /** A copy of a jar with another entry; without it where the text is null. */
    private static Path with(Path jar, String name, String text) throws IOException {
        ByteArrayOutputStream copy = new ByteArrayOutputStream();
        try (ZipInputStream in = new ZipInputStream(Files.newInputStream(jar));
                ZipOutputStream out = new ZipOutputStream(copy)) {
            for (ZipEntry entry = in.getNextEntry(); entry != null; entry = in.getNextEntry()) {
                if (!entry.getName().equals(name)) {
                    out.putNextEntry(new ZipEntry(entry.getName()));
                    in.transferTo(out);
                }
            }
            if (text != null) {
                out.putNextEntry(new ZipEntry(name));
                out.write(text.getBytes(StandardCharsets.UTF_8));
            }
        }
        return Files.write(jar("sealed-changed"), copy.toByteArray());
    }

    private static JsonNode plugin(String name) throws Exception {
        for (JsonNode plugin : server.get("/api/v1/plugins").body().path("items")) {
            if (plugin.path("name").asText().equals(name)) {
                return plugin;
            }
        }
        throw new AssertionError("no plugin " + name);
    }
}
