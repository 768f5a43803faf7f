/* Copyright the Guildhall authors. SPDX-License-Identifier: Apache-2.0 */
package org.guildhall.itests;

import static org.guildhall.itests.People.may;
import static org.guildhall.itests.Probe.encoded;
import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertFalse;
import static org.junit.Assert.assertNotEquals;
import static org.junit.Assert.assertTrue;
import static org.junit.Assume.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.guildhall.itests.People.Person;
import org.junit.Test;
import org.junit.runners.Parameterized;

/**
 * The 5,000 people and mistyped doubles of FEBRL's third set, put in by batch and then read, filtered, paged, changed, binned
 * and restored by three callers with different rights; what each must get is computed from the file.
 */
public class FebrlIT extends PluginTests {
    @Parameterized.Parameters(name = "{0}")
    public static List<TestDatabase> databases() {
        return TestDatabase.inTurn(TestDatabase.POSTGRESQL);
    }

    private static final Path FILE = Path.of(System.getProperty("guildhall.shared"), "febrl", "febrl3.csv");
    private static final String CONTACTS = "/api/v1/contacts";
    private static final String ALL = "?bin=false";
    private static final String BIRTH_DATE = "birthDate";
    private static final List<String> FIELDS =
            List.of("firstName", "lastName", "street", "city", "postalCode", "state", BIRTH_DATE, "nationalId");
    private static final int BATCH = 1_000;
    private static final int TEAM = 200;
    private static final int ASSIGNED = 200;
    private static final int SHARED = 30;

    private final Map<String, Row> rows = new LinkedHashMap<>();
    private final Map<String, Row> rowOf = new HashMap<>();
    private final StringBuilder times = new StringBuilder();
    private final People people = new People(server);
    private Caller administrator;
    private Caller manager;
    private Caller agent;
    private String managersTeam;
    private String agentsTeam;

    /** A line of the file as a record, which gets its id when it is put in. */
    private static final class Row {
        private final String name;
        private final Map<String, String> values = new HashMap<>();
        private String id;

        private Row(String name) {
            this.name = name;
        }

        String value(String field) {
            return values.get(field);
        }

        boolean begins(String field, String text) {
            return value(field) != null && value(field).startsWith(text);
        }

        boolean is(String field, String... texts) {
            return List.of(texts).contains(String.valueOf(value(field)));
        }

        String json() {
            return Server.json(values);
        }
    }

    /** Who asks, and the records that this one must see. */
    private record Caller(String name, Server server, Set<Row> seen, boolean seesBirthDates) {
        List<Row> where(Predicate<Row> condition) {
            return seen.stream().filter(condition).toList();
        }
    }

    private interface Step {
        void run() throws Exception;
    }

    private void timed(String what, Step step) throws Exception {
        long start = System.nanoTime();
        step.run();
        times.append(times.length() == 0 ? " " : ", ").append(what).append(' ');
        times.append((System.nanoTime() - start) / 1_000_000).append(" ms");
    }

    @Test
    public void fiveThousandPeopleAndTheirDoubles() throws Exception {
        if (!Files.exists(FILE)) {
            System.out.println("SKIPPED: " + FILE + " is not here");
        }
        assumeTrue(Files.exists(FILE));
        read();
        try {
            threeCallersWorkWithThem();
        } finally {
            System.out.println(database + ": 5,000 people:" + times);
        }
    }

    private void threeCallersWorkWithThem() throws Exception {
        timed("put in", this::putIn);
        timed("put in again", this::putInAgain);
        administrator = new Caller("administrator", server, new LinkedHashSet<>(rows.values()), true);
        timed("read", this::everythingIsAsInTheFile);
        timed("give away", this::giveAway);
        for (Caller caller : List.of(administrator, manager, agent)) {
            timed("filter (" + caller.name() + ")", () -> filters(caller));
            timed("sort", () -> orders(caller));
            timed("quick find", () -> quickFind(caller));
        }
        timed("change", this::change);
        timed("bin", this::bin);
    }

