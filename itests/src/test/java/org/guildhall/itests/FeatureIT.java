/* Copyright the Guildhall authors. SPDX-License-Identifier: Apache-2.0 */
package org.guildhall.itests;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertFalse;
import static org.junit.Assert.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.util.List;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import org.junit.Test;
import org.junit.runners.Parameterized;

/** Plugins in Karaf's own packages: an archive (KAR) and a feature. */
public class FeatureIT extends PluginTests {
    private static final String PRACTITIONERS = "/api/v1/practitioners";

    @Parameterized.Parameters(name = "{0}")
    public static List<TestDatabase> databases() {
        return TestDatabase.inTurn(TestDatabase.DERBY);
    }

    private static String features(String name, String version, String url) {
        return "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<features name=\"" + name
                + "\" xmlns=\"http://karaf.apache.org/xmlns/features/v1.6.0\">\n  <feature name=\"" + name
                + "\" version=\"" + version + "\">\n    <bundle>" + url + "</bundle>\n  </feature>\n</features>\n";
    }

    /** An archive with one feature of one jar. */
    private static Path archive(String name, String version, Path jar) throws IOException {
        Manifest manifest = new Manifest();
        manifest.getMainAttributes().putValue("Manifest-Version", "1.0");
        manifest.getMainAttributes().putValue("Karaf-Feature-Start", "true");
        Path kar = jar.resolveSibling(name + "-" + version + ".kar");
        try (JarOutputStream out = new JarOutputStream(Files.newOutputStream(kar), manifest)) {
            out.putNextEntry(
                    new JarEntry("repository/test/features/" + version + "/features-" + version + "-features.xml"));
            out.write(
                    features(name, version, "mvn:test/" + name + "/" + version).getBytes(StandardCharsets.UTF_8));
            out.putNextEntry(
                    new JarEntry("repository/test/" + name + "/" + version + "/" + name + "-" + version + ".jar"));
            out.write(Files.readAllBytes(jar));
        }
        return kar;
    }

    @Test
    public void anArchiveIsServedReplacedTakenAwayAndPutBack() throws Exception {
        Path archive = archive("clinic", "1.0.0", clinic(1).build(jar("clinic-1")));
        server.deploy(archive, "clinic.kar");
        server.await(200, PRACTITIONERS);
        String made = created("practitioners", "{\"name\":\"Dr. Kar\"}").id();
        assertEquals("1.0.0 ready", state("clinic"));

        server.stop();
        server.start();
        assertEquals(
                "after a restart", 200, server.get(PRACTITIONERS + "/" + made).status());

        server.deploy(archive("clinic", "2.0.0", clinic(2).build(jar("clinic-2"))), "clinic.kar");
        Await.until(() -> state("clinic").equals("2.0.0 ready"), server::log);
        assertEquals(200, server.get(PRACTITIONERS + "/" + made).status());

        Files.delete(server.home().resolve("deploy/clinic.kar"));
        server.await(404, PRACTITIONERS);
        assertEquals(200, server.get("/api/v1/contacts").status());
        server.deploy(archive, "clinic.kar");
        server.await(200, PRACTITIONERS);
        assertEquals(
                "Dr. Kar",
                server.get(PRACTITIONERS + "/" + made).body().path("name").asText());
        Files.delete(server.home().resolve("deploy/clinic.kar"));
        server.await(404, PRACTITIONERS);
    }

    @Test
    public void anArchiveIsReplacedAndTakenAwayWhileTheServerIsStopped() throws Exception {
        Path deployed = server.home().resolve("deploy/clinic.kar");
        server.deploy(archive("clinic", "1.0.0", clinic(1).build(jar("clinic-1"))), "clinic.kar");
        server.await(200, PRACTITIONERS);
        String made = created("practitioners", "{\"name\":\"Dr. Kar\"}").id();
        FileTime older = Files.getLastModifiedTime(deployed);

        server.stop();
        Files.copy(
                archive("clinic", "2.0.0", clinic(2).build(jar("clinic-2"))),
                deployed,
                StandardCopyOption.REPLACE_EXISTING);
        // As cp -p or an archive leaves it.
        Files.setLastModifiedTime(deployed, FileTime.fromMillis(older.toMillis() - 3_600_000));
        server.start();
        Await.until(() -> state("clinic").equals("2.0.0 ready"), server::log);
        assertEquals(200, server.get(PRACTITIONERS + "/" + made).status());

        // Another version of the server takes everything anew.
        server.stop();
        Files.delete(server.home().resolve("data/runtime/VERSION"));
        server.start();
        Await.until(() -> state("clinic").equals("2.0.0 ready"), server::log);
        assertEquals(200, server.get(PRACTITIONERS + "/" + made).status());

        server.stop();
        Files.delete(deployed);
        server.start();
        assertEquals(404, server.get(PRACTITIONERS).status());
        assertEquals("", state("clinic"));
    }

