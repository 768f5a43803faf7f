/* Copyright the Guildhall authors. SPDX-License-Identifier: Apache-2.0 */
package org.guildhall.itests;

import static org.guildhall.itests.People.may;
import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertFalse;
import static org.junit.Assert.assertNotEquals;
import static org.junit.Assert.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.http.HttpRequest;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.guildhall.itests.People.Person;
import org.junit.Before;
import org.junit.Test;
import org.junit.runners.Parameterized;

/** Who may do what with which records: in every answer, whichever way the question is asked. */
public class AccessIT extends PluginTests {
    @Parameterized.Parameters(name = "{0}")
    public static List<TestDatabase> databases() {
        return TestDatabase.inTurn(TestDatabase.POSTGRESQL);
    }

    private static final String CONTACTS = "/api/v1/contacts";
    private static final String[] EVERY_VERB = {"create", "read", "update", "delete", "restore", "purge"};
    private static int number;

    private People people;
    /** In every name of a test, so that tests do not meet each other's people. */
    private String mark;

    @Before
    public void nobodyYet() {
        people = new People(server);
        mark = "x" + ++number;
    }

    private String role(String more, String... permissions) throws Exception {
        return people.role("role " + mark + " " + ++number, more, permissions);
    }

    private Person person(String name, String role, String... teams) throws Exception {
        return people.user(name + "." + mark, List.of(role), teams);
    }

    private String contact(Person owner, String firstName) throws Exception {
        Server.Answer made =
                owner.server().post(CONTACTS, "{\"firstName\":\"" + firstName + "\",\"lastName\":\"" + mark + "\"}");
        assertEquals(made.body().toString(), 201, made.status());
        return made.id();
    }

    /** The first names that a caller finds, whichever way the question is asked. */
    private Set<String> found(Person caller) throws Exception {
        Set<String> found = names(caller, "?filter=lastName==" + mark);
        assertEquals(found, names(caller, "?q=" + mark));
        assertEquals(found, names(caller, "?q=" + mark + "&sort=-firstName"));
        assertEquals(found, names(caller, "?sort=-changedAt&filter=lastName==" + mark));
        for (String count : List.of("?limit=1&count=true&filter=lastName==" + mark, "?limit=1&count=true&q=" + mark)) {
            assertEquals(
                    found.size(),
                    caller.server().get(CONTACTS + count).body().path("count").asInt());
        }
        return found;
    }

    private static Set<String> names(Person caller, String query) throws Exception {
        Set<String> names = new TreeSet<>();
        String after = "";
        do {
            Server.Answer page = caller.server().get(CONTACTS + query + "&limit=2" + after);
            assertEquals(page.body().toString(), 200, page.status());
            for (JsonNode item : page.body().path("items")) {
                assertTrue("once", names.add(item.path("firstName").asText()));
            }
            after = page.body().path("next").isNull()
                    ? null
                    : "&after=" + page.body().path("next").asText();
        } while (after != null);
        return names;
    }

