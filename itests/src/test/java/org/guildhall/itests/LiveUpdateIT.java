/* Copyright the Guildhall authors. SPDX-License-Identifier: Apache-2.0 */
package org.guildhall.itests;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertFalse;
import static org.junit.Assert.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.Test;
import org.junit.runners.Parameterized;

/** Plugins arrive, are replaced and leave under load: no call fails that they need not fail. */
public class LiveUpdateIT extends PluginTests {
    private static final int UPDATES = FULL ? 20 : 4;

    @Parameterized.Parameters(name = "{0}")
    public static List<TestDatabase> databases() {
        return TestDatabase.inTurn(TestDatabase.POSTGRESQL);
    }

    /** A record whose rule makes every name end with the version of the jar. */
    private static PluginJar stall(int version) {
        return plugin("stall", 1)
                .version(version + ".0.0")
                .source("stall/Ware.java", record("stall", "", "Ware", "@Size(max = 100) private String name;"))
                .source(
                        "stall/Stamp.java",
                        "package stall;\nimport org.guildhall.api.*;\n"
                                + "import org.osgi.service.component.annotations.Component;\n"
                                + "@Component @ForRecord(\"stall.ware\")\n"
                                + "public class Stamp implements RecordDefaults {\n"
                                + "  public Values defaults(Values given, Work work) {\n"
                                + "    try { Thread.sleep(3); } catch (InterruptedException e) { throw new IllegalStateException(e); }\n"
                                + "    return Values.of(\"name\", \"made by " + version + "\");\n  }\n}\n");
    }

    /** Calls again and again, and keeps what did not go as it should. */
    static final class Load {
        final Queue<String> failures = new ConcurrentLinkedQueue<>();
        private final Queue<Long> nanos = new ConcurrentLinkedQueue<>();
        final AtomicInteger calls = new AtomicInteger();
        private final List<Thread> threads = new ArrayList<>();
        private volatile boolean ended;

        Load(int callers, Callable<String> call) {
            for (int i = 0; i < callers; i++) {
                Thread thread = new Thread(() -> {
                    while (!ended) {
                        long began = System.nanoTime();
                        try {
                            String failure = call.call();
                            if (failure != null) {
                                failures.add(failure);
                            }
                        } catch (Exception e) {
                            failures.add(e.toString());
                        }
                        nanos.add(System.nanoTime() - began);
                        calls.incrementAndGet();
                    }
                });
                thread.start();
                threads.add(thread);
            }
        }

        long percentile(int percent) {
            List<Long> all = new ArrayList<>(nanos);
            Collections.sort(all);
            return all.get(all.size() * percent / 100) / 1_000_000;
        }

        void end() throws InterruptedException {
            ended = true;
            for (Thread thread : threads) {
                thread.join();
            }
        }
    }

    @Test
    public void anUpdateFailsNoCall() throws Exception {
        deploy(stall(1).build(jar("stall")), "stall", "is ready");
        server.await(200, "/api/v1/wares");
        Load writes = new Load(4, () -> {
            Server.Answer made = server.post("/api/v1/wares", "{}");
            String name = made.body().path("name").asText();
            return made.status() == 201 && name.startsWith("made by ") ? null : made.status() + " " + made.body();
        });
        Load reads = new Load(2, () -> {
            Server.Answer page = server.get("/api/v1/wares?limit=5");
            return page.status() == 200 ? null : page.status() + " " + page.body();
        });
        Load others = new Load(2, () -> {
            Server.Answer page = server.get("/api/v1/contacts?limit=5");
            return page.status() == 200 ? null : page.status() + " " + page.body();
        });
        try {
            Thread.sleep(2_000);
            for (int version = 2; version < 2 + UPDATES; version++) {
                deploy(stall(version).build(jar("stall")), "stall", "is ready");
                String made = "made by " + version;
                Await.until(
                        () -> server.post("/api/v1/wares", "{}")
                                .body()
                                .path("name")
                                .asText()
                                .equals(made),
                        server::log);
            }
        } finally {
            writes.end();
            reads.end();
            others.end();
        }
        System.out.println(database + ": " + UPDATES + " updates under " + (writes.calls.get() + reads.calls.get())
                + " calls: " + (writes.failures.size() + reads.failures.size()) + " failed, the longest took "
                + writes.percentile(100 - 1) + " ms at 99 %; calls to another plugin at 99 %: " + others.percentile(99)
                + " ms");
        assertEquals(List.of(), List.copyOf(writes.failures));
        assertEquals(List.of(), List.copyOf(reads.failures));
        assertEquals(List.of(), List.copyOf(others.failures));
        remove("stall", "/api/v1/wares");
    }

