/* Copyright the Guildhall authors. SPDX-License-Identifier: Apache-2.0 */
package org.guildhall.itests;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertFalse;
import static org.junit.Assert.assertTrue;
import static org.junit.Assume.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.Test;

/** A file without code is a plugin: the clinic's whole life, from a file, and what files can have wrong. */
public class PluginFileIT extends TypesIT {
    private static final String HEAD = "schema: 1\nname: odd\nversion: 1.0.0\ntypes:\n";
    private static final String THING = HEAD + "  thing:\n    fields:\n";

    /** The clinic without code, with texts replaced. */
    private static Path clinicFile(String name, int schema, String... edits) throws Exception {
        String text = Files.readString(Path.of("src/test/resources/clinic.plugin.yaml"), StandardCharsets.UTF_8)
                .replace("schema: 1\n", "schema: " + schema + "\n")
                .replace("version: 1.0.0\n", "version: " + schema + ".0.0\n");
        for (int i = 0; i < edits.length; i += 2) {
            assertTrue(edits[i], text.contains(edits[i]));
            text = text.replace(edits[i], edits[i + 1]);
        }
        return file(name, text);
    }

    private static Path file(String name, String text) throws Exception {
        return Files.writeString(jar(name).resolveSibling(name + ".plugin.yaml"), text);
    }

    @Override
    Path firstClinic() throws Exception {
        return clinicFile("clinic-1", 1);
    }

    @Override
    Path secondClinic() throws Exception {
        return clinicFile(
                "clinic-2",
                2,
                "      notes: {",
                "      room: {kind: text, length: 40, searchable: true}\n"
                        + "      assistant: {kind: reference, to: clinic.practitioner}\n      notes: {",
                "length: 200",
                "length: 240");
    }

    @Override
    Path thirdClinic() throws Exception {
        return clinicWith("from: reason, to: complaint");
    }

    @Override
    Path clinicWithAnotherPast() throws Exception {
        return clinicWith("from: reason, to: cause");
    }

    private static Path clinicWith(String firstRename) throws Exception {
        return clinicFile(
                firstRename.endsWith("cause") ? "clinic-3b" : "clinic-3",
                3,
                "      reason:",
                "      complaint:",
                "{reason}",
                "{complaint}",
                "      fee:",
                "      price:",
                "\ntypes:",
                """

                changes:
                  - {schema: 3, rename: {record: appointment, %s}}
                  - {schema: 3, rename: {record: appointment, from: fee, to: price}}
                  - {schema: 3, sql: update clinic_appointment set status = 'confirmed' where status = 'requested'}
                types:"""
                        .formatted(firstRename));
    }

    @Override
    Path everything() throws Exception {
        return file(
                "kinds",
                """
                schema: 1
                name: kinds
                version: 1.0.0
                choices:
                  colour: {choices: [{name: red}, {name: green}]}
                types:
                  everything:
                    fields:
                      text: {kind: text}
                      longText: {kind: longText, length: 100000}
                      large: {kind: longText}
                      number: {kind: integer}
                      bigNumber: {kind: integer}
                      ratio: {kind: decimal}
                      money: {kind: money}
                      yes: {kind: boolean}
                      day: {kind: date}
                      moment: {kind: instant}
                      meeting: {kind: localDateTime}
                      colour: {kind: choice, choices: colour}
                      colours: {kind: choices, choices: colour}
                      other: {kind: reference, to: everything}
                      any: {kind: referenceToAny}
                      email: {kind: email}
                      phone: {kind: phone}
                      url: {kind: url}
                      language: {kind: language}
                      country: {kind: country}
                      json: {kind: json}
                """);
    }