    @Test
    public void aScopeIsTheCallersOwnTheTeamsThoseBelowOrAll() throws Exception {
        String europe = people.team("Europe " + mark, null);
        String alps = people.team("Alps " + mark, europe);
        String asia = people.team("Asia " + mark, null);
        Person own = person("own", role("", may("customer.contact", "own", EVERY_VERB)), alps);
        Person team = person("team", role("", may("customer.contact", "team", EVERY_VERB)), alps);
        Person head = person("head", role("", may("customer.contact", "teamAndBelow", EVERY_VERB)), europe);
        Person other = person("other", role("", may("customer.contact", "team", EVERY_VERB)), asia, alps);
        Person all = person("all", role("", may("customer.*", "all", EVERY_VERB)));
        Person none = person("none", role("", may("clinic.*", "all", EVERY_VERB)));
        String owns = contact(own, "own");
        contact(team, "team");
        contact(head, "head");
        contact(other, "other");
        contact(all, "all");

        assertEquals(Set.of("own"), found(own));
        assertEquals(Set.of("own", "team"), found(team));
        assertEquals(Set.of("own", "team", "head"), found(head));
        assertEquals("of both teams", Set.of("own", "team", "other"), found(other));
        assertEquals(Set.of("own", "team", "head", "other", "all"), found(all));
        assertEquals(403, none.server().get(CONTACTS).status());
        assertEquals(403, none.server().post(CONTACTS, "{}").status());
        assertEquals(403, none.server().get(CONTACTS + "/" + owns).status());

        String headed = CONTACTS + "/" + names(head).get(0);
        assertEquals(200, team.server().get(CONTACTS + "/" + owns).status());
        for (Person blind : List.of(own, team)) {
            assertEquals(404, blind.server().get(headed).status());
            assertEquals(404, blind.server().get(headed + "/history").status());
            assertEquals(
                    404, blind.server().patch(headed, "{\"city\":\"Bern\"}").status());
            assertEquals(404, blind.server().delete(headed).status());
            assertEquals(404, blind.server().post(headed + "/restore", "").status());
            assertEquals(
                    404,
                    blind.server()
                            .post(headed + "/assign", "{\"owner\":\"" + blind.id() + "\"}")
                            .status());
            JsonNode batch = blind.server()
                    .post(
                            CONTACTS + ":batch",
                            "{\"operations\":[{\"op\":\"update\",\"id\":\"" + headed.substring(CONTACTS.length() + 1)
                                    + "\",\"body\":{\"city\":\"Bern\"}}]}")
                    .body();
            assertEquals(404, batch.path("items").path(0).path("status").asInt());
        }
        assertEquals(1, head.server().get(headed).body().path("version").asInt());
    }

    private List<String> names(Person owner) throws Exception {
        return List.of(owner.server()
                .get(CONTACTS + "?filter=owner==@me")
                .body()
                .path("items")
                .path(0)
                .path("id")
                .asText());
    }

    @Test
    public void aVerbMayReachLessThanReading() throws Exception {
        Person reader = person(
                "reader",
                role("", may("customer.contact", "all", "read"), may("customer.contact", "own", "create", "update")));
        Person all = person("all", role("", may("customer.contact", "all", EVERY_VERB)));
        String foreign = CONTACTS + "/" + contact(all, "foreign");
        String own = CONTACTS + "/" + contact(reader, "own");
        assertEquals(200, reader.server().get(foreign).status());
        Server.Answer refused = reader.server().patch(foreign, "{\"city\":\"Bern\"}");
        assertEquals(403, refused.status());
        assertEquals("access.forbidden", refused.code());
        assertEquals(200, reader.server().patch(own, "{\"city\":\"Bern\"}").status());
        assertEquals(403, reader.server().delete(own).status());
        assertEquals(204, all.server().delete(own).status());
        assertEquals(
                "the bin is for those who restore",
                403,
                reader.server().get(CONTACTS + "?bin=true").status());
        assertEquals(403, reader.server().post(own + "/restore", "").status());
        assertEquals(403, reader.server().post(own + "/purge", "").status());
        assertEquals(1, names(all, "?bin=true&filter=lastName==" + mark).size());
        assertEquals(204, all.server().post(own + "/purge", "").status());
        assertEquals(404, all.server().post(own + "/restore", "").status());
    }

    @Test
    public void anIdOfAnotherSystemTellsNothingOfWhatIsNotSeen() throws Exception {
        Person all = person("all", role("", may("customer.contact", "all", EVERY_VERB)));
        Person own = person("own", role("", may("customer.contact", "own", EVERY_VERB)));
        Person none = person("none", role("", may("clinic.*", "all", EVERY_VERB)));
        String path = CONTACTS + "/by/shop/" + mark;
        String batch = "{\"operations\":[{\"op\":\"upsert\",\"system\":\"shop\",\"externalId\":\"" + mark
                + "\",\"body\":{}}]}";
        assertEquals(403, named(none, path).status());
        String id = named(all, path).id();
        for (int i = 0; i < 2; i++) {
            assertEquals(403, named(none, path).status());
            assertEquals(404, named(own, path).status());
            for (Person blind : List.of(own, none)) {
                assertEquals(
                        blind == own ? 404 : 403,
                        blind.server()
                                .post(CONTACTS + ":batch", batch)
                                .body()
                                .path("items")
                                .path(0)
                                .path("status")
                                .asInt());
            }
            all.server().delete(CONTACTS + "/" + id);
        }
        assertEquals("record.in-bin", named(all, path).code());
    }

