/* Copyright the Guildhall authors. SPDX-License-Identifier: Apache-2.0 */
package org.guildhall.itests;

import static org.junit.Assert.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import org.guildhall.api.Ids;
import org.guildhall.api.Query;
import org.guildhall.itests.ModelAccess.Caller;
import org.guildhall.itests.ModelAccess.Permission;
import org.guildhall.itests.ModelAccess.Role;
import org.guildhall.itests.ModelAccess.Scope;
import org.guildhall.itests.ModelRecords.Row;
import org.guildhall.itests.People.Person;
import org.guildhall.itests.RandomTypes.Part;
import org.guildhall.itests.RandomTypes.Type;

/** People, roles and records that a seed stands for: made on a server, and in the model. */
final class RandomWorld {
    private static final List<String> VERBS =
            List.of("create", "read", "update", "delete", "restore", "purge", "export");

    private static final HttpClient HTTP =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private static final int TOGETHER = 40;
    private static final int PEOPLE = 6;
    private static final int MAKERS = 4;

    private final Random random;
    private final String mark;
    private final Server server;
    private final People people;
    private final RandomTypes types;
    private final ModelRecords records;
    private final RandomValues values;
    private final List<Long> teams = new ArrayList<>();
    private final List<Caller> callers = new ArrayList<>();

    /** What the server said. */
    record Reply(int status, JsonNode body) {}

    RandomWorld(long seed, Server server, RandomTypes types, Comparator<String> texts) {
        this.random = new Random(seed);
        this.mark = ".s" + seed;
        this.server = server;
        this.people = new People(server);
        this.types = types;
        this.records = new ModelRecords(types, texts);
        this.values = new RandomValues(random, Instant.now(), records);
    }

    ModelRecords records() {
        return records;
    }

    RandomValues values() {
        return values;
    }

    RandomTypes types() {
        return types;
    }

    /** The administrator first. */
    List<Caller> callers() {
        return callers;
    }

    private Caller administrator() {
        return callers.get(0);
    }

    /** Decimals as they are. */
    static Reply send(HttpRequest.Builder request) throws IOException, InterruptedException {
        HttpResponse<byte[]> response = HTTP.send(request.build(), HttpResponse.BodyHandlers.ofByteArray());
        boolean empty = response.body().length == 0;
        return new Reply(
                response.statusCode(),
                empty ? ModelJson.MAPPER.missingNode() : ModelJson.MAPPER.readTree(response.body()));
    }

    /** @param rows of each type */
    void make(int rows) throws Exception {
        makeTeams();
        List<Caller> makers = makePeople();
        for (Type type : types.all()) {
            for (int made = 0; made < rows; made += TOGETHER) {
                create(values.pick(makers), type);
            }
        }
        for (Type type : types.all()) {
            for (Caller maker : makers) {
                update(maker, type);
            }
        }
        giveRoles();
        for (Type type : types.all()) {
            adopt(type, false);
        }
        for (Type type : types.all()) {
            scatter(type);
        }
        for (Type type : types.all()) {
            adopt(type, false);
            adopt(type, true);
        }
    }

    private void makeTeams() throws Exception {
        for (int i = 0; i < 5; i++) {
            Long parent = teams.isEmpty() || values.once(3) ? null : values.pick(teams);
            String name = "team" + i + mark;
            long team = id(people.team(name, parent == null ? null : Ids.format(parent)));
            teams.add(team);
            records.access().team(team, parent);
            records.add(RandomTypes.TEAMS, team).put("name", name);
        }
    }

    private static long id(String text) {
        return Ids.parse(text).orElseThrow();
    }

