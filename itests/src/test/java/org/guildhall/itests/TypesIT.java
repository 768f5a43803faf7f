/* Copyright the Guildhall authors. SPDX-License-Identifier: Apache-2.0 */
package org.guildhall.itests;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertFalse;
import static org.junit.Assert.assertTrue;
import static org.junit.Assume.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.Test;
import org.junit.runners.Parameterized;

/** From an annotated entity to tables, descriptions and a live service, through HTTP and the deploy folder. */
public class TypesIT extends PluginTests {
    @Parameterized.Parameters(name = "{0}")
    public static List<TestDatabase> databases() {
        return TestDatabase.inTurn(TestDatabase.MARIADB);
    }

    private static final String APPOINTMENT = "org/guildhall/clinic/Appointment.java";
    private static final ObjectMapper JSON = new ObjectMapper();

    /** The whole life of the clinic's schema, in one go because each version stands on the one before. */
    @Test
    public void theClinicGrows() throws Exception {
        Path first = firstClinic();
        deploy(first, "clinic", "is ready");
        assertEquals(golden("clinic-1"), catalogue("clinic_"));

        String patient = created("contacts", "{\"lastName\":\"Lovelace\"}").id();
        String practitioner =
                created("practitioners", "{\"name\":\"Dr. Grace Hopper\"}").id();
        Server.Answer made = created(
                "appointments",
                "{\"patient\":\"" + patient + "\",\"practitioner\":\"" + practitioner
                        + "\",\"startsAt\":\"2026-12-01T08:30:00Z\",\"reason\":\"Cough\","
                        + "\"fee\":{\"amount\":\"12.50\",\"currency\":\"EUR\"},"
                        + "\"supplies\":[{\"name\":\"Mask\",\"quantity\":2},{\"name\":\"Gloves\",\"quantity\":1.5}]}");
        assertEquals(2, made.body().path("supplies").size());
        assertEquals(
                13, made.body().path("supplies").path(0).path("id").asText().length());
        assertEquals("requested", made.body().path("status").asText());
        assertEquals("A-000001", made.body().path("number").asText());
        assertEquals(made.body(), appointment(made.id()));
        assertEquals(
                made.body(),
                server.get("/api/v1/appointments").body().path("items").path(0));
        theKeyHolds(patient, practitioner);
        theTypeDescribesItself();
        anAdministratorAddsAChoice(patient, practitioner);

        // The second version, with two more fields, at the next start.
        Path second = secondClinic();
        String preview = shell("guildhall:plan " + second);
        assertTrue(preview, preview.contains("alter table clinic_appointment add column room varchar(40)"));
        assertTrue(preview, preview.contains("add column assistant bigint"));
        assertFalse(preview, preview.contains("create table clinic_appointment ("));
        assertTrue(preview, preview.contains("in place of 1.0.0, schema 1; calls to it wait while it is replaced."));
        assertTrue(preview, preview.contains("--   + field clinic.appointment.room: text (40)\n"));
        assertTrue(
                preview,
                preview.contains("--   + field clinic.appointment.assistant: reference to clinic.practitioner, "));
        assertTrue("quick find has its words", preview.contains("create table clinic_appointment_w ("));
        if (database != TestDatabase.DERBY) {
            assertEquals("the preview changes nothing", golden("clinic-1"), catalogue("clinic_"));
        }
        restartWith(second, "2.0.0");
        assertEquals(golden("clinic-2"), catalogue("clinic_"));
        JsonNode grown = appointment(made.id());
        assertTrue(grown.path("room").isNull());
        assertEquals(made.body().path("supplies"), grown.path("supplies"));
        created(
                "appointments",
                "{\"patient\":\"" + patient + "\",\"practitioner\":\"" + practitioner
                        + "\",\"startsAt\":\"2026-12-02T08:30:00Z\",\"room\":\"Ü 7\",\"assistant\":\"" + practitioner
                        + "\",\"status\":\"waiting\"}");
        assertTrue(shell("guildhall:plan " + second).contains("up to date"));

        // The older version runs: nothing but fields was added since.
        deploy(first, "clinic", "is ready");
        assertEquals(made.body(), appointment(made.id()));
        assertTrue(shell("guildhall:plugins").contains("the database has gone on to schema 2"));
        created(
                "appointments",
                "{\"patient\":\"" + patient + "\",\"practitioner\":\"" + practitioner
                        + "\",\"startsAt\":\"2026-12-03T08:30:00Z\"}");

        // The second number was that of an appointment that was refused; a stop leaves none out.
        assertEquals(List.of("A-000001", "A-000003", "A-000004", "A-000005"), numbers());

        // A third version of which the author renames a field and converts data.
        Path third = thirdClinic();
        deploy(third, "clinic", "is ready");
        JsonNode renamed = appointment(made.id());
        assertEquals("Cough", renamed.path("complaint").asText());
        assertEquals(made.body().path("fee"), renamed.path("price"));
        assertEquals("confirmed", renamed.path("status").asText());
        String plugins = shell("guildhall:plugins");
        assertTrue(plugins, plugins.contains("The field room of clinic.appointment is no more in the plugin"));
        assertFalse(server.get("/api/v1/types/appointments").body().toString().contains("room"));

        String refused = deploy(second, "clinic", "failed");
        assertTrue(refused, refused.contains("deploy a version with schema 3 or higher"));
        assertEquals(404, server.get("/api/v1/appointments").status());
        assertEquals(200, server.get("/api/v1/contacts").status());
        String edited = deploy(clinicWithAnotherPast(), "clinic", "failed");
        assertTrue(edited, edited.contains("Change 1 of changes.yaml"));

        remove("clinic", "/api/v1/practitioners");
        assertEquals(404, server.get("/api/v1/types/clinic.practitioner").status());
        assertFalse(shell("guildhall:types").contains("clinic"));
        deploy(third, "clinic", "is ready");
        assertEquals(renamed, appointment(made.id()));
        remove("clinic", "/api/v1/practitioners");
    }