    private static Server.Answer named(Person caller, String path) throws Exception {
        return caller.server()
                .send(caller.server()
                        .request(path)
                        .header("Content-Type", "application/json")
                        .PUT(HttpRequest.BodyPublishers.ofString("{}")));
    }

    @Test
    public void whoMakesWhatHeDoesNotSeeMayRepeatIt() throws Exception {
        Person form = person("form", role("", may("customer.contact", "all", "create")));
        Server.Answer first = keyed(form);
        assertEquals(201, first.status());
        Server.Answer again = keyed(form);
        assertEquals(again.body().toString(), 201, again.status());
        assertEquals(first.id(), again.id());
        assertEquals("what others wrote meanwhile stays theirs", 2, again.body().size());
    }

    private Server.Answer keyed(Person caller) throws Exception {
        return caller.server()
                .send(caller.server()
                        .request(CONTACTS)
                        .header("Content-Type", "application/json")
                        .header("Idempotency-Key", "key " + mark)
                        .POST(HttpRequest.BodyPublishers.ofString("{\"lastName\":\"" + mark + "\"}")));
    }

    @Test
    public void aRecordIsSharedWithAUserOrATeam() throws Exception {
        String team = people.team("Friends " + mark, null);
        String mine = role("", may("customer.contact", "own", EVERY_VERB));
        Person ada = person("ada", mine);
        Person ben = person("ben", mine);
        Person eve = person("eve", role("", may("clinic.*", "all", "read")), team);
        String one = contact(ada, "one");
        String two = contact(ada, "two");
        contact(ada, "three");
        contact(ben, "ben");
        String path = CONTACTS + "/" + one;
        assertEquals(Set.of("ben"), found(ben));
        assertEquals(
                404,
                ben.server()
                        .post(path + "/share", "{\"with\":\"" + ben.id() + "\"}")
                        .status());
        assertEquals(
                204,
                ada.server()
                        .post(path + "/share", "{\"with\":\"" + ben.id() + "\"}")
                        .status());
        assertEquals(Set.of("ben", "one"), found(ben));
        assertEquals(200, ben.server().get(path + "/history").status());
        assertEquals(
                "for reading",
                403,
                ben.server().patch(path, "{\"city\":\"Bern\"}").status());
        assertEquals(
                204,
                ada.server()
                        .post(path + "/share", "{\"with\":\"" + ben.id() + "\",\"change\":true}")
                        .status());
        assertEquals(200, ben.server().patch(path, "{\"city\":\"Bern\"}").status());
        assertEquals(403, ben.server().delete(path).status());

        assertEquals(
                "no right to contacts at all", 403, eve.server().get(CONTACTS).status());
        assertEquals(
                204,
                ada.server()
                        .post(CONTACTS + "/" + two + "/share", "{\"with\":\"" + team + "\"}")
                        .status());
        assertEquals(Set.of("two"), found(eve));
        JsonNode shares = ada.server().get(path + "/shares").body().path("items");
        assertEquals(1, shares.size());
        assertEquals(ben.id(), shares.path(0).path("with").asText());
        assertTrue(shares.path(0).path("change").asBoolean());
        assertEquals(
                204,
                ada.server()
                        .post(path + "/unshare", "{\"with\":\"" + ben.id() + "\"}")
                        .status());
        assertEquals(Set.of("ben"), found(ben));
        assertEquals(
                List.of("with field.reference"),
                findings(ada.server().post(path + "/share", "{\"with\":\"" + one + "\"}")));
        assertEquals(List.of("with field.kind"), findings(ada.server().post(path + "/share", "{\"with\":\"nobody\"}")));
    }