    private void read() throws Exception {
        List<String> lines = Files.readAllLines(FILE);
        for (String line : lines.subList(1, lines.size())) {
            String[] columns =
                    Arrays.stream(line.split(",", -1)).map(String::strip).toArray(String[]::new);
            Row row = new Row(columns[0]);
            put(row, "firstName", columns[1]);
            put(row, "lastName", columns[2]);
            put(
                    row,
                    "street",
                    Stream.of(columns[3], columns[4], columns[5])
                            .filter(part -> !part.isEmpty())
                            .collect(Collectors.joining(" ")));
            put(row, "city", columns[6]);
            put(row, "postalCode", columns[7]);
            put(row, "state", columns[8]);
            put(row, BIRTH_DATE, columns[9].replaceAll("^(\\d{4})(\\d{2})(\\d{2})$", "$1-$2-$3"));
            put(row, "nationalId", columns[10]);
            rows.put(row.name, row);
        }
        assertEquals(5_000, rows.size());
    }

    private static void put(Row row, String field, String text) {
        if (!text.isEmpty()) {
            row.values.put(field, text);
        }
    }

    private static String upsert(Row row) {
        return "{\"op\":\"upsert\",\"system\":\"febrl\",\"externalId\":\"" + row.name + "\",\"body\":" + row.json()
                + "}";
    }

    private static JsonNode batch(Server caller, Collection<String> operations) throws Exception {
        Server.Answer answer =
                caller.post(CONTACTS + ":batch", "{\"operations\":[" + String.join(",", operations) + "]}");
        assertEquals(answer.body().toString(), 200, answer.status());
        assertEquals(operations.size(), answer.body().path("items").size());
        return answer.body().path("items");
    }

    private void putIn() throws Exception {
        List<Row> refused = new ArrayList<>();
        List<Row> all = new ArrayList<>(rows.values());
        // Those that will be refused stand together: changes that share a transaction are made one by one when one
        // fails.
        all.sort(Comparator.comparing(FebrlIT::hasNoSuchDay));
        for (int from = 0; from < all.size(); from += BATCH) {
            List<Row> some = all.subList(from, from + BATCH);
            JsonNode items = batch(server, some.stream().map(FebrlIT::upsert).toList());
            for (int i = 0; i < some.size(); i++) {
                if (items.path(i).path("status").asInt() == 201) {
                    named(some.get(i), items.path(i));
                } else {
                    JsonNode problem = items.path(i).path("problem");
                    assertEquals(problem.toString(), 1, problem.path("findings").size());
                    assertEquals(
                            BIRTH_DATE,
                            problem.path("findings").path(0).path("field").asText());
                    assertEquals(
                            "field.kind",
                            problem.path("findings").path(0).path("code").asText());
                    refused.add(some.get(i));
                }
            }
        }
        assertEquals(
                "days that no calendar has",
                all.stream().filter(FebrlIT::hasNoSuchDay).toList(),
                refused);
        times.append(" (").append(refused.size()).append(" birth dates refused)");
        refused.forEach(row -> row.values.remove(BIRTH_DATE));
        JsonNode items = batch(server, refused.stream().map(FebrlIT::upsert).toList());
        for (int i = 0; i < refused.size(); i++) {
            assertEquals(
                    items.path(i).toString(), 201, items.path(i).path("status").asInt());
            named(refused.get(i), items.path(i));
        }
        assertEquals("everybody has an id", 5_000, rowOf.size());
    }

    private static boolean hasNoSuchDay(Row row) {
        try {
            return row.value(BIRTH_DATE) != null && LocalDate.parse(row.value(BIRTH_DATE)) == null;
        } catch (DateTimeException e) {
            return true;
        }
    }

    private void named(Row row, JsonNode item) {
        row.id = item.path("id").asText();
        rowOf.put(row.id, row);
    }

    private void putInAgain() throws Exception {
        List<Row> all = List.copyOf(rows.values());
        for (int from = 0; from < all.size(); from += BATCH) {
            List<Row> some = all.subList(from, from + BATCH);
            JsonNode items = batch(server, some.stream().map(FebrlIT::upsert).toList());
            for (int i = 0; i < some.size(); i++) {
                assertEquals(200, items.path(i).path("status").asInt());
                assertEquals(some.get(i).id, items.path(i).path("id").asText());
                assertEquals(1, items.path(i).path("version").asInt());
            }
        }
        assertEquals(5_000, count(server, ALL));
    }

    private static int count(Server caller, String query) throws Exception {
        Server.Answer answer = caller.get(CONTACTS + query + "&limit=1&count=true");
        assertEquals(answer.body().toString(), 200, answer.status());
        return answer.body().path("count").asInt();
    }