    /** Who may do everything for as long as records are made; and the administrator. */
    private List<Caller> makePeople() throws Exception {
        String everything = types.plugin() + ".*";
        String all = people.role(
                "maker" + mark,
                ",\"grants\":[{\"permission\":\"" + everything + "\"}]",
                People.may(everything, "all", VERBS.toArray(String[]::new)));
        long admin = id(server.get("/api/v1/me").body().path("id").asText());
        Role administrators = new Role(
                null,
                List.of(
                        new Permission("*", Set.copyOf(VERBS), Scope.ALL),
                        new Permission("security.*", Set.copyOf(VERBS), Scope.ALL)),
                Map.of(),
                Set.of("*"));
        callers.add(new Caller("admin", admin, server, List.of(administrators), List.of(), List.of()));
        for (int i = 0; i < PEOPLE; i++) {
            List<Long> own = new ArrayList<>(teams);
            Collections.shuffle(own, random);
            own = List.copyOf(own.subList(0, random.nextInt(3)));
            String name = (i < MAKERS ? "maker" : RandomTypes.NARROWED) + i + mark;
            Person person = people.user(
                    name, List.of(all), own.stream().map(Ids::format).toArray(String[]::new));
            callers.add(new Caller(name, id(person.id()), person.server(), List.of(), own, List.of()));
        }
        callers.forEach(caller -> records.add(RandomTypes.USERS, caller.id()).put("name", caller.name()));
        return callers.subList(1, 1 + MAKERS);
    }

    /** What everybody may do from now on; some ask by a token that may do less. */
    private void giveRoles() throws Exception {
        List<Role> roles = new ArrayList<>();
        for (int i = 0; i < 6; i++) {
            roles.add(role(i));
        }
        for (int i = 1; i <= PEOPLE; i++) {
            Caller caller = callers.get(i);
            Set<Role> own = new HashSet<>(List.of(values.pick(roles), values.pick(roles)));
            ObjectNode body = ModelJson.MAPPER.createObjectNode();
            ArrayNode given = body.putArray("roles");
            own.forEach(role -> given.addObject().put("role", role.id()));
            String path = "/api/v1/users/" + Ids.format(caller.id());
            assertEquals(200, server.patch(path, body.toString()).status());
            callers.set(
                    i,
                    new Caller(
                            caller.name(), caller.id(), caller.server(), List.copyOf(own), caller.teams(), List.of()));
        }
        for (int i = 1; i <= 2; i++) {
            Caller caller = callers.get(i);
            String scope =
                    values.pick(List.of(types.plugin() + ".*", pattern())) + values.pick(List.of("", ":read", ":read"));
            callers.add(new Caller(
                    caller.name(),
                    caller.id(),
                    server.as(people.token(Ids.format(caller.id()), scope)),
                    caller.roles(),
                    caller.teams(),
                    List.of(scope)));
        }
    }

    private String pattern() {
        return values.pick(types.all()).name();
    }

    private Role role(int number) throws Exception {
        List<Permission> permissions = new ArrayList<>();
        for (int i = 1 + random.nextInt(3); i > 0; i--) {
            Set<String> verbs = VERBS.stream().filter(verb -> values.once(2)).collect(Collectors.toSet());
            verbs.add(values.once(5) ? "create" : "read");
            String type = values.pick(List.of("*", types.plugin() + ".*", pattern(), pattern(), pattern()));
            permissions.add(new Permission(type, verbs, values.pick(List.of(Scope.values()))));
        }
        Map<String, Set<String>> hidden = new HashMap<>();
        ArrayNode rules = ModelJson.MAPPER.createArrayNode();
        for (Type type : types.all()) {
            List<String> paths = new ArrayList<>(type.paths());
            Collections.shuffle(paths, random);
            for (String path : paths.subList(0, values.once(2) ? 0 : random.nextInt(paths.size() / 2))) {
                boolean readOnly = values.once(3);
                rules.addObject()
                        .put("type", type.name())
                        .put("field", path)
                        .put("access", readOnly ? "readOnly" : "hidden");
                if (!readOnly) {
                    hidden.computeIfAbsent(type.name(), none -> new HashSet<>()).add(path);
                }
            }
        }
        Set<String> grants = values.once(2)
                ? Set.of()
                : Set.of(types.plugin() + "." + (values.once(2) ? "*" : RandomTypes.PERMISSION));
        String more = ",\"fieldRules\":" + rules + ",\"grants\":["
                + grants.stream()
                        .map(grant -> "{\"permission\":\"" + grant + "\"}")
                        .collect(Collectors.joining())
                + "]";
        String[] may = permissions.stream()
                .map(permission -> People.may(
                        permission.type(),
                        permission.scope().toString(),
                        permission.verbs().toArray(String[]::new)))
                .toArray(String[]::new);
        return new Role(people.role("role" + number + mark, more, may), permissions, hidden, grants);
    }