    @Test
    public void anotherOwnerIsAnOperation() throws Exception {
        String mine = role("", may("customer.contact", "own", EVERY_VERB));
        Person ada = person("ada", mine);
        Person ben = person("ben", mine);
        String path = CONTACTS + "/" + contact(ada, "one");
        for (String field : List.of("owner", "team", "createdBy", "id", "version", "changedAt")) {
            assertEquals(
                    List.of(field + " field.read-only"),
                    findings(ada.server().patch(path, "{\"" + field + "\":\"" + ben.id() + "\"}")));
        }
        assertEquals(
                List.of("owner field.reference"),
                findings(ada.server().post(path + "/assign", "{\"owner\":\"0000000000001\"}")));
        assertEquals(
                200,
                ada.server()
                        .post(path + "/assign", "{\"owner\":\"" + ben.id() + "\"}")
                        .status());
        assertEquals(404, ada.server().get(path).status());
        assertEquals(ben.id(), ben.server().get(path).body().path("owner").asText());
        JsonNode last = ben.server().get(path + "/history").body().path("items").path(0);
        assertEquals(ada.id(), last.path("from").path("owner").asText());
        assertEquals(ben.id(), last.path("to").path("owner").asText());

        Person eve = person(
                "eve",
                role(
                        ",\"fieldRules\":[{\"type\":\"customer.contact\",\"field\":\"owner\",\"access\":\"readOnly\"},"
                                + "{\"type\":\"customer.contact\",\"field\":\"team\",\"access\":\"hidden\"}]",
                        may("customer.contact", "all", EVERY_VERB)));
        assertEquals(
                List.of("owner field.forbidden", "team field.unknown"),
                findings(eve.server().post(path + "/assign", "{\"owner\":\"" + eve.id() + "\",\"team\":null}")));
        assertEquals(
                200,
                eve.server()
                        .post(path + "/assign", "{\"owner\":\"" + ben.id() + "\"}")
                        .status());
    }

    @Test
    public void aFieldIsHiddenOrReadOnly() throws Exception {
        Person clerk = person(
                "clerk",
                role(
                        ",\"fieldRules\":[{\"type\":\"customer.contact\",\"field\":\"birthDate\",\"access\":\"hidden\"},"
                                + "{\"type\":\"customer.contact\",\"field\":\"email\",\"access\":\"hidden\"},"
                                + "{\"type\":\"customer.contact\",\"field\":\"city\",\"access\":\"readOnly\"}]",
                        may("customer.contact", "all", EVERY_VERB)));
        Person all = person("all", role("", may("customer.contact", "all", EVERY_VERB)));
        Server.Answer made = all.server()
                .post(
                        CONTACTS,
                        "{\"firstName\":\"Ada\",\"lastName\":\"" + mark
                                + "\",\"birthDate\":\"1815-12-10\",\"city\":\"London\",\"email\":\"secret." + mark
                                + "@example.org\"}");
        String path = CONTACTS + "/" + made.id();
        all.server().patch(path, "{\"birthDate\":\"1815-12-11\",\"email\":\"hidden." + mark + "@example.org\"}");

        Server.Answer seen = clerk.server().get(path);
        assertFalse(seen.body().has("birthDate"));
        assertFalse(seen.body().has("email"));
        assertEquals("London", seen.body().path("city").asText());
        assertNotEquals(
                "what they see differs",
                all.server().get(path).headers().firstValue("ETag"),
                seen.headers().firstValue("ETag"));
        assertFalse(clerk.server().get(path + "/history").body().toString().contains("1815"));
        assertFalse(clerk.server().get(path + "/history").body().toString().contains("example.org"));
        assertTrue(all.server().get(path + "/history").body().toString().contains("1815-12-10"));
        for (String query : List.of(
                "?filter=birthDate==1815-12-11",
                "?filter=birthDate=null=true",
                "?sort=birthDate",
                "?fields=birthDate")) {
            Server.Answer refused = clerk.server().get(CONTACTS + query);
            assertEquals(query, List.of("birthDate field.unknown"), findings(refused));
        }
        assertEquals(
                "no word of a hidden field finds it",
                0,
                clerk.server()
                        .get(CONTACTS + "?q=hidden+" + mark)
                        .body()
                        .path("items")
                        .size());
        assertEquals(
                1,
                all.server()
                        .get(CONTACTS + "?q=hidden+" + mark)
                        .body()
                        .path("items")
                        .size());
        assertEquals(
                List.of("birthDate field.unknown", "city field.forbidden"),
                findings(clerk.server().patch(path, "{\"birthDate\":null,\"city\":\"Rome\"}")));
        assertEquals(
                List.of("birthDate field.unknown"),
                findings(clerk.server().post(CONTACTS, "{\"birthDate\":\"2000-01-01\"}")));
        assertEquals(200, clerk.server().patch(path, "{\"state\":\"X\"}").status());
        assertEquals(
                "1815-12-11", all.server().get(path).body().path("birthDate").asText());
        JsonNode type = clerk.server().get("/api/v1/types/contacts").body();
        assertFalse(type.toString().contains("birthDate"));
        assertTrue(type.path("verbs").toString().contains("update"));
        type.path("fields").forEach(field -> {
            if (field.path("name").asText().equals("city")) {
                assertTrue(field.path("readOnly").asBoolean());
            }
        });
        // The most that one of several roles gives counts.
        Person both = people.user(
                "both." + mark,
                List.of(
                        role(
                                ",\"fieldRules\":[{\"type\":\"customer.contact\",\"field\":\"birthDate\",\"access\":\"hidden\"}]",
                                may("customer.contact", "all", EVERY_VERB)),
                        role("", may("customer.contact", "all", "read"))));
        assertTrue(both.server().get(path).body().has("birthDate"));
    }