    /** All of a query, page by page. */
    private static List<JsonNode> all(Server caller, String query) throws Exception {
        List<JsonNode> all = new ArrayList<>();
        String after = "";
        do {
            Server.Answer page = caller.get(CONTACTS + query + "&limit=200" + after);
            assertEquals(query + page.body(), 200, page.status());
            page.body().path("items").forEach(all::add);
            after = "&after=" + page.body().path("next").asText();
        } while (!after.equals("&after=null"));
        return all;
    }

    private List<Row> found(Server caller, String query) throws Exception {
        return all(caller, query + "&fields=").stream()
                .map(item -> rowOf.get(item.path("id").asText()))
                .toList();
    }

    private void everythingIsAsInTheFile() throws Exception {
        List<JsonNode> all = all(server, ALL);
        assertEquals(5_000, all.size());
        for (JsonNode record : all) {
            isAsInTheFile(record, rowOf.get(record.path("id").asText()), FIELDS);
        }
    }

    private static void isAsInTheFile(JsonNode record, Row row, List<String> fields) {
        for (String field : fields) {
            assertEquals(
                    row.name + " " + field, row.value(field), record.path(field).textValue());
        }
    }

    private void giveAway() throws Exception {
        managersTeam = people.team("North", null);
        agentsTeam = people.team("South", managersTeam);
        String managers = people.role(
                "Managers",
                ",\"fieldRules\":[{\"type\":\"customer.contact\",\"field\":\"" + BIRTH_DATE
                        + "\",\"access\":\"hidden\"}]",
                may("customer.contact", "teamAndBelow", "create", "read", "update", "delete", "restore"));
        String agents = people.role(
                "Agents", "", may("customer.contact", "own", "create", "read", "update", "delete", "restore"));
        Person boss = people.user("boss", List.of(managers), managersTeam);
        Person clerk = people.user("clerk", List.of(agents), agentsTeam);
        List<Row> team = in("nsw", TEAM);
        List<Row> assigned = in("qld", ASSIGNED);
        List<Row> shared = in("vic", SHARED);
        inParallel(
                team,
                row -> assertEquals(
                        200,
                        server.post(path(row) + "/assign", "{\"team\":\"" + managersTeam + "\"}")
                                .status()));
        inParallel(
                assigned,
                row -> assertEquals(
                        200,
                        server.post(
                                        path(row) + "/assign",
                                        "{\"owner\":\"" + clerk.id() + "\",\"team\":\"" + agentsTeam + "\"}")
                                .status()));
        inParallel(
                shared,
                row -> assertEquals(
                        204,
                        server.post(path(row) + "/share", "{\"with\":\"" + clerk.id() + "\"}")
                                .status()));
        Set<Row> managed = new LinkedHashSet<>(team);
        managed.addAll(assigned);
        manager = new Caller("manager", boss.server(), managed, false);
        Set<Row> owned = new LinkedHashSet<>(assigned);
        owned.addAll(shared);
        agent = new Caller("agent", clerk.server(), owned, true);
    }

    private List<Row> in(String state, int most) {
        return rows.values().stream()
                .filter(row -> row.is("state", state))
                .limit(most)
                .toList();
    }

    private static String path(Row row) {
        return CONTACTS + "/" + row.id;
    }

    private interface OfRow {
        void run(Row row) throws Exception;
    }

    private static void inParallel(List<Row> some, OfRow step) throws Exception {
        ExecutorService callers = Executors.newFixedThreadPool(4);
        List<Future<?>> ends = new ArrayList<>();
        for (Row row : some) {
            ends.add(callers.submit(() -> {
                step.run(row);
                return null;
            }));
        }
        for (Future<?> end : ends) {
            end.get();
        }
        callers.shutdown();
    }