    private void create(Caller maker, Type type) throws Exception {
        List<Map<String, Object>> bodies = new ArrayList<>();
        ArrayNode operations = ModelJson.MAPPER.createArrayNode();
        for (int i = 0; i < TOGETHER; i++) {
            Map<String, Object> body = values.record(type);
            bodies.add(body);
            operations.addObject().put("op", "create").set("body", ModelJson.body(type, body));
        }
        JsonNode items = batch(maker, type, operations);
        for (int i = 0; i < bodies.size(); i++) {
            own(add(type, items.path(i), bodies.get(i)), maker);
        }
    }

    private Row add(Type type, JsonNode made, Map<String, Object> body) {
        Row row = records.add(type, id(made.path("id").asText()));
        body.forEach(row::put);
        return row;
    }

    private static void own(Row row, Caller maker) {
        row.put("owner", maker.id());
        row.put("createdBy", maker.id());
        row.put("team", maker.teams().isEmpty() ? null : maker.teams().get(0));
    }

    private void update(Caller maker, Type type) throws Exception {
        List<Row> some = records.all(type.name()).filter(row -> values.once(9)).toList();
        ArrayNode operations = ModelJson.MAPPER.createArrayNode();
        for (Row row : some) {
            Map<String, Object> changes = values.changes(type);
            operations
                    .addObject()
                    .put("op", "update")
                    .put("id", Ids.format(row.id()))
                    .set("body", ModelJson.body(type, changes));
            changes.forEach(row::put);
        }
        batch(maker, type, operations);
    }

    private static JsonNode batch(Caller maker, Type type, ArrayNode operations) throws Exception {
        ObjectNode body = ModelJson.MAPPER.createObjectNode();
        body.set("operations", operations);
        Server.Answer answer = maker.server().post("/api/v1/" + type.plural() + ":batch", body.toString());
        JsonNode items = answer.body().path("items");
        assertEquals(answer.body().toString(), operations.size(), items.size());
        for (int i = 0; i < items.size(); i++) {
            int status = items.path(i).path("status").asInt();
            assertEquals(operations.get(i) + " " + items.path(i), 2, status / 100);
        }
        return items;
    }

    /** Shares, gives away, bins and ends some records. */
    private void scatter(Type type) throws Exception {
        List<Row> rows = records.all(type.name()).toList();
        for (Row row : rows) {
            switch (random.nextInt(16)) {
                case 0, 1 -> share(row);
                case 2, 3 -> assign(row);
                case 4, 5 -> bin(row);
                case 6 -> {
                    if (values.once(2) && bin(row)) {
                        assertEquals(204, server.post(path(row) + "/purge", "").status());
                        records.remove(row);
                    }
                }
                default -> {}
            }
        }
    }

    private static String path(Row row) {
        return "/api/v1/" + row.type().plural() + "/" + Ids.format(row.id());
    }

    private void share(Row row) throws Exception {
        if (records.isThere(row)) {
            long grantee = values.once(2)
                    ? values.pick(teams)
                    : values.pick(callers.subList(1, 1 + PEOPLE)).id();
            boolean changing = values.once(2);
            String body = "{\"with\":\"" + Ids.format(grantee) + "\",\"change\":" + changing + "}";
            assertEquals(204, server.post(path(row) + "/share", body).status());
            row.shares().put(grantee, changing);
        }
    }

    private void assign(Row row) throws Exception {
        if (records.isThere(row)) {
            Map<String, Object> owner = new LinkedHashMap<>();
            owner.put("owner", values.once(5) ? null : values.pick(callers).id());
            owner.put("team", values.once(4) ? null : values.pick(teams));
            Reply reply = send(server.request(path(row) + "/assign")
                    .header("Content-Type", "application/json")
                    .POST(HttpRequest.BodyPublishers.ofString(
                            ModelJson.body(row.type(), owner).toString())));
            assertEquals(reply.toString(), 200, reply.status());
            owner.forEach(row::put);
            adopt(row, reply.body());
        }
    }

    private boolean bin(Row row) throws Exception {
        boolean there = records.isThere(row);
        if (there) {
            assertEquals(204, server.delete(path(row)).status());
            row.bin(true);
        }
        return there;
    }

