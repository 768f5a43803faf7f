/* Copyright the Guildhall authors. SPDX-License-Identifier: Apache-2.0 */
package org.guildhall.itests;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertFalse;
import static org.junit.Assert.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import org.junit.Test;
import org.junit.runners.Parameterized;

/** A plugin goes into quarantine and comes back with its data, or goes for ever with all that is held for it. */
public class RemovalIT extends PluginTests {
    @Parameterized.Parameters(name = "{0}")
    public static List<TestDatabase> databases() {
        return TestDatabase.inTurn(TestDatabase.MARIADB);
    }

    private static PluginJar larder() {
        return plugin("larder", 1)
                .source(
                        "larder/Jar.java",
                        record(
                                "larder",
                                "",
                                "Jar",
                                "@Numbered(\"J-{0000}\") private String number; @Searchable @Size(max = 40) private String name;"))
                .source(
                        "larder/Label.java",
                        record(
                                "larder",
                                "@PartOf(value = \"larder.jar\", field = \"labels\", nested = true, max = 5)",
                                "Label",
                                "@Size(max = 40) private String text;"));
    }

    private static PluginJar cook() {
        return plugin("cook", 1)
                .source(
                        "cook/Dish.java",
                        record(
                                "cook",
                                "",
                                "Dish",
                                "@Refers(value = \"larder.jar\", onDelete = OnDelete.KEEP) private Long jar;"
                                        + " @Refers(onDelete = OnDelete.KEEP) private Ref with;"));
    }

    @Test
    public void aPluginIsSetAsideBroughtBackAndPurged() throws Exception {
        deploy(larder().build(jar("larder")), "larder", "is ready");
        deploy(cook().build(jar("cook")), "cook", "is ready");
        server.await(200, "/api/v1/dishs");
        String jar = created("jars", "{\"name\":\"plums\",\"labels\":[{\"text\":\"1\"},{\"text\":\"2\"}]}")
                .body()
                .path("id")
                .asText();
        // More of the journal's rows than are deleted at a time.
        String made = "{\"op\":\"create\",\"body\":{\"name\":\"pears\"}}";
        assertEquals(
                200,
                server.post("/api/v1/jars:batch", "{\"operations\":[" + (made + ",").repeat(599) + made + "]}")
                        .status());
        String dish = created(
                        "dishs", "{\"jar\":\"" + jar + "\",\"with\":{\"type\":\"larder.jar\",\"id\":\"" + jar + "\"}}")
                .body()
                .path("id")
                .asText();
        assertEquals(204, server.delete("/api/v1/jars/" + jar).status());

        String held = shell("guildhall:remove larder");
        assertRow(held, "larder.jar", "601");
        assertRow(held, "larder.label", "2");
        assertRow(held, "gh_journal", "602");
        assertRow(held, "gh_number", "1");
        assertRow(held, "cook.dish.jar", "1");
        assertRow(held, "cook.dish.with", "1");
        assertEquals(200, server.get("/api/v1/jars").status());

        assertTrue(shell("guildhall:remove --quarantine larder").contains("is in quarantine"));
        assertEquals(404, server.get("/api/v1/jars").status());
        assertTrue(shell("guildhall:plugins").contains("It is in quarantine since"));
        assertTrue(shell("guildhall:remove --quarantine larder").contains("in quarantine already"));
        JsonNode expanded =
                server.get("/api/v1/dishs/" + dish + "?expand=jar,with").body().path("@expanded");
        for (String field : List.of("jar", "with")) {
            assertEquals("larder.jar", expanded.path(field).path("type").asText());
            assertEquals(jar, expanded.path(field).path("id").asText());
            assertTrue(expanded.path(field).path("away").asBoolean());
        }
        Server.Answer refused = server.post("/api/v1/dishs", "{\"jar\":\"" + jar + "\"}");
        assertEquals(422, refused.status());
        assertEquals(List.of("jar field.reference-away"), findings(refused));

        server.stop();
        server.start();
        server.await(200, "/api/v1/dishs");
        assertEquals(404, server.get("/api/v1/jars").status());
        assertTrue(shell("guildhall:remove --purge larder").contains("delete its jar first"));
        assertTrue(shell("guildhall:remove --restore larder").contains("out of quarantine"));
        server.await(200, "/api/v1/jars");
        assertEquals(200, server.post("/api/v1/jars/" + jar + "/restore", "").status());

        shell("guildhall:remove --quarantine larder");
        remove("larder", "/api/v1/jars");
        Await.until(() -> shell("guildhall:plugins").contains("larder  "), server::log);
        assertRow(shell("guildhall:remove --purge larder"), "larder.jar", "601");
        assertTrue(shell("guildhall:remove larder").contains("The database holds nothing for larder"));
        assertFalse(shell("guildhall:plugins").contains("larder"));
        assertEquals(200, server.get("/api/v1/dishs/" + dish).status());

        deploy(larder().build(jar("larder")), "larder", "is ready");
        server.await(200, "/api/v1/jars");
        assertEquals(0, server.get("/api/v1/jars").body().path("items").size());
        assertEquals(
                "J-0001",
                created("jars", "{\"name\":\"new\"}").body().path("number").asText());
    }

    private static void assertRow(String table, String what, String count) {
        assertTrue(table, table.replaceAll(" +", " ").contains(what + " | " + count));
    }

    @Test
    public void whatCantBeSetAsideIsSaid() throws Exception {
        assertTrue(shell("guildhall:remove --quarantine security").contains("part of the platform"));
        assertTrue(shell("guildhall:remove --quarantine nobody").contains("holds nothing for a plugin nobody"));
        assertTrue(shell("guildhall:remove --restore nobody").contains("is not in quarantine"));
        assertTrue(shell("guildhall:remove --purge nobody").contains("put it there first"));
        assertTrue(shell("guildhall:remove --purge --restore nobody").contains("Only one of"));
    }
}