    private void filters(Caller caller) throws Exception {
        assertEquals(caller.seen().size(), count(caller.server(), ALL));
        filter(caller, "lastName==mc*", row -> row.begins("lastName", "mc"));
        filter(caller, "lastName=='VAN *'", row -> row.begins("lastName", "van"));
        filter(caller, "state==nsw;lastName==White", row -> row.is("state", "nsw") && row.is("lastName", "white"));
        filter(
                caller,
                "lastName=in=(white,clarke);firstName==j*",
                row -> row.is("lastName", "white", "clarke") && row.begins("firstName", "j"));
        filter(caller, "state==act,postalCode==2611", row -> row.is("state", "act") || row.is("postalCode", "2611"));
        filter(caller, "firstName=null=true", row -> row.value("firstName") == null);
        filter(
                caller,
                "state=null=true,city=null=true",
                row -> row.value("state") == null || row.value("city") == null);
        filter(
                caller,
                "lastName!=white;lastName!=r*",
                row -> !row.is("lastName", "white") && !row.begins("lastName", "r"));
        filter(
                caller,
                "!(state==nsw,state==vic,lastName=lt=t)",
                row -> !row.is("state", "nsw", "vic")
                        && (row.value("lastName") == null
                                || row.value("lastName").compareTo("t") >= 0));
        filter(
                caller,
                "nationalId==" + rows.values().iterator().next().value("nationalId"),
                row -> row.is("nationalId", rows.values().iterator().next().value("nationalId")));
        String born = "birthDate=lt=1925-01-01";
        if (caller.seesBirthDates()) {
            filter(
                    caller,
                    born,
                    row -> row.value(BIRTH_DATE) != null
                            && row.value(BIRTH_DATE).compareTo("1925") < 0);
            filter(caller, "birthDate=null=true", row -> row.value(BIRTH_DATE) == null);
        } else {
            for (String query : List.of("?filter=" + born, "?filter=birthDate=null=true", "?sort=birthDate")) {
                Server.Answer refused = caller.server().get(CONTACTS + query);
                assertEquals(List.of("birthDate field.unknown"), findings(refused));
            }
        }
        if (caller != administrator) {
            filter(caller, "owner==@me", row -> caller == agent && row.is("state", "qld"));
        }
    }

    private void filter(Caller caller, String filter, Predicate<Row> condition) throws Exception {
        String query = "?filter=" + encoded(filter);
        Set<String> expected = names(caller.where(condition));
        assertEquals(caller.name() + " " + filter, expected, names(found(caller.server(), query)));
        assertEquals(expected.size(), count(caller.server(), query));
    }

    private static Set<String> names(Collection<Row> some) {
        return some.stream().map(row -> row.name).collect(Collectors.toCollection(TreeSet::new));
    }

    private void orders(Caller caller) throws Exception {
        Comparator<String> up = Comparator.nullsLast(Comparator.naturalOrder());
        Comparator<String> down = Comparator.nullsLast(Comparator.reverseOrder());
        Comparator<Row> byId = Comparator.comparing(row -> row.id);
        ordered(
                caller,
                "lastName,firstName",
                by("lastName", up).thenComparing(by("firstName", up)).thenComparing(byId));
        ordered(
                caller,
                "-lastName,-firstName",
                by("lastName", down).thenComparing(by("firstName", down)).thenComparing(byId.reversed()));
        ordered(caller, "-id", byId.reversed());
        if (caller.seesBirthDates()) {
            ordered(
                    caller,
                    "birthDate,-firstName",
                    by(BIRTH_DATE, up).thenComparing(by("firstName", down)).thenComparing(byId.reversed()));
        }
    }

    private static Comparator<Row> by(String field, Comparator<String> order) {
        return Comparator.comparing(row -> row.value(field), order);
    }

    private void ordered(Caller caller, String sort, Comparator<Row> order) throws Exception {
        List<String> expected =
                caller.seen().stream().sorted(order).map(row -> row.name).toList();
        List<String> found = found(caller.server(), "?sort=" + sort).stream()
                .map(row -> row.name)
                .toList();
        assertEquals(caller.name() + " " + sort, expected, found);
    }

    /** People and their doubles whose names were mistyped behind the third letter are found together. */
    private void quickFind(Caller caller) throws Exception {
        int pairs = 0;
        for (Row twin : caller.seen()) {
            Row person = rows.get(twin.name.replaceAll("dup-\\d+$", "org"));
            String first = beginning(twin, "firstName");
            String last = beginning(twin, "lastName");
            if (pairs == 20
                    || twin == person
                    || first.equals(last)
                    || !first.equals(beginning(person, "firstName"))
                    || !last.equals(beginning(person, "lastName"))
                    || person.value("lastName").equals(twin.value("lastName"))) {
                continue;
            }
            pairs++;
            List<Row> expected = caller.where(row -> hasWord(row, first) && hasWord(row, last));
            assertTrue(expected.contains(twin));
            assertEquals(caller.seen().contains(person), expected.contains(person));
            String query = "?q=" + first + "+" + last;
            assertEquals(caller.name() + query, names(expected), names(found(caller.server(), query)));
            assertEquals(expected.size(), count(caller.server(), query));
            List<Row> sorted = found(caller.server(), query + "&sort=-lastName");
            assertEquals(names(expected), names(sorted));
        }
        assertNotEquals("there are such pairs for the " + caller.name(), 0, pairs);
    }