    @Test
    public void aRestrictedFieldAndAnOperationTakeAPermission() throws Exception {
        if (server.get("/api/v1/practitioners").status() == 404) {
            deploy(clinic(1).build(jar("clinic")), "clinic", "is ready");
            grant("clinic");
        }
        Person nurse = person("nurse", role("", may("clinic.*", "all", EVERY_VERB), may("customer.*", "all", "read")));
        Person doctor = person(
                "doctor",
                role(
                        ",\"grants\":[{\"permission\":\"clinic.clinical\"},{\"permission\":\"clinic.confirm\"}]",
                        may("clinic.*", "all", EVERY_VERB),
                        may("customer.*", "all", "read")));
        Person blind = person(
                "blind", role(",\"grants\":[{\"permission\":\"clinic.*\"}]", may("clinic.*", "all", EVERY_VERB)));
        String patient = server.post(CONTACTS, "{\"lastName\":\"" + mark + "\",\"email\":\"p@example.org\"}")
                .id();
        String practitioner = server.post("/api/v1/practitioners", "{\"name\":\"Dr. " + mark + "\"}")
                .id();
        String body = "{\"patient\":\"" + patient + "\",\"practitioner\":\"" + practitioner
                + "\",\"startsAt\":\"2026-12-01T10:00:00Z\",\"reason\":\"cough\"";
        assertEquals(
                List.of("notes field.unknown"),
                findings(nurse.server().post("/api/v1/appointments", body + ",\"notes\":\"x\"}")));
        assertEquals(
                "a patient who is not seen is not referred to",
                List.of("patient field.reference"),
                findings(blind.server().post("/api/v1/appointments", body + "}")));
        Server.Answer made = doctor.server().post("/api/v1/appointments", body + ",\"notes\":\"flu\"}");
        assertEquals(made.body().toString(), 201, made.status());
        String path = "/api/v1/appointments/" + made.id();
        assertFalse(nurse.server().get(path).body().has("notes"));
        assertEquals("flu", doctor.server().get(path).body().path("notes").asText());

        Server.Answer refused = nurse.server().post(path + "/confirm", "{}");
        assertEquals(403, refused.status());
        assertEquals("access.operation", refused.code());
        assertEquals(
                List.of("reason field.too-long", "why field.unknown"),
                sorted(findings(doctor.server()
                        .post(path + "/confirm", "{\"why\":1,\"reason\":\"" + "x".repeat(201) + "\"}"))));
        assertEquals(
                "who may not see the patient",
                403,
                blind.server().post(path + "/confirm", "{}").status());
        assertEquals(
                "requested", doctor.server().get(path).body().path("status").asText());
        Server.Answer confirmed = doctor.server().post(path + "/confirm", "{\"reason\":\"flu\"}");
        assertEquals(confirmed.body().toString(), 200, confirmed.status());
        assertEquals("Dr. " + mark, confirmed.body().path("practitioner").asText());
        assertEquals("p@example.org", confirmed.body().path("patient").asText());
        JsonNode record = doctor.server().get(path).body();
        assertEquals("confirmed", record.path("status").asText());
        assertEquals("flu", record.path("reason").asText());
        JsonNode history = doctor.server().get(path + "/history").body().path("items");
        Set<String> verbs = new TreeSet<>();
        history.forEach(entry -> verbs.add(entry.path("verb").asText()));
        assertEquals(Set.of("create", "update", "confirmed"), verbs);
        assertEquals(
                "a state goes where it may",
                List.of("status field.transition"),
                findings(doctor.server().patch(path, "{\"status\":\"requested\"}")));
        assertEquals(404, doctor.server().post(path + "/postpone", "{}").status());
        JsonNode operations =
                doctor.server().get("/api/v1/types/appointments").body().path("operations");
        assertEquals("confirm", operations.path(0).path("name").asText());
        assertEquals(
                200,
                operations
                        .path(0)
                        .path("input")
                        .path("fields")
                        .path(0)
                        .path("length")
                        .asInt());
        assertEquals(
                0,
                nurse.server()
                        .get("/api/v1/types/appointments")
                        .body()
                        .path("operations")
                        .size());
        Server.Answer expanded = nurse.server().get(path + "?expand=patient,practitioner,owner");
        assertEquals(
                mark,
                expanded.body()
                        .path("@expanded")
                        .path("patient")
                        .path("lastName")
                        .asText());
        assertTrue(expanded.body().path("@expanded").path("owner").isNull());
        assertEquals(
                "through a reference that is not seen nothing is found",
                List.of("patient.lastName field.unknown"),
                findings(blind.server().get("/api/v1/appointments?filter=patient.lastName==" + mark)));
        assertEquals(
                1,
                nurse.server()
                        .get("/api/v1/appointments?filter=patient.lastName==" + mark)
                        .body()
                        .path("items")
                        .size());
    }