    @Override
    @Test
    public void whatCannotBeServedIsToldInASentence() throws Exception {
        assumeTrue(FULL || database == TestDatabase.DERBY);
        // What is wrong with the file itself is told by PluginFileTest.
        told("schema: [\n", "odd.plugin.yaml is no YAML at line 2, column 1");
        // What the platform finds in the entities has its place too.
        told(THING + "      order: {kind: text}\n", "which is a reserved word of SQL", "line 7, column 7");
        told(THING + "      owner: {kind: text}\n", "is the platform's own", "line 7, column 7");
        told(
                THING + "      mood: {kind: choice, choices: mood}\n",
                "offers the choices \"odd.mood\"",
                "line 7, column 7");
        told(
                THING + "      a: {kind: text}\n    keys: [[b]]\n",
                "names \"b\", and there is no such field",
                "line 5, column 3");
        told(THING + "      no: {kind: text, numbered: A-000}\n", "must hold zeros in braces", "line 7, column 7");
        told(
                THING.replace("types:", "choices:\n  mood: {choices: [{nme: good}]}\ntypes:")
                        + "      a: {kind: text}\n",
                "odd.plugin.yaml, line 5, column 21: the key nme is unknown");
        String told = "odd.plugin.yaml, line 5, column 11: the key feilds is unknown";
        told(HEAD + "  thing: {feilds: {}}\n", told);
        JsonNode plugins = server.get("/api/v1/plugins").body();
        assertTrue(plugins.toString(), plugins.toString().contains(told));
        assertTrue(shell("guildhall:plugins").contains("the key feilds is unknown"));
        assertTrue(shell("guildhall:doctor").contains("the key feilds is unknown"));
        String preview = shell("guildhall:plan " + file("odd", HEAD + "  thing: {feilds: {}}\n"));
        assertTrue(preview, preview.contains(told));
        assertEquals(404, server.get("/api/v1/things").status());
        assertEquals(200, server.get("/api/v1/contacts").status());

        deploy(file("odd", THING + "      name: {kind: text}\n"), "odd", "is ready");
        created("things", "{\"name\":\"healed\"}");
        told(THING + "      name: {kind: integer}\n", "and the database has it as text", "line 7, column 7");
        deploy(file("odd", THING + "      name: {kind: text}\n"), "odd", "is ready");
        assertEquals(1, server.get("/api/v1/things").body().path("items").size());
        int from = server.log().length();
        server.deploy(file("odd", THING + "      name: {kind: text}\n"), "other.plugin.yaml");
        server.awaitLog(
                from, "Plugin odd failed: The plugin is here already, as the bundle guildhall.file.odd.plugin.yaml");
        Files.delete(server.home().resolve("deploy/other.plugin.yaml"));
        assertEquals(200, server.get("/api/v1/things").status());
        remove("odd", "/api/v1/things");
    }

    private void told(String yaml, String... sentences) throws Exception {
        String told = deploy(file("odd", yaml), "odd", "odd", "failed");
        for (String sentence : sentences) {
            assertTrue(sentence + "\n" + told, told.contains(sentence));
        }
        assertFalse(told, told.contains("Exception"));
    }

    @Test
    public void aFileThatIsWrittenSlowlyHeals() throws Exception {
        String whole = THING.replace("odd", "slow") + "      name: {kind: text}\n      size: {kind: integer}\n";
        Path deployed = server.home().resolve("deploy/slow one.plugin.yaml");
        int from = server.log().length();
        Files.writeString(deployed, whole.substring(0, whole.indexOf("kind: text")));
        server.awaitLog(from, "Plugin slow failed: slow one.plugin.yaml is no YAML at line \\d+");
        Files.writeString(deployed, whole);
        server.awaitLog(from, "Plugin slow 1.0.0 is ready");
        created("things", "{\"name\":\"whole\",\"size\":3}");
        remove("slow one", "/api/v1/things");
    }

    @Test
    public void anEditInPlaceFailsNoCall() throws Exception {
        String yaml = THING.replace("odd", "live") + "      name: {kind: text}\n";
        deploy(file("live", yaml), "live", "is ready");
        LiveUpdateIT.Load writes = new LiveUpdateIT.Load(2, () -> {
            Server.Answer made = server.post("/api/v1/things", "{\"name\":\"a\"}");
            return made.status() == 201 ? null : made.status() + " " + made.body();
        });
        try {
            for (int edit = 1; edit <= 3; edit++) {
                yaml += "      more" + edit + ": {kind: text}\n";
                deploy(file("live", yaml), "live", "is ready");
                Thread.sleep(500);
            }
        } finally {
            writes.end();
        }
        System.out.println(database + ": 3 edits under " + writes.calls.get() + " calls, of which failed: "
                + writes.failures.size());
        assertEquals(List.of(), List.copyOf(writes.failures));
        assertTrue(server.get("/api/v1/types/live.thing").body().toString().contains("more3"));
        remove("live", "/api/v1/things");
    }

    private static String volumes(int schema, String head, String a, String b, String more) {
        return "schema: " + schema + "\nname: archive\nversion: " + schema + ".0.0\ntypes:\n  volume:\n" + head
                + "    fields:\n      a: {kind: text, length: 50" + a + "}\n      b: {kind: text, length: 50" + b
                + "}\n"
                + more;
    }

    private static List<String> values(String field, String query) throws Exception {
        List<String> values = new ArrayList<>();
        server.get("/api/v1/volumes" + query)
                .body()
                .path("items")
                .forEach(item -> values.add(item.path(field).asText()));
        return values;
    }