    /** The clinic, as its author wrote it at first. */
    Path firstClinic() throws Exception {
        return clinic(1).build(jar("clinic-1"));
    }

    /** With two more fields, and a longer one. */
    Path secondClinic() throws Exception {
        return clinic(2)
                .edit(
                        APPOINTMENT,
                        "private Money fee;",
                        "private Money fee;\n    @Searchable @Size(max = 40) private String room;\n"
                                + "    @Refers(\"clinic.practitioner\") private Long assistant;")
                .edit(APPOINTMENT, "import org.guildhall.api.Restricted;", "import org.guildhall.api.*;")
                .edit(APPOINTMENT, "@Size(max = 200)", "@Size(max = 240)")
                .build(jar("clinic-2"));
    }

    /** With two fields renamed, and data converted. */
    Path thirdClinic() throws Exception {
        return clinic(3)
                .edit(APPOINTMENT, "private String reason;", "private String complaint;")
                .edit(APPOINTMENT, "{number} {reason}", "{number} {complaint}")
                .edit(APPOINTMENT, "reason = better;", "complaint = better;")
                .edit(APPOINTMENT, "private Money fee;", "private Money price;")
                .resource(
                        "OSGI-INF/guildhall/changes.yaml",
                        "- {schema: 3, rename: {record: appointment, from: reason, to: complaint}}\n"
                                + "- {schema: 3, rename: {record: appointment, from: fee, to: price}}\n"
                                + "- {schema: 3, sql: update clinic_appointment set status = 'confirmed'"
                                + " where status = 'requested'}\n")
                .build(jar("clinic-3"));
    }

    /** The third, with another first change. */
    Path clinicWithAnotherPast() throws Exception {
        return clinic(3)
                .resource(
                        "OSGI-INF/guildhall/changes.yaml",
                        "- {schema: 3, rename: {record: appointment, from: reason, to: cause}}\n")
                .build(jar("clinic-3b"));
    }

    /** A type with a field of each kind. */
    Path everything() throws Exception {
        return kinds().build(jar("kinds"));
    }

    private static List<String> numbers() throws Exception {
        List<String> numbers = new ArrayList<>();
        server.get("/api/v1/appointments")
                .body()
                .path("items")
                .forEach(item -> numbers.add(item.path("number").asText()));
        return numbers;
    }