    private static List<String> sorted(List<String> texts) {
        return texts.stream().sorted().toList();
    }

    @Test
    public void aPolicyNarrowsEveryQuestion() throws Exception {
        Person ada = person("ada", role("", may("customer.contact", "all", EVERY_VERB)));
        server.post(CONTACTS, "{\"firstName\":\"de\",\"lastName\":\"" + mark + "\",\"country\":\"DE\"}");
        String french = server.post(CONTACTS, "{\"firstName\":\"fr\",\"lastName\":\"" + mark + "\",\"country\":\"FR\"}")
                .id();
        String source = "package policy;\nimport java.util.Optional;\nimport org.guildhall.api.*;\n"
                + "@org.osgi.service.component.annotations.Component @ForRecord(\"customer.contact\")\n"
                + "public class German implements AccessPolicy {\n"
                + "    public Optional<Condition> reachable(Caller caller, Verb verb) {\n"
                + "        return caller.name().startsWith(\"ada\")\n"
                + "            ? Optional.of(Condition.equal(\"country\", \"DE\")) : Optional.empty();\n    }\n}\n";
        deploy(plugin("policy", 1).source("policy/German.java", source).build(jar("policy")), "policy", "is ready");
        awaitNames(ada, Set.of("de"));
        assertEquals(Set.of("de"), found(ada));
        assertEquals(404, ada.server().get(CONTACTS + "/" + french).status());
        assertEquals(200, server.get(CONTACTS + "/" + french).status());
        java.nio.file.Files.delete(server.home().resolve("deploy/policy.jar"));
        awaitNames(ada, Set.of("de", "fr"));
        assertEquals(Set.of("de", "fr"), found(ada));
    }