    @Test
    public void whatAnOlderVersionWroteIsFoundAndSortedByTheNewerOne() throws Exception {
        Path older = file("archive-1", volumes(1, "", "", "", ""));
        String searchable = ", searchable: true";
        String keyed = "    keys: [[b]]\n";
        String more = "      c: {kind: text, length: 50, searchable: true}\n";
        Path newer = file("archive-2", volumes(2, keyed, searchable, "", more));
        deploy(older, "archive", "is ready");
        String first = created("volumes", "{\"a\":\"Alpha\",\"b\":\"one\"}").id();
        String second = created("volumes", "{\"a\":\"Omega\",\"b\":\"two\"}").id();
        deploy(newer, "archive", "is ready");
        assertEquals(
                200,
                server.patch("/api/v1/volumes/" + first, "{\"c\":\"Note\"}").status());

        deploy(older, "archive", "is ready");
        for (String change : List.of(first + " {\"a\":\"Zeta\",\"b\":\"TWO\"}", second + " {\"b\":null}")) {
            String[] parts = change.split(" ", 2);
            assertEquals(
                    200, server.patch("/api/v1/volumes/" + parts[0], parts[1]).status());
        }
        created("volumes", "{\"a\":\"Delta\",\"b\":\"one\"}");
        deploy(newer, "archive", "is ready");
        assertEquals(List.of("Delta", "Omega", "Zeta"), values("a", "?sort=a"));
        assertEquals(List.of("Zeta"), values("a", "?filter=a==zeta"));
        assertEquals(List.of(), values("a", "?filter=a==alpha"));
        assertEquals(List.of(), values("a", "?q=alpha"));
        for (String word : List.of("zeta", "note")) {
            assertEquals(word, List.of("Zeta"), values("a", "?q=" + word));
        }
        assertEquals(422, server.post("/api/v1/volumes", "{\"b\":\"ONE\"}").status());
        assertEquals(422, server.post("/api/v1/volumes", "{\"b\":\"two\"}").status());

        // A key that goes and comes back is told of records that share its values meanwhile.
        deploy(file("archive-3", volumes(3, "", searchable, "", more)), "archive", "is ready");
        String twin = created("volumes", "{\"b\":\"One\"}").id();
        Path keyedAgain = file("archive-4", volumes(4, keyed, searchable, "", more));
        String refused = deploy(keyedAgain, "archive", "failed");
        assertTrue(
                refused,
                refused.contains("A key with the field b of archive.volume can't be set, because live records share"));
        deploy(file("archive-3", volumes(3, "", searchable, "", more)), "archive", "is ready");
        assertEquals(
                200,
                server.patch("/api/v1/volumes/" + twin, "{\"b\":\"Three\"}").status());
        deploy(keyedAgain, "archive", "is ready");
        remove("archive", "/api/v1/volumes");
    }

    @Test
    public void wordsOfAPartThatWentAndCameBackAreFound() throws Exception {
        String yaml = volumes(1, "", ", searchable: true", "", "");
        String leaf = "  leaf:\n    partOf: {type: volume, field: leaves, max: 5}\n"
                + "    fields:\n      text: {kind: text, length: 50, searchable: true}\n";
        deploy(file("archive-1", yaml.replace("archive", "atlas") + leaf), "atlas", "is ready");
        String id = created("volumes", "{\"a\":\"Alpha\",\"leaves\":[{\"text\":\"map\"}]}")
                .id();
        assertEquals(List.of("Alpha"), values("a", "?q=map"));
        deploy(file("archive-2", yaml.replace("archive", "atlas")), "atlas", "is ready");
        assertEquals(
                200, server.patch("/api/v1/volumes/" + id, "{\"a\":\"Beta\"}").status());
        deploy(file("archive-3", yaml.replace("archive", "atlas") + leaf), "atlas", "is ready");
        assertEquals(List.of("Beta"), values("a", "?q=map"));
        remove("atlas", "/api/v1/volumes");
    }

    private static String reason(String plugin) throws Exception {
        for (JsonNode item : server.get("/api/v1/plugins").body().path("items")) {
            if (item.path("name").asText().equals(plugin)) {
                return item.path("reason").asText("");
            }
        }
        throw new AssertionError(plugin + " is not here");
    }

    @Test
    public void aPluralIsTakenOverByWhoWantsItWhenItsOwnerHasGone() throws Exception {
        Path first = file("first", THING.replace("odd", "first") + "      name: {kind: text}\n");
        deploy(first, "first", "is ready");
        deploy(file("second", THING.replace("odd", "second") + "      size: {kind: integer}\n"), "second", "is ready");
        String nameAlone = "thing is served by its name alone, because ";
        assertTrue(reason("second").contains(nameAlone + "first.thing has"));
        deploy(first, "first", "is ready");
        assertEquals("its owner was replaced", "", reason("first"));
        created("things", "{\"name\":\"one\"}");

        Files.delete(server.home().resolve("deploy/first.plugin.yaml"));
        server.await(404, "/api/v1/first.thing");
        server.await(200, "/api/v1/things");
        created("things", "{\"size\":1}");
        assertEquals("", reason("second"));
        deploy(first, "first", "is ready");
        assertTrue(reason("first").contains(nameAlone + "second.thing has"));
        assertEquals("", reason("second"));
        created("things", "{\"size\":2}");
        Files.delete(server.home().resolve("deploy/first.plugin.yaml"));
        server.await(404, "/api/v1/first.thing");
        remove("second", "/api/v1/things");
    }