    private void theKeyHolds(String patient, String practitioner) throws Exception {
        Server.Answer twice = server.post(
                "/api/v1/appointments",
                "{\"patient\":\"" + patient + "\",\"practitioner\":\"" + practitioner
                        + "\",\"startsAt\":\"2026-12-01T08:30:00Z\"}");
        assertEquals(422, twice.status());
        assertEquals(2, twice.body().path("findings").size());
        JsonNode finding = twice.body().path("findings").path(0);
        assertEquals("field.duplicate", finding.path("code").asText());
        assertEquals("practitioner", finding.path("field").asText());
        assertTrue(finding.path("message").asText().contains("practitioner, startsAt"));
        Server.Answer wrong = server.post(
                "/api/v1/appointments",
                "{\"status\":\"gone\",\"supplies\":[{\"quantity\":1.555},5,{\"id\":\"0HZX3W8K2M4QR\",\"name\":\"x\"}]}");
        assertEquals(
                List.of(
                        "status field.choice",
                        "supplies[0].quantity field.scale",
                        "supplies[0].name field.required",
                        "supplies[1] field.kind",
                        "supplies[2].id field.read-only",
                        "supplies[2].quantity field.required",
                        "patient field.required",
                        "practitioner field.required",
                        "startsAt field.required"),
                findings(wrong));
        String many = "{\"name\":\"x\",\"quantity\":1},".repeat(51);
        assertEquals(
                "supplies part.too-many",
                findings(server.post(
                                "/api/v1/appointments",
                                "{\"supplies\":[" + many.substring(0, many.length() - 1) + "]}"))
                        .get(0));
    }

    private void theTypeDescribesItself() throws Exception {
        JsonNode type = server.get("/api/v1/types/clinic.appointment").body();
        assertEquals("customer.contact", field(type, "patient").path("refersTo").asText());
        assertEquals("keep", field(type, "patient").path("onDelete").asText());
        assertTrue(field(type, "patient").path("dataSubject").asBoolean());
        assertTrue(field(type, "startsAt").path("required").asBoolean());
        assertEquals("money", field(type, "fee").path("kind").asText());
        assertEquals("clinic.clinical", field(type, "notes").path("permission").asText());
        assertEquals("blank", field(type, "notes").path("onErase").asText());
        assertEquals("[[\"practitioner\",\"startsAt\"]]", type.path("keys").toString());
        JsonNode part = type.path("parts").path(0);
        assertEquals("supplies", part.path("name").asText());
        assertEquals(50, part.path("max").asInt());
        assertEquals(2, field(part, "quantity").path("scale").asInt());
        JsonNode chinese = server.send(
                        server.request("/api/v1/types/appointments").header("Accept-Language", "zh"))
                .body();
        assertEquals("预约", chinese.path("label").asText());
        assertEquals("耗材", chinese.path("parts").path(0).path("label").asText());
        JsonNode choice =
                chinese.path("choices").path("clinic.appointmentStatus").path(0);
        assertEquals("已申请", choice.path("label").asText());
        assertEquals("open", choice.path("category").asText());
        assertTrue(choice.path("initial").asBoolean());
        String shown = shell("guildhall:types clinic.appointment");
        assertTrue(shown, shown.contains("supplies.quantity"));
    }

    private void anAdministratorAddsAChoice(String patient, String practitioner) throws Exception {
        String refused = shell("guildhall:choice-add --category nothing clinic.appointmentStatus waiting");
        assertTrue(refused, refused.contains("[open, done, dropped]"));
        assertTrue(shell("guildhall:choice-add clinic.nothing waiting").contains("There is no list clinic.nothing"));
        assertTrue(shell("guildhall:choice-add --category open --label Waiting --label-zh 等候"
                        + " clinic.appointmentStatus waiting; guildhall:choices")
                .contains("Waiting"));
        assertTrue(shell("guildhall:choice-add --category open clinic.appointmentStatus waiting")
                .contains("has the choice waiting already"));
        JsonNode chinese = server.send(
                        server.request("/api/v1/types/appointments").header("Accept-Language", "zh"))
                .body();
        assertEquals(
                "等候",
                chinese.path("choices")
                        .path("clinic.appointmentStatus")
                        .path(4)
                        .path("label")
                        .asText());
        created(
                "appointments",
                "{\"patient\":\"" + patient + "\",\"practitioner\":\"" + practitioner
                        + "\",\"startsAt\":\"2026-12-24T08:30:00Z\",\"status\":\"waiting\"}");
    }