    @Test
    public void aFeatureIsServedAndUninstalled() throws Exception {
        Path jar = thing("boxed", "private String name;").build(jar("boxed"));
        Path repository = jar.resolveSibling("boxed.xml");
        Files.writeString(repository, features("boxed", "1.0.0", jar.toUri().toString()));
        shell("feature:repo-add " + repository.toUri() + "; feature:install boxed");
        server.await(200, "/api/v1/boxeds");
        String made = created("boxeds", "{\"name\":\"one\"}").id();
        shell("feature:uninstall boxed");
        server.await(404, "/api/v1/boxeds");
        shell("feature:install boxed");
        server.await(200, "/api/v1/boxeds/" + made);
        shell("feature:uninstall boxed; feature:repo-remove boxed");
        server.await(404, "/api/v1/boxeds");

        // Dropped, it is installed at once.
        server.deploy(repository, "boxed.xml");
        server.await(200, "/api/v1/boxeds/" + made);
        Files.delete(server.home().resolve("deploy/boxed.xml"));
        server.await(404, "/api/v1/boxeds");
    }

    @Test
    public void whatFailsInAFeatureIsSaidThoughTheFeatureIsStarted() throws Exception {
        Path wrong = thing("wrong", "private String order;").build(jar("wrong"));
        Path broken = thing("broken", "private String name;")
                .source(
                        "broken/Start.java",
                        "package broken;\nimport org.osgi.framework.*;\npublic class Start implements BundleActivator {\n"
                                + "  public void start(BundleContext context) { throw new IllegalStateException(\"no\"); }\n"
                                + "  public void stop(BundleContext context) {}\n}\n")
                .header("Bundle-Activator", "broken.Start")
                .build(jar("broken"));
        for (Path jar : List.of(wrong, broken)) {
            String name = jar.getFileName().toString().replace(".jar", "");
            Path repository = jar.resolveSibling(name + ".xml");
            Files.writeString(repository, features(name, "1.0.0", jar.toUri().toString()));
            shell("feature:repo-add " + repository.toUri() + "; feature:install " + name);
            Await.until(() -> state(name).equals("1.0.0 failed"), server::log);
            String listed = shell("feature:list -i --no-format");
            assertTrue(listed, listed.matches("(?s).*" + name + "\\s+1\\.0\\.0\\s.*Started.*"));
        }
        String said = plugin("wrong").path("reason").asText();
        assertTrue(said, said.contains("a column named order, which is a reserved word of SQL"));
        said = plugin("broken").path("reason").asText();
        assertEquals("Its bundle can't be started, because its activator failed; the log says how.", said);
        String doctor = shell("guildhall:doctor");
        assertTrue(doctor, doctor.contains("ERROR plugin.failed: The plugin broken 1.0.0 can't be served: Its bundle"));
        assertTrue(doctor, doctor.contains("ERROR plugin.failed: The plugin wrong 1.0.0 can't be served: "));
        assertTrue(server.log(), server.log().contains("java.lang.IllegalStateException: no"));
        assertEquals(200, server.get("/api/v1/contacts").status());

        // What nothing offers is refused before anything is installed.
        Path lacking = thing("lacking", "private String name;")
                .header("Import-Package", "org.example.missing;version=\"[1,2)\",*")
                .build(jar("lacking"));
        Path repository = lacking.resolveSibling("lacking.xml");
        Files.writeString(
                repository, features("lacking", "1.0.0", lacking.toUri().toString()));
        String refused = shell("feature:repo-add " + repository.toUri() + "; feature:install lacking");
        assertTrue(refused, refused.contains("org.example.missing"));
        assertFalse(server.get("/api/v1/plugins").body().toString().contains("lacking"));

        shell("feature:uninstall wrong broken");
        assertEquals("", state("wrong") + state("broken"));
    }

    private static PluginJar thing(String name, String fields) {
        String type = Character.toUpperCase(name.charAt(0)) + name.substring(1);
        return plugin(name, 1).source(name + "/" + type + ".java", record(name, "", type, fields));
    }

    /** The version and the state of a plugin; empty where there is none. */
    private static String state(String name) throws Exception {
        JsonNode plugin = plugin(name);
        return plugin == null
                ? ""
                : plugin.path("version").asText() + " " + plugin.path("state").asText();
    }

    private static JsonNode plugin(String name) throws Exception {
        for (JsonNode plugin : server.get("/api/v1/plugins").body().path("items")) {
            if (plugin.path("name").asText().equals(name)) {
                return plugin;
            }
        }
        return null;
    }
}