    @Test
    public void aNameIsTakenOverByAnotherFileWhenItsOwnerTakesAnotherName() throws Exception {
        String yaml = THING.replace("odd", "name") + "      name: {kind: text}\n";
        deploy(file("name", yaml), "name", "is ready");
        int from = server.log().length();
        server.deploy(file("twin", yaml.replace("1.0.0", "2.0.0")), "twin.plugin.yaml");
        server.awaitLog(from, "Plugin name failed: The plugin is here already");
        server.deploy(file("name", yaml.replace("name: name", "name: renamed")), "name.plugin.yaml");
        server.awaitLog(from, "Plugin renamed 1.0.0 is ready");
        server.awaitLog(from, "Plugin name 2.0.0 is ready");
        Files.delete(server.home().resolve("deploy/name.plugin.yaml"));
        server.await(404, "/api/v1/renamed.thing");
        remove("twin", "/api/v1/name.thing");
    }

    @Test
    public void theExampleOfTheGuideIsServed() throws Exception {
        String guide = Files.readString(Path.of("../docs/guide/plugin-without-code.md"), StandardCharsets.UTF_8);
        Matcher example = Pattern.compile("(?s)```yaml\n(.*?)```").matcher(guide);
        assertTrue("an example is in the guide", example.find());
        deploy(file("library", example.group(1)), "library", "is ready");
        Await.until(() -> shell("guildhall:roles").contains("Librarian"), server::log);
        String reader = created("contacts", "{\"lastName\":\"Reader\"}").id();
        String book = created(
                        "books",
                        "{\"heading\":\"Notes\",\"isbn\":\"1\",\"price\":{\"amount\":\"9.50\",\"currency\":\"EUR\"}}")
                .id();
        Server.Answer loan = created(
                "loans",
                "{\"book\":\"" + book + "\",\"reader\":\"" + reader + "\",\"due\":\"2026-12-24\","
                        + "\"reminders\":[{\"day\":\"2026-12-20\",\"text\":\"Soon\"}]}");
        assertEquals("L-00001", loan.body().path("number").asText());
        assertEquals("lent", loan.body().path("state").asText());
        JsonNode chinese = server.send(server.request("/api/v1/types/loans").header("Accept-Language", "zh"))
                .body();
        assertEquals("借阅", chinese.path("label").asText());

        // Edited in place: a field more, and another without another number.
        String more = example.group(1)
                .replace("schema: 1", "schema: 2")
                .replace("      isbn:", "      shelf: {kind: text}\n      isbn:");
        deploy(file("library", more), "library", "is ready");
        assertTrue(server.get("/api/v1/books/" + book).body().path("shelf").isNull());
        more = more.replace("      isbn:", "      pages: {kind: integer}\n      isbn:");
        deploy(file("library", more), "library", "is ready");
        assertTrue(server.get("/api/v1/books/" + book).body().path("pages").isNull());
        assertEquals(
                200, server.patch("/api/v1/books/" + book, "{\"shelf\":\"A\"}").status());
        remove("library", "/api/v1/books");
        deploy(file("library", more), "library", "is ready");
        assertEquals(
                "A", server.get("/api/v1/books/" + book).body().path("shelf").asText());
        remove("library", "/api/v1/books");
    }

    @Test
    public void noOtherFileIsTakenForABundle() throws Exception {
        Path deploy = server.home().resolve("deploy");
        String before = shell("bundle:list -t 0 -s --no-format").replaceAll("(?m)^.*password.*$", "");
        Files.writeString(
                deploy.resolve("beans.xml"),
                "<blueprint xmlns=\"http://www.osgi.org/xmlns/blueprint/v1.0.0\"><bean class=\"java.lang.Object\"/></blueprint>");
        Files.writeString(
                deploy.resolve("spring.xml"), "<beans xmlns=\"http://www.springframework.org/schema/beans\"></beans>");
        Files.writeString(deploy.resolve("plain.yaml"), "schema: 1\n");
        Thread.sleep(2_000);
        assertEquals(before, shell("bundle:list -t 0 -s --no-format").replaceAll("(?m)^.*password.*$", ""));
        try (Stream<Path> files = Files.list(deploy)) {
            for (Path file : files.toList()) {
                Files.delete(file);
            }
        }
    }
}