    @Test
    public void everyKindComesBackAsItWasWritten() throws Exception {
        deploy(everything(), "kinds", "is ready");
        String contact = created("contacts", "{\"lastName\":\"Kind\"}").id();
        String first = created("everythings", "{}").id();
        String every = "{\"text\":\"ü😀\",\"longText\":\"" + "long ".repeat(10_000)
                + "\",\"large\":\"l\",\"number\":-5,"
                + "\"bigNumber\":9007199254740993,\"ratio\":-12.345678,\"money\":{\"amount\":\"0.10\",\"currency\":\"EUR\"},"
                + "\"yes\":true,\"day\":\"1815-12-10\",\"moment\":\"2026-11-22T08:30:00.123456Z\","
                + "\"meeting\":{\"dateTime\":\"2026-03-29T02:30:00.000001\",\"timeZone\":\"Europe/Berlin\"},"
                + "\"colour\":\"red\",\"colours\":[\"green\",\"red\"],\"other\":\"" + first + "\","
                + "\"any\":{\"type\":\"customer.contact\",\"id\":\"" + contact + "\"},\"email\":\"ada@example.org\","
                + "\"phone\":\"+49 (30) 123-4567\",\"url\":\"https://example.org/?a=b\",\"language\":\"de-CH\","
                + "\"country\":\"CN\",\"json\":{\"a\":[1,2.50,{\"b\":null}],\"ü\":\"😀\"}}";
        Server.Answer made = created("everythings", every);
        JsonNode wanted = JSON.readTree(every);
        JsonNode read = server.get("/api/v1/everythings/" + made.id()).body();
        assertEquals(made.body(), read);
        wanted.properties().forEach(field -> assertEquals(field.getKey(), field.getValue(), read.path(field.getKey())));

        StringBuilder nulls = new StringBuilder();
        wanted.fieldNames().forEachRemaining(name -> nulls.append(nulls.length() == 0 ? "{" : ",")
                .append("\"" + name + "\":null"));
        JsonNode empty = server.get("/api/v1/everythings/"
                        + created("everythings", nulls + "}").id())
                .body();
        wanted.fieldNames()
                .forEachRemaining(
                        name -> assertTrue(name + " is empty", empty.path(name).isNull()));
        created("everythings", "{}");
        whatIsOfNoKindIsRefused();

        JsonNode type = server.get("/api/v1/types/kinds.everything").body();
        Map<String, String> kinds = new LinkedHashMap<>();
        type.path("fields")
                .forEach(field -> kinds.put(
                        field.path("name").asText(), field.path("kind").asText()));
        assertEquals("localDateTime", kinds.get("meeting"));
        assertEquals("referenceToAny", kinds.get("any"));
        assertEquals("json", kinds.get("json"));
        remove("kinds", "/api/v1/everythings");
    }