    /** Changes something, as the administrator; gives the record. */
    Row change(Type type) throws Exception {
        List<Row> rows = records.all(type.name()).toList();
        Row row = values.pick(rows);
        switch (random.nextInt(6)) {
            case 0 -> {
                if (row.isBinned()) {
                    restore(row);
                } else {
                    bin(row);
                    adoptBinned(row);
                }
            }
            case 1 -> assign(row);
            case 2, 3 -> row = post(type);
            default -> patch(row);
        }
        return row;
    }

    private void restore(Row row) throws Exception {
        row.bin(false);
        if (records.isThere(row)) {
            Reply reply = send(server.request(path(row) + "/restore").POST(HttpRequest.BodyPublishers.noBody()));
            assertEquals(reply.toString(), 200, reply.status());
            adopt(row, reply.body());
        } else {
            row.bin(true);
        }
    }

    private Row post(Type type) throws Exception {
        Map<String, Object> body = values.record(type);
        Reply reply = send(server.request("/api/v1/" + type.plural())
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(
                        ModelJson.body(type, body).toString())));
        assertEquals(reply.toString(), 201, reply.status());
        Row row = add(type, reply.body(), body);
        own(row, administrator());
        adopt(row, reply.body());
        return row;
    }

    private void patch(Row row) throws Exception {
        if (records.isThere(row)) {
            Map<String, Object> changes = values.changes(row.type());
            Reply reply = send(server.patching(
                    path(row), ModelJson.body(row.type(), changes).toString()));
            assertEquals(reply.toString(), 200, reply.status());
            changes.forEach(row::put);
            adopt(row, reply.body());
        }
    }

    /** Takes over what the server alone knows, and holds all else against what was written. */
    private void adopt(Type type, boolean binned) throws Exception {
        Query query = Query.ALL.limit(Query.MAX_LIMIT);
        Question question = new Question(type, binned ? query.inTheBin() : query, Question.Form.ADDRESS);
        Set<Long> seen = new HashSet<>();
        String cursor = null;
        do {
            Reply reply = send(question.request(server, cursor));
            assertEquals(reply.toString(), 200, reply.status());
            for (JsonNode item : reply.body().path("items")) {
                long id = id(item.path("id").asText());
                seen.add(id);
                adopt(records.find(type.name(), id).orElseThrow(), item);
            }
            cursor = reply.body().path("next").textValue();
        } while (cursor != null);
        assertEquals(
                records.all(type.name())
                        .filter(row -> row.isBinned() == binned && isOnWhatIsThere(row))
                        .map(Row::id)
                        .collect(Collectors.toSet()),
                seen);
    }

    private boolean isOnWhatIsThere(Row row) {
        boolean binned = row.isBinned();
        row.bin(false);
        boolean there = records.isThere(row);
        row.bin(binned);
        return there;
    }

    private void adoptBinned(Row row) throws Exception {
        if (row.isBinned()) {
            String filter = "?bin=true&filter=id==" + Ids.format(row.id());
            Reply reply = send(server.request("/api/v1/" + row.type().plural() + filter));
            adopt(row, reply.body().path("items").path(0));
        }
    }

    private static void adopt(Row row, JsonNode item) {
        row.put("version", item.path("version").asLong());
        row.put("createdAt", Instant.parse(item.path("createdAt").asText()));
        row.put("changedAt", Instant.parse(item.path("changedAt").asText()));
        row.put("changedBy", id(item.path("changedBy").asText()));
        for (Part part : row.type().parts()) {
            List<Map<String, Object>> items = new ArrayList<>();
            List<?> old = (List<?>) row.value(part.name());
            for (int i = 0; i < old.size(); i++) {
                Map<String, Object> one = new LinkedHashMap<>();
                ((Map<?, ?>) old.get(i)).forEach((name, value) -> one.put((String) name, value));
                one.put("id", id(item.path(part.name()).path(i).path("id").asText()));
                items.add(one);
            }
            row.put(part.name(), items);
        }
        assertEquals(ModelJson.canonical(ModelJson.record(row, Set.of(), null)), ModelJson.canonical(item));
    }
}