    private void awaitNames(Person caller, Set<String> names) throws Exception {
        for (int i = 0; i < 100 && !names(caller, "?q=" + mark).equals(names); i++) {
            Thread.sleep(100);
        }
    }

    @Test
    public void whatHangsOnARecordIsReachedWithIt() throws Exception {
        if (server.get("/api/v1/notes").status() == 404) {
            deploy(
                    plugin("memo", 1)
                            .source(
                                    "memo/Note.java",
                                    record(
                                            "memo",
                                            "",
                                            "Note",
                                            "@javax.validation.constraints.NotNull @Refers(onDelete = OnDelete.KEEP) @OnRecord private Ref about;"
                                                    + " @Searchable private String words;"))
                            .build(jar("memo")),
                    "memo",
                    "is ready");
        }
        Person ada = person("ada", role("", may("customer.contact", "own", EVERY_VERB)));
        Person ben = person("ben", role("", may("customer.contact", "all", "read")));
        String contact = contact(ada, "one");
        String about =
                "{\"about\":{\"type\":\"customer.contact\",\"id\":\"" + contact + "\"},\"words\":\"" + mark + "\"}";
        Server.Answer made = ada.server().post("/api/v1/notes", about);
        assertEquals(made.body().toString(), 201, made.status());
        String path = "/api/v1/notes/" + made.id();
        assertEquals(
                "who only reads the contact",
                403,
                ben.server().post("/api/v1/notes", about).status());
        assertEquals(200, ben.server().get(path).status());
        assertEquals(403, ben.server().patch(path, "{\"words\":\"no\"}").status());
        assertEquals(
                1,
                ben.server().get("/api/v1/notes?q=" + mark).body().path("items").size());
        Person eve = person("eve", role("", may("customer.contact", "own", "create", "read")));
        assertEquals(404, eve.server().get(path).status());
        assertEquals(
                0,
                eve.server().get("/api/v1/notes?q=" + mark).body().path("items").size());
        assertEquals(
                1,
                ben.server()
                        .get("/api/v1/notes?count=true&filter=about==customer.contact:" + contact)
                        .body()
                        .path("count")
                        .asInt());
        assertEquals(204, ada.server().delete(CONTACTS + "/" + contact).status());
        assertEquals(
                "a note of a record in the bin is not seen",
                404,
                ben.server().get(path).status());
    }

    @Test
    public void whoSignsInAndHow() throws Exception {
        Person ada = person("ada", role("", may("customer.contact", "all", EVERY_VERB)));
        JsonNode me = ada.server().get("/api/v1/me").body();
        assertEquals("ada." + mark, me.path("name").asText());
        assertEquals(1, me.path("roles").size());
        assertEquals(ada.id(), me.path("id").asText());
        String password = "correct horse battery";
        assertEquals(
                200,
                server.post("/api/v1/users/" + ada.id() + "/setPassword", "{\"password\":\"" + password + "\"}")
                        .status());
        assertEquals(200, basic("ada." + mark, password).status());
        assertEquals(
                "the old password is wanted for one's own",
                403,
                ada.server()
                        .post("/api/v1/users/" + ada.id() + "/setPassword", "{\"password\":\"another long one\"}")
                        .status());
        String reading = people.token(ada.id(), "customer.contact:read");
        assertEquals(200, server.as(reading).get(CONTACTS + "?limit=1").status());
        assertEquals(403, server.as(reading).post(CONTACTS, "{}").status());
        JsonNode tokens = server.get("/api/v1/tokens?filter=holder==" + ada.id() + ";scopes==customer.contact:read")
                .body()
                .path("items");
        assertEquals(1, tokens.size());
        assertFalse("no secret is told", tokens.toString().contains(reading.substring(4)));
        assertEquals(
                204,
                server.delete("/api/v1/tokens/" + tokens.path(0).path("id").asText())
                        .status());
        awaitStatus(401, reading);
        assertEquals(
                200,
                server.patch("/api/v1/users/" + ada.id(), "{\"active\":false}").status());
        awaitStatus(401, ada.token());
        assertEquals(401, basic("ada." + mark, password).status());
    }