    private void whatIsOfNoKindIsRefused() throws Exception {
        for (String bad : List.of(
                "text field.kind 5",
                "number field.kind 1.5",
                "bigNumber field.kind 99999999999999999999",
                "ratio field.scale 0.1234567",
                "ratio field.scale 1e25",
                "money field.kind {\"amount\":\"1\",\"currency\":\"XYZ\"}",
                "money field.scale {\"amount\":\"0.12345\",\"currency\":\"EUR\"}",
                "money field.kind 5",
                "yes field.kind \"true\"",
                "day field.kind \"2026-02-30\"",
                "moment field.kind \"2026-11-22T08:30:00\"",
                "meeting field.kind {\"dateTime\":\"2026-03-29T02:30:00Z\",\"timeZone\":\"Europe/Berlin\"}",
                "meeting field.kind {\"dateTime\":\"2026-03-29T02:30:00\",\"timeZone\":\"Europe/Nowhere\"}",
                "colour field.choice \"blue\"",
                "colours field.choice [\"red\",\"blue\"]",
                "colours field.kind \"red\"",
                "other field.kind \"x\"",
                "other field.reference \"0HZX3W8K2M4QR\"",
                "any field.reference-away {\"type\":\"no.such\",\"id\":\"0HZX3W8K2M4QR\"}",
                "any field.kind {\"type\":\"Customer\",\"id\":\"0HZX3W8K2M4QR\"}",
                "any field.kind \"0HZX3W8K2M4QR\"",
                "email field.format \"ada\"",
                "email field.format \"ada@example\"",
                "phone field.format \"call me\"",
                "url field.format \"javascript:alert(1)\"",
                "url field.format \"example.org\"",
                "language field.format \"not a language\"",
                "country field.format \"XX\"",
                "country field.format \"de\"",
                "json field.kind [1]")) {
            String[] words = bad.split(" ", 3);
            Server.Answer refused = server.post("/api/v1/everythings", "{\"" + words[0] + "\":" + words[2] + "}");
            assertEquals(bad, List.of(words[0] + " " + words[1]), findings(refused));
        }
    }

    private static PluginJar kinds() {
        String fields =
                """
                private String text;
                @Size(max = 100000) private String longText;
                @javax.persistence.Lob private String large;
                private Integer number;
                private Long bigNumber;
                private java.math.BigDecimal ratio;
                private Money money;
                private Boolean yes;
                private java.time.LocalDate day;
                private java.time.Instant moment;
                private LocalDateTimeInZone meeting;
                @Choice("kinds.colour") private String colour;
                @Choice("kinds.colour") private Choices colours;
                @Refers("kinds.everything") private Long other;
                @Refers private Ref any;
                @Format(TextFormat.EMAIL) private String email;
                @Format(TextFormat.PHONE) private String phone;
                @Format(TextFormat.URL) private String url;
                @Format(TextFormat.LANGUAGE) private String language;
                @Format(TextFormat.COUNTRY) private String country;
                private JsonObject json;
                """;
        return plugin("kinds", 1)
                .source("kinds/Everything.java", record("kinds", "", "Everything", fields))
                .resource("OSGI-INF/guildhall/choices.yaml", "colour: {choices: [{name: red}, {name: green}]}\n");
    }