    @Test
    public void anUpdateHidesNoEvent() throws Exception {
        deploy(stall(1).build(jar("stall")), "stall", "is ready");
        server.await(200, "/api/v1/wares");
        Queue<String> made = new ConcurrentLinkedQueue<>();
        Set<String> told = new HashSet<>();
        try (EventsIT.Stream stream = new EventsIT.Stream(server, "", null)) {
            Load writes = new Load(4, () -> {
                made.add(server.post("/api/v1/wares", "{}").id());
                return null;
            });
            try {
                for (int version = 2; version < 2 + UPDATES; version++) {
                    Thread.sleep(1_000);
                    deploy(stall(version).build(jar("stall")), "stall", "is ready");
                }
            } finally {
                writes.end();
            }
            made.add(server.post("/api/v1/wares", "{}").id());
            while (told.size() < made.size()) {
                told.add(stream.next().path("id").asText());
            }
        }
        assertEquals(Set.copyOf(made), told);
        remove("stall", "/api/v1/wares");
    }

    @Test
    public void aPluginThatIsTakenAwayIsNotWaitedFor() throws Exception {
        deploy(stall(1).build(jar("stall")), "stall", "is ready");
        server.await(200, "/api/v1/wares");
        Files.delete(server.home().resolve("deploy/stall.jar"));
        server.await(404, "/api/v1/wares");
        long began = System.nanoTime();
        assertEquals(404, server.get("/api/v1/wares").status());
        assertEquals(404, server.post("/api/v1/wares", "{}").status());
        assertTrue(System.nanoTime() - began < 2_000_000_000L);
        assertEquals("", state("stall"));
    }

    @Test
    public void aBundleThatIsStoppedIsSaidToBe() throws Exception {
        deploy(stall(1).build(jar("stall")), "stall", "is ready");
        shell("bundle:stop test.stall");
        server.await(404, "/api/v1/wares");
        assertEquals("stopped", state("stall"));
        shell("bundle:start test.stall");
        server.await(200, "/api/v1/wares");
        assertEquals("ready", state("stall"));
        remove("stall", "/api/v1/wares");
    }

    @Test
    public void whatABundleLacksIsSaid() throws Exception {
        server.deploy(
                stall(1).header("Import-Package", "org.example.missing;version=\"[1,2)\",*")
                        .build(jar("stall")),
                "stall.jar");
        Await.until(() -> state("stall").equals("waiting"), server::log);
        String reason = plugin("stall").path("reason").asText();
        assertTrue(
                reason, reason.contains("Nothing offers what it imports: ") && reason.contains("org.example.missing"));
        String found = shell("guildhall:doctor");
        assertTrue(
                found, found.contains("ERROR plugin.waiting: The plugin stall 1.0.0 can't be started: Nothing offers"));
        deploy(stall(2).build(jar("stall")), "stall", "is ready");
        server.await(200, "/api/v1/wares");
        assertEquals("ready", state("stall"));
        remove("stall", "/api/v1/wares");
    }

    @Test
    public void theSamePluginTwiceIsRefusedAndTakesOver() throws Exception {
        deploy(stall(1).build(jar("stall")), "stall", "is ready");
        int from = server.log().length();
        server.deploy(stall(2).bundle("test.stall.twin").build(jar("twin")), "twin.jar");
        String line = server.awaitLog(from, "Plugin stall failed: .*").group();
        assertTrue(
                line, line.contains("The plugin is here already, as the bundle test.stall 1.0.0: remove one of both."));
        assertEquals(201, server.post("/api/v1/wares", "{}").status());
        Files.delete(server.home().resolve("deploy/stall.jar"));
        Await.until(
                () -> server.post("/api/v1/wares", "{}")
                        .body()
                        .path("name")
                        .asText()
                        .equals("made by 2"),
                server::log);
        remove("twin", "/api/v1/wares");

        // One jar, under two names.
        Path jar = stall(3).build(jar("stall"));
        deploy(jar, "stall", "is ready");
        from = server.log().length();
        server.deploy(jar, "copy of stall.jar");
        server.awaitLog(
                from, "copy of stall.jar in the deploy folder is no plugin: The bundle test.stall 3.0.0 is here");
        assertEquals(201, server.post("/api/v1/wares", "{}").status());
        Files.delete(server.home().resolve("deploy/stall.jar"));
        server.awaitLog(from, "Plugin stall 3.0.0 is ready");
        assertEquals(201, server.post("/api/v1/wares", "{}").status());
        assertFalse(shell("guildhall:plugins").contains("copy of"));
        server.deploy(jar, "stall.jar");
        server.awaitLog(
                from, "stall.jar in the deploy folder is no plugin: The bundle test.stall 3.0.0 is here already");
        Files.delete(server.home().resolve("deploy/stall.jar"));
        Thread.sleep(2_500);
        assertEquals(201, server.post("/api/v1/wares", "{}").status());
        remove("copy of stall", "/api/v1/wares");
    }