    /** The three letters that a name begins with; the name of another field for one that is too short. */
    private static String beginning(Row row, String field) {
        String text = row.value(field);
        return text == null || !text.matches("[a-z]{3}.*") ? field + row.name : text.substring(0, 3);
    }

    private static boolean hasWord(Row row, String beginning) {
        return Stream.of("firstName", "lastName", "city")
                .filter(field -> row.value(field) != null)
                .flatMap(field -> Arrays.stream(row.value(field).split("[^a-z0-9]+")))
                .anyMatch(word -> word.startsWith(beginning));
    }

    private void change() throws Exception {
        Row owned = agent.where(row -> row.is("state", "qld")).get(0);
        Row shared = agent.where(row -> row.is("state", "vic")).get(0);
        Row teams = manager.where(row -> row.is("state", "nsw")).get(0);
        Row foreign = administrator.where(row -> row.is("state", "wa")).get(0);
        String city = "{\"city\":\"Perth\"}";
        assertEquals(403, agent.server().patch(path(shared), city).status());
        assertEquals(404, agent.server().patch(path(teams), city).status());
        assertEquals(404, manager.server().patch(path(shared), city).status());
        for (Caller caller : List.of(agent, manager)) {
            assertEquals(404, caller.server().get(path(foreign)).status());
            assertEquals(404, caller.server().patch(path(foreign), city).status());
            assertEquals(404, caller.server().delete(path(foreign)).status());
            assertEquals(404, caller.server().get(path(foreign) + "/history").status());
        }
        Server.Answer read = manager.server().get(path(teams));
        assertFalse(read.body().has(BIRTH_DATE));
        List<String> seen =
                FIELDS.stream().filter(field -> !field.equals(BIRTH_DATE)).toList();
        isAsInTheFile(read.body(), teams, seen);
        assertEquals(
                List.of("birthDate field.unknown"),
                findings(manager.server().patch(path(teams), "{\"birthDate\":\"2000-01-01\"}")));
        String tag = read.headers().firstValue("ETag").orElseThrow();
        Server.Answer changed = manager.server()
                .send(manager.server().patching(path(teams), city).header("If-Match", tag));
        assertEquals(changed.body().toString(), 200, changed.status());
        assertEquals(
                412,
                manager.server()
                        .send(manager.server().patching(path(teams), city).header("If-Match", tag))
                        .status());
        assertEquals(
                200,
                server.patch(path(owned), "{\"birthDate\":\"1950-05-05\",\"city\":\"Perth\"}")
                        .status());
        assertFalse(
                manager.server().get(path(owned) + "/history").body().toString().contains("1950-05-05"));
        assertTrue(
                agent.server().get(path(owned) + "/history").body().toString().contains("1950-05-05"));

        List<Row> mine = agent.where(row -> row.is("state", "qld"));
        List<String> changes = new ArrayList<>();
        mine.forEach(row -> changes.add(update(row, "{\"country\":\"AU\",\"state\":\"qld\"}")));
        changes.add(update(shared, city));
        changes.add(update(foreign, city));
        JsonNode items = batch(agent.server(), changes);
        for (int i = 0; i < mine.size(); i++) {
            assertEquals(
                    items.path(i).toString(), 200, items.path(i).path("status").asInt());
        }
        assertEquals(403, items.path(mine.size()).path("status").asInt());
        assertEquals(404, items.path(mine.size() + 1).path("status").asInt());
        for (Caller caller : List.of(administrator, manager, agent)) {
            filter(caller, "country==AU", mine::contains);
        }
        assertEquals(
                "who sees nothing of it makes it no second time",
                404,
                batch(agent.server(), List.of(upsert(foreign)))
                        .path(0)
                        .path("status")
                        .asInt());
    }