    @Test
    public void whatCannotBeServedIsToldInASentence() throws Exception {
        // What is told does not depend on the database.
        assumeTrue(FULL || database == TestDatabase.DERBY);
        told("private String order;", "needs a column named order, which is a reserved word of SQL");
        told(
                "private String homeURL; private String homeUrl;",
                "The field homeUrl of odd.thing needs a column named home_url, and so does the field homeURL");
        told(
                "@javax.persistence.Column(name = \"one\") private String a;"
                        + " @javax.persistence.Column(name = \"one\") private String b;",
                "needs a column named one, and so does the field a");
        told("private Money price; private java.math.BigDecimal priceAmount;", "needs a column named price_amount");
        told("private String last_name;", "A field of odd.thing is named \"last_name\"");
        told("private Thread worker;", "The field worker of odd.thing is a Thread, which no kind of field stands for");
        told("@Choice(\"odd.mood\") private String mood;", "offers the choices \"odd.mood\"");
        told("@Refers(\"contact\") private Long patient;", "refers to a type that is named \"contact\"");
        told("@Refers(\"odd.thing\") private long patient;", "must be a Long, which can be empty");
        told("private java.time.Instant createdAt;", "is the platform's own");
        told("private String owner;", "is the platform's own");
        told("@Numbered(\"A-000\") private String number;", "must hold zeros in braces once");
        told("@Searchable private java.time.LocalDate day;", "can't be @Searchable");
        told("@Size(max = 300) @Format(TextFormat.EMAIL) private String email;", "takes at most 254 characters");
        toldOfType("@Key({\"name\", \"size\"})", "names \"size\", and there is no such field");
        toldOfType("@ListIndex(\"-colour\")", "names \"colour\", and there is no such field");
        toldOfType("@Emits(\"Went Wrong\")", "An event of odd.thing is named \"Went Wrong\"");
        toldOf(
                plugin("odd", 1)
                        .source("odd/Thing.java", record("odd", "", "Thing", "private String name;"))
                        .resource("OSGI-INF/guildhall/choices.yaml", "mood:\n  choices:\n    - {nme: good}\n"),
                "choices.yaml, line 3, column");
        toldOf(
                plugin("odd", 1)
                        .source("odd/Thing.java", record("odd", "", "Thing", "private String name;"))
                        .resource("OSGI-INF/guildhall/changes.yaml", "- {schema: 2, sql: x}\n"),
                "the key schema must rise from 2 to the plugin's schema, which is 1");
        toldOf(
                plugin("odd", 1)
                        .source(
                                "odd/Thing.java",
                                record("odd", "@PartOf(value = \"odd.whole\", field = \"things\")", "Thing", "")),
                "must be a part of a record of this plugin");
        toldOf(
                plugin("odd", "gh", 1).source("odd/Type.java", record("odd", "", "Type", "private String name;")),
                "a table named gh_type, which is the platform's");
        toldOf(
                plugin("odd", "Odd Name", 1)
                        .source("odd/Thing.java", record("odd", "", "Thing", "private String name;")),
                "The plugin is named \"Odd Name\"");
        toldOf(
                plugin("odd", 1)
                        .source(
                                "odd/Thing.java",
                                record("odd", "", "Thing", "private String name;")
                                        .replace(
                                                "@CrmRecord",
                                                "@javax.persistence.Table(name = \"customer_contact\") @CrmRecord")),
                "needs the table customer_contact, which customer.contact has");
        assertEquals(404, server.get("/api/v1/things").status());
        assertEquals(200, server.get("/api/v1/contacts").status());

        deploy(
                plugin("odd", 1)
                        .source("odd/Thing.java", record("odd", "", "Thing", "private String size;"))
                        .build(jar("odd")),
                "odd",
                "is ready");
        toldOf(
                plugin("odd", 2).source("odd/Thing.java", record("odd", "", "Thing", "private Long size;")),
                "The field size of odd.thing is of kind integer in the columns [size], and the database has it as text");
        toldOf(
                plugin("odd", 2)
                        .source("odd/Thing.java", record("odd", "", "Thing", "private String size;"))
                        .resource(
                                "OSGI-INF/guildhall/changes.yaml",
                                "- {schema: 2, sql: update odd_nothing set a = 1}\n"),
                "Change 1 of changes.yaml failed, and changed nothing");
        toldOf(
                plugin("odd", 1)
                        .source(
                                "odd/Thing.java",
                                record(
                                        "odd",
                                        "",
                                        "Thing",
                                        "@javax.persistence.Column(name = \"size\") private String width;")),
                "needs a column that holds the data of the field size");
        Files.delete(server.home().resolve("deploy/odd.jar"));
    }

    private void told(String fields, String sentence) throws Exception {
        toldOf(plugin("odd", 1).source("odd/Thing.java", record("odd", "", "Thing", fields)), sentence);
    }

    private void toldOfType(String annotation, String sentence) throws Exception {
        toldOf(
                plugin("odd", 1).source("odd/Thing.java", record("odd", annotation, "Thing", "private String name;")),
                sentence);
    }

    private void toldOf(PluginJar plugin, String sentence) throws Exception {
        String told = deploy(plugin.build(jar("odd")), "odd", ".*", "failed");
        assertTrue(sentence + "\n" + told, told.contains(sentence));
        assertFalse(told, told.contains("Exception"));
    }

    private void restartWith(Path jar, String version) throws Exception {
        server.stop();
        int from = server.log().length();
        server.deploy(jar, "clinic" + ending(jar));
        server.start();
        // The one before may be there for a moment.
        server.awaitLog(from, "Plugin clinic " + version + " is ready");
    }

    private static JsonNode appointment(String id) throws Exception {
        Server.Answer answer = server.get("/api/v1/appointments/" + id);
        assertEquals(answer.body().toString(), 200, answer.status());
        return answer.body();
    }

    private static JsonNode field(JsonNode type, String name) {
        for (JsonNode field : type.path("fields")) {
            if (field.path("name").asText().equals(name)) {
                return field;
            }
        }
        throw new AssertionError("no field " + name + " in " + type);
    }
}