    /** Counts the contacts, which are another plugin's. */
    private static PluginJar census() {
        return PluginJar.named("test.census")
                .source(
                        "census/package-info.java",
                        "@org.guildhall.api.GuildhallPlugin(name = \"census\", uses ="
                                + " @org.guildhall.api.Uses(type = \"customer.contact\"))\npackage census;\n")
                .source("census/Sheet.java", record("census", "", "Sheet", "@Size(max = 100) private String name;"))
                .source(
                        "census/Count.java",
                        "package census;\nimport org.guildhall.api.*;\n"
                                + "import org.osgi.service.component.annotations.Component;\n"
                                + "@Component @ForRecord(\"census.sheet\")\n"
                                + "public class Count implements RecordDefaults {\n"
                                + "  public Values defaults(Values given, Work work) {\n"
                                + "    work.query(\"customer.contact\", Query.ALL);\n"
                                + "    return Values.of(\"name\", \"counted\");\n  }\n}\n");
    }

    @Test
    public void whatLeadsPastThePipelineIsHidden() throws Exception {
        int from = server.log().length();
        deploy(
                plugin("spy", 1)
                        .source("spy/Find.java", record("spy", "", "Find", "@Size(max = 100) private String name;"))
                        .source(
                                "spy/Spy.java",
                                "package spy;\nimport org.osgi.framework.*;\n"
                                        + "import org.osgi.service.component.annotations.*;\n"
                                        + "@Component(immediate = true, service = Spy.class)\n"
                                        + "public class Spy {\n  @Activate\n"
                                        + "  public Spy(BundleContext context) throws InvalidSyntaxException {\n"
                                        + "    ServiceReference<?>[] all = context.getAllServiceReferences(null, null);\n"
                                        + "    StringBuilder names = new StringBuilder(\"SPY sees \" + (all.length > 20));\n"
                                        + "    for (ServiceReference<?> one : all)\n"
                                        + "      for (String name : (String[]) one.getProperty(\"objectClass\")) \n"
                                        + "        if (name.contains(\"DataSource\") || name.contains(\".platform.\")\n"
                                        + "            || name.startsWith(\"javax.persistence.\")) names.append(' ').append(name);\n"
                                        + "    java.util.logging.Logger.getLogger(\"spy\").info(names.toString());\n  }\n}\n")
                        .build(jar("spy")),
                "spy",
                "is ready");
        String seen = server.awaitLog(from, "SPY sees .*").group();
        assertTrue(seen, seen.matches("SPY sees true( \\[.*)?"));
        remove("spy", "/api/v1/finds");
    }

    @Test
    public void whatAPluginWantsOfOthersWaitsForItsGrant() throws Exception {
        deploy(census().build(jar("census")), "census", "is ready");
        server.await(200, "/api/v1/sheets");
        Server.Answer refused = server.post("/api/v1/sheets", "{}");
        assertEquals(403, refused.status());
        assertEquals("plugin.not-granted", refused.code());
        assertTrue(plugin("census").path("waitsForGrant").asBoolean());
        String found = shell("guildhall:doctor");
        assertTrue(found, found.contains("WARNING plugin.not-granted: The plugin census 1.0.0 wants more"));
        String wanted = shell("guildhall:grant --show census");
        assertTrue(wanted, wanted.matches("(?s).*customer.contact +\\| read +\\| all +\\| nothing.*"));
        assertTrue(shell("guildhall:plugins"), shell("guildhall:plugins").contains("customer.contact (not granted)"));
        grant("census");
        assertEquals(201, server.post("/api/v1/sheets", "{}").status());
        remove("census", "/api/v1/sheets");
        deploy(census().build(jar("census")), "census", "is ready");
        server.await(200, "/api/v1/sheets");
        assertEquals(
                "it stays granted", 201, server.post("/api/v1/sheets", "{}").status());
        shell("guildhall:grant --revoke census");
        assertEquals(403, server.post("/api/v1/sheets", "{}").status());
        remove("census", "/api/v1/sheets");
    }

    @Test
    public void onlyWhoMaySeesThePlugins() throws Exception {
        People people = new People(server);
        People.Person person = people.user("pluginless", List.of());
        Server.Answer refused = person.server().get("/api/v1/plugins");
        assertEquals(403, refused.status());
        assertEquals("access.permission", refused.code());
        JsonNode customer = plugin("customer");
        assertEquals("ready", customer.path("state").asText());
        assertEquals("customer.contact", customer.path("types").path(0).asText());
    }

    private static JsonNode plugin(String name) throws Exception {
        for (JsonNode plugin : server.get("/api/v1/plugins").body().path("items")) {
            if (plugin.path("name").asText().equals(name)) {
                return plugin;
            }
        }
        return com.fasterxml.jackson.databind.node.MissingNode.getInstance();
    }

    private static String state(String name) throws Exception {
        return plugin(name).path("state").asText();
    }
}