    private static String update(Row row, String body) {
        return "{\"op\":\"update\",\"id\":\"" + row.id + "\",\"body\":" + body + "}";
    }

    private static List<String> operations(String operation, List<Row> some) {
        return some.stream()
                .map(row -> "{\"op\":\"" + operation + "\",\"id\":\"" + row.id + "\"}")
                .toList();
    }

    private void bin() throws Exception {
        List<Row> thrown =
                new ArrayList<>(manager.where(row -> row.is("state", "nsw")).subList(0, 50));
        thrown.addAll(manager.where(row -> row.is("state", "qld")).subList(0, 20));
        batch(manager.server(), operations("delete", thrown))
                .forEach(item ->
                        assertEquals(item.toString(), 204, item.path("status").asInt()));
        List<Caller> callers = List.of(administrator, manager, agent);
        callers.forEach(caller -> caller.seen().removeAll(thrown));
        for (Caller caller : callers) {
            assertEquals(caller.seen().size(), count(caller.server(), ALL));
            assertEquals(404, caller.server().get(path(thrown.get(0))).status());
            assertEquals(
                    404, caller.server().get(path(thrown.get(60)) + "/history").status());
        }
        assertEquals(names(thrown), names(found(server, "?bin=true")));
        assertEquals(names(thrown), names(found(manager.server(), "?bin=true&sort=lastName")));
        assertEquals(names(thrown.subList(50, 70)), names(found(agent.server(), "?bin=true")));
        assertEquals(70, count(manager.server(), "?bin=true"));
        assertEquals(
                409,
                batch(server, List.of(upsert(thrown.get(0))))
                        .path(0)
                        .path("status")
                        .asInt());

        List<Row> restored = List.copyOf(thrown.subList(30, 60));
        JsonNode items = batch(agent.server(), operations("restore", restored));
        for (int i = 0; i < restored.size(); i++) {
            int status = items.path(i).path("status").asInt();
            assertEquals(items.path(i).toString(), restored.get(i).is("state", "qld") ? 200 : 404, status);
        }
        batch(manager.server(), operations("restore", thrown.subList(30, 50)))
                .forEach(item ->
                        assertEquals(item.toString(), 200, item.path("status").asInt()));
        assertEquals(
                403, manager.server().post(path(thrown.get(0)) + "/purge", "").status());
        assertEquals(
                403, agent.server().post(path(thrown.get(65)) + "/purge", "").status());
        assertEquals(404, server.post(path(restored.get(0)) + "/purge", "").status());
        List<Row> purged = List.copyOf(thrown.subList(0, 5));
        for (Row row : purged) {
            assertEquals(204, server.post(path(row) + "/purge", "").status());
            assertEquals(404, server.post(path(row) + "/restore", "").status());
            assertEquals(404, manager.server().get(path(row)).status());
        }
        administrator.seen().addAll(restored);
        manager.seen().addAll(restored);
        agent.seen()
                .addAll(restored.stream().filter(row -> row.is("state", "qld")).toList());
        for (Caller caller : callers) {
            assertEquals(caller.seen().size(), count(caller.server(), ALL));
            assertEquals(names(caller.seen()), names(found(caller.server(), ALL)));
            quickFind(caller);
        }
        assertEquals(35, count(server, "?bin=true"));
        history(restored.get(0));
        JsonNode again = batch(server, List.of(upsert(purged.get(0)))).path(0);
        assertEquals("what is purged is forgotten", 201, again.path("status").asInt());
        assertNotEquals(purged.get(0).id, again.path("id").asText());
    }

    private void history(Row row) throws Exception {
        for (Caller caller : List.of(administrator, manager)) {
            JsonNode items = caller.server().get(path(row) + "/history").body().path("items");
            List<String> verbs = new ArrayList<>();
            items.forEach(item -> verbs.add(item.path("verb").asText()));
            assertEquals(List.of("restore", "delete", "update", "create"), verbs);
            JsonNode made = items.path(3).path("to");
            isAsInTheFile(
                    made,
                    row,
                    FIELDS.stream()
                            .filter(field -> caller.seesBirthDates() || !field.equals(BIRTH_DATE))
                            .toList());
            assertEquals(managersTeam, items.path(2).path("to").path("team").asText());
        }
        assertEquals(404, agent.server().get(path(row) + "/history").status());
    }
}