    private void awaitStatus(int status, String token) throws Exception {
        for (int i = 0; i < 30 && server.as(token).get("/api/v1/me").status() != status; i++) {
            Thread.sleep(100);
        }
        assertEquals(status, server.as(token).get("/api/v1/me").status());
    }

    private Server.Answer basic(String user, String password) throws Exception {
        return server.send(server.anonymous("/api/v1/me")
                .header(
                        "Authorization",
                        "Basic "
                                + Base64.getEncoder()
                                        .encodeToString((user + ":" + password).getBytes(StandardCharsets.UTF_8))));
    }

    @Test
    public void wrongPasswordsAreSlowedDown() throws Exception {
        Person ada = person("ada", role("", may("customer.contact", "all", "read")));
        server.post("/api/v1/users/" + ada.id() + "/setPassword", "{\"password\":\"correct horse battery\"}");
        for (String name : List.of("ada." + mark, "nobody." + mark)) {
            int refused = 0;
            Server.Answer last = null;
            for (int i = 0; i < 10 && refused == 0; i++) {
                last = basic(name, "wrong " + i);
                refused = last.status() == 429 ? i : 0;
            }
            assertEquals("known and unknown names alike", 5, refused);
            assertTrue(Integer.parseInt(last.headers().firstValue("Retry-After").orElseThrow()) >= 1);
            assertEquals("request.throttled", last.code());
        }
        assertEquals(
                "a token is not a password", 200, ada.server().get("/api/v1/me").status());
    }

    @Test
    public void nobodyGivesMoreThanHeHas() throws Exception {
        Person helper = person("helper", role("", may("security.*", "all", EVERY_VERB)));
        Person data = person("data", role("", may("*", "all", EVERY_VERB)));
        JsonNode seen = data.server().get("/api/v1/users").body().path("items");
        assertEquals("all data is not all power: of users, himself", 1, seen.size());
        assertEquals(data.id(), seen.path(0).path("id").asText());
        assertEquals(403, data.server().get("/api/v1/roles").status());
        String administrator = server.get("/api/v1/roles?filter=name==Administrator")
                .body()
                .path("items")
                .path(0)
                .path("id")
                .asText();
        assertEquals(200, helper.server().get("/api/v1/users").status());
        assertNotEquals(
                200,
                helper.server()
                        .patch("/api/v1/users/" + helper.id(), "{\"roles\":[{\"role\":\"" + administrator + "\"}]}")
                        .status());
        assertNotEquals(
                201,
                helper.server()
                        .post("/api/v1/roles", "{\"name\":\"mine " + mark + "\",\"grants\":[{\"permission\":\"*\"}]}")
                        .status());
        String admin = server.get("/api/v1/me").body().path("id").asText();
        assertNotEquals(
                200,
                helper.server()
                        .post("/api/v1/users/" + admin + "/setPassword", "{\"password\":\"taken over by now\"}")
                        .status());
        assertNotEquals(
                200,
                helper.server()
                        .post("/api/v1/users/" + admin + "/issueToken", "{\"name\":\"taken\"}")
                        .status());
        assertNotEquals(
                "the last administrator stays",
                200,
                server.patch("/api/v1/users/" + admin, "{\"active\":false}").status());
        assertEquals(
                "security.token is made by issueToken alone",
                422,
                server.post(
                                "/api/v1/tokens",
                                "{\"holder\":\"" + admin + "\",\"name\":\"x\",\"expiresAt\":\"2030-01-01T00:00:00Z\"}")
                        .status());
        String top = people.team("Top " + mark, null);
        String below = people.team("Below " + mark, top);
        assertEquals(
                "no circle of teams",
                422,
                server.patch("/api/v1/teams/" + top, "{\"parent\":\"" + below + "\"}")
                        .status());
    }
}
