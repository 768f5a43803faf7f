/* Copyright the Guildhall authors. SPDX-License-Identifier: Apache-2.0 */
package org.guildhall.itests;

import static org.junit.Assert.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import org.guildhall.api.Condition;
import org.guildhall.api.Ids;
import org.guildhall.api.Query;
import org.guildhall.itests.ModelAccess.Caller;
import org.guildhall.itests.ModelRecords.Page;
import org.guildhall.itests.ModelRecords.Refusal;
import org.guildhall.itests.ModelRecords.Row;
import org.guildhall.itests.RandomTypes.Type;
import org.guildhall.itests.RandomWorld.Reply;
import org.junit.Test;

/**
 * Random types, records, callers, roles and questions: the server answers on each database as a plain model in memory does,
 * order and pages included. {@code -Dguildhall.seed=N} asks the questions of one seed alone.
 */
public class QueriesIT extends PluginTests {
    private static final int SEEDS = FULL ? 12 : 1;
    private static final int ROWS = FULL ? 240 : 80;
    private static final int QUESTIONS = FULL ? 1_000 : 120;
    private static final int CHANGING = FULL ? 100 : 10;

    private static final int MOST_PAGES = 12;

    /** So many mismatches are told; more say nothing new. */
    private static final int ENOUGH = 6;

    /** What the lines of records begin with in answers. */
    private static final String RECORD = "#";

    private static final int MOST_TRIES = 60;
    private static final int MOST_SHOWN = 8;
    private static final int LONGEST_SHOWN = 1_500;

    /** Plugins by their seeds, built once for all databases. */
    private static final Map<Long, Path> JARS = new HashMap<>();

    private final List<String> mismatches = new ArrayList<>();
    private RandomWorld world;
    private long seed;
    private int pages;
    private int refused;
    private int found;

    private static LongStream seeds() {
        Long one = Long.getLong("guildhall.seed");
        return one == null ? LongStream.rangeClosed(1, SEEDS) : LongStream.of(one);
    }

    @Test
    public void theServerAnswersAsAPlainModelDoes() throws Exception {
        for (long next : seeds().toArray()) {
            seed = next;
            long start = System.nanoTime();
            Random random = new Random(seed);
            makeWorld();
            long made = System.nanoTime();
            RandomQuestions questions = new RandomQuestions(random, world.types(), world.records(), world.values());
            for (int i = 0; i < QUESTIONS && mismatches.size() < ENOUGH; i++) {
                Caller caller = world.values().pick(world.callers());
                compare(caller, questions.next(caller));
            }
            long asked = System.nanoTime();
            for (int i = 0; i < CHANGING && mismatches.size() < ENOUGH; i++) {
                Caller caller = world.values().pick(world.callers());
                compareWhileRecordsChange(caller, questions.next(caller));
            }
            System.out.printf(
                    "%s, seed %d: %d questions, %d pages, %d records, %d refusals; made in %d ms, asked in %d ms, while records changed %d ms%n",
                    database,
                    seed,
                    QUESTIONS + CHANGING,
                    pages,
                    found,
                    refused,
                    (made - start) / 1_000_000,
                    (asked - made) / 1_000_000,
                    (System.nanoTime() - asked) / 1_000_000);
            assertEquals(told(), 0, mismatches.size());
        }
    }

    private String told() {
        return mismatches.size() + " mismatches on " + database + " of seed " + seed + ", the shortest first:\n"
                + mismatches.stream()
                        .sorted(Comparator.comparing(String::length))
                        .collect(Collectors.joining("\n"))
                + "\n" + world.types();
    }

    private void makeWorld() throws Exception {
        RandomTypes types = new RandomTypes(seed);
        Path jar = JARS.get(seed);
        if (jar == null) {
            jar = types.sources().build(Files.createTempDirectory("guildhall").resolve(types.plugin() + ".jar"));
            JARS.put(seed, jar);
        }
        deploy(jar, types.plugin(), "is ready");
        world = new RandomWorld(
                seed, server, types, database == TestDatabase.DERBY ? ModelText.BY_UNITS : ModelText.BY_CODE_POINTS);
        world.make(ROWS);
    }

    /** Asks for all pages, and holds them against the model's. */
    private void compare(Caller caller, Question question) throws Exception {
        Question asked = limited(caller, question);
        String difference = difference(caller, asked);
        if (difference != null) {
            Question shortest = shortest(caller, asked);
            difference = shortest == asked ? difference : difference(caller, shortest);
            mismatches.add(caller + "\nasks " + shortest + "\n" + difference);
        }
    }

    /** With so large pages that there are not too many. */
    private Question limited(Caller caller, Question question) {
        Query query = question.query();
        if (world.records().refusal(caller, question.type(), query).isPresent()) {
            return question;
        }
        int found = world.records()
                .page(caller, question.type(), query, null, Instant.now())
                .count();
        return question.with(query.limit(Math.max(query.limit(), Math.min(Query.MAX_LIMIT, 1 + found / MOST_PAGES))));
    }

    /** What is different in the answers; null for nothing. */
    private String difference(Caller caller, Question question) throws Exception {
        Instant today = Instant.now().truncatedTo(ChronoUnit.DAYS);
        String difference = differenceNow(caller, question);
        // What was asked at midnight is asked again.
        return difference == null || today.equals(Instant.now().truncatedTo(ChronoUnit.DAYS))
                ? difference
                : differenceNow(caller, question);
    }

    private String differenceNow(Caller caller, Question question) throws Exception {
        String cursor = null;
        List<Object> place = null;
        do {
            Instant now = Instant.now();
            Reply reply = ask(caller, question, cursor);
            Answer model = answer(caller, question, place, now);
            String difference = difference(question, model.text(), text(reply));
            if (difference != null) {
                return difference;
            }
            cursor = reply.body().path("next").textValue();
            place = model.place();
        } while (cursor != null);
        return null;
    }

    private Reply ask(Caller caller, Question question, String cursor) throws Exception {
        Reply reply = RandomWorld.send(question.request(caller.server(), cursor));
        pages++;
        refused += reply.status() == 200 ? 0 : 1;
        found += reply.body().path("items").size();
        return reply;
    }

    /** @param place where the next page begins; null for none */
    private record Answer(List<String> text, List<Object> place, List<Row> rows) {}

    private Answer answer(Caller caller, Question question, List<Object> after, Instant now) {
        ModelRecords records = world.records();
        Query query = question.query();
        Optional<Refusal> refusal = records.refusal(caller, question.type(), query);
        if (refusal.isPresent()) {
            Refusal no = refusal.get();
            List<String> text = new ArrayList<>(List.of(no.status() + " " + no.code()));
            text.addAll(no.findings());
            return new Answer(text, null, List.of());
        }
        Page page = records.page(caller, question.type(), query, after, now);
        List<String> text = new ArrayList<>(List.of("200 " + (page.place() == null ? "the last page" : "a page")
                + (query.count() ? " of " + page.count() : "")));
        page.rows().forEach(row -> text.add(line(records.item(caller, query, row))));
        return new Answer(text, page.place(), page.rows());
    }

    private static String line(JsonNode item) {
        return RECORD + item.path("id").asText() + " " + ModelJson.canonical(item);
    }

    private static List<String> text(Reply reply) {
        JsonNode body = reply.body();
        List<String> text = new ArrayList<>();
        if (reply.status() == 200) {
            text.add("200 " + (body.path("next").isNull() ? "the last page" : "a page")
                    + (body.has("count") ? " of " + body.path("count") : ""));
            body.path("items").forEach(item -> text.add(line(item)));
        } else {
            text.add(reply.status() + " " + body.path("code").asText());
            List<String> findings = new ArrayList<>();
            body.path("findings")
                    .forEach(finding -> findings.add(finding.path("field").asText() + " "
                            + finding.path("code").asText()));
            findings.sort(Comparator.naturalOrder());
            text.addAll(findings);
        }
        return text;
    }

    /** Both answers from where they differ, the shorter first; null where they don't. */
    private String difference(Question question, List<String> model, List<String> server) {
        if (model.equals(server)) {
            return null;
        }
        List<String> modelIds = model.stream().map(QueriesIT::id).toList();
        List<String> serverIds = server.stream().map(QueriesIT::id).toList();
        boolean inside = modelIds.equals(serverIds);
        List<String> answers = new ArrayList<>(List.of(
                "the model says  " + (inside ? shown(model, server) : shown(modelIds, serverIds)),
                "the server says " + (inside ? shown(server, model) : shown(serverIds, modelIds))));
        answers.sort(Comparator.comparing(String::length));
        Set<String> alone = new LinkedHashSet<>(serverIds);
        alone.removeAll(modelIds);
        modelIds.stream().filter(id -> !serverIds.contains(id)).forEach(alone::add);
        if (alone.isEmpty() && !inside) {
            alone.add(modelIds.get(place(modelIds, serverIds)));
            alone.add(serverIds.get(place(modelIds, serverIds)));
        }
        alone.stream().limit(3).forEach(id -> answers.add(shown(question, id)));
        return String.join("\n", answers);
    }

    private static String id(String line) {
        return line.startsWith(RECORD) ? line.substring(1, 1 + Ids.LENGTH) : line;
    }

    /** Where two answers differ first. */
    private static int place(List<String> one, List<String> other) {
        int place = 0;
        while (place < Math.min(one.size(), other.size()) - 1 && one.get(place).equals(other.get(place))) {
            place++;
        }
        return place;
    }

    private static String shown(List<String> answer, List<String> other) {
        int from = Math.max(1, place(answer, other));
        String shown = answer.get(0) + " with " + (answer.size() - 1) + ", from line " + from + " "
                + answer.subList(Math.min(from, answer.size()), Math.min(answer.size(), from + MOST_SHOWN));
        return shown.substring(0, Math.min(shown.length(), LONGEST_SHOWN));
    }

    /** What of a record the question speaks of. */
    private String shown(Question question, String id) {
        String text = question.toString();
        return Ids.parse(id).stream()
                .boxed()
                .flatMap(number -> world.records().find(question.type().name(), number).stream())
                .map(row -> "    " + id + " "
                        + question.type().fields().stream()
                                .map(field -> field.name())
                                .filter(name -> text.contains(name))
                                .map(name -> name + "=" + row.value(name))
                                .toList()
                        + (text.contains("q") ? row.words() : "") + row.shares())
                .findFirst()
                .orElse("");
    }

    /** The same mismatch with as little of the question as shows it. */
    private Question shortest(Caller caller, Question question) throws Exception {
        Question shortest = question;
        int tries = 0;
        boolean shorter = true;
        while (shorter) {
            shorter = false;
            for (Query query : shorter(shortest.query())) {
                Question candidate = shortest.with(query);
                if (tries++ < MOST_TRIES
                        && candidate.toString().length() < shortest.toString().length()
                        && difference(caller, candidate) != null) {
                    shortest = candidate;
                    shorter = true;
                    break;
                }
            }
        }
        return shortest;
    }

    private static List<Query> shorter(Query query) {
        List<Query> shorter = new ArrayList<>();
        if (query.filter() != null) {
            shorter.add(query.filter(null));
            shorter(query.filter()).forEach(filter -> shorter.add(query.filter(filter)));
        }
        if (query.quickFind() != null) {
            shorter.add(query.quickFind(null));
        }
        for (int i = 0; i < query.sort().size(); i++) {
            List<Query.Sort> sort = new ArrayList<>(query.sort());
            sort.remove(i);
            shorter.add(query.sortedBy(sort.stream().map(Query.Sort::toString).toArray(String[]::new)));
        }
        if (query.fields() != null) {
            shorter.add(query.only(null));
        } else if (!query.sort().isEmpty()) {
            shorter.add(query.only(query.sort().stream().map(Query.Sort::field).collect(Collectors.toSet())));
        }
        if (!query.expand().isEmpty()) {
            shorter.add(query.expanding(Set.of()));
        }
        if (query.count()) {
            shorter.add(new Query(
                    query.filter(),
                    query.quickFind(),
                    query.sort(),
                    query.limit(),
                    null,
                    false,
                    query.binned(),
                    query.fields(),
                    query.expand()));
        }
        return shorter;
    }

    private static List<Condition> shorter(Condition condition) {
        List<Condition> shorter = new ArrayList<>();
        if (condition instanceof Condition.Not not) {
            shorter.add(not.condition());
            shorter(not.condition()).forEach(one -> shorter.add(Condition.not(one)));
        } else if (condition instanceof Condition.All || condition instanceof Condition.Any) {
            boolean all = condition instanceof Condition.All;
            List<Condition> conditions =
                    all ? ((Condition.All) condition).conditions() : ((Condition.Any) condition).conditions();
            shorter.addAll(conditions);
            for (int i = 0; i < conditions.size(); i++) {
                List<Condition> fewer = new ArrayList<>(conditions);
                fewer.remove(i);
                if (conditions.size() > 1) {
                    shorter.add(all ? new Condition.All(fewer) : new Condition.Any(fewer));
                }
                for (Condition one : shorter(conditions.get(i))) {
                    List<Condition> other = new ArrayList<>(conditions);
                    other.set(i, one);
                    shorter.add(all ? new Condition.All(other) : new Condition.Any(other));
                }
            }
        } else if (condition instanceof Condition.In in && in.values().size() > 1) {
            in.values().forEach(value -> shorter.add(Condition.in(in.field(), List.of(value))));
        }
        return shorter;
    }

    /** Between pages records come, change and go; those that stay as they are come exactly once. */
    private void compareWhileRecordsChange(Caller caller, Question question) throws Exception {
        ModelRecords records = world.records();
        Type type = question.type();
        if (records.refusal(caller, type, question.query()).isPresent()) {
            return;
        }
        Instant start = Instant.now();
        int found = records.page(caller, type, question.query(), null, start).count();
        Question asked = question.with(question.query().limit(Math.max(1, Math.min(Query.MAX_LIMIT, found / 6))));
        Set<Row> always = matching(caller, asked, start);
        Set<Row> touched = new HashSet<>();
        Map<Row, Integer> come = new HashMap<>();
        List<String> changes = new ArrayList<>();
        String cursor = null;
        List<Object> place = null;
        do {
            Instant now = Instant.now();
            Reply reply = ask(caller, asked, cursor);
            Answer model = answer(caller, asked, place, now);
            String difference = difference(asked, model.text(), text(reply));
            if (difference != null) {
                mismatches.add(caller + "\nasks " + asked + "\nafter the changes of " + changes + "\n" + difference);
                return;
            }
            reply.body()
                    .path("items")
                    .forEach(item -> come.merge(
                            records.find(
                                            type.name(),
                                            Ids.parse(item.path("id").asText()).orElseThrow())
                                    .orElseThrow(),
                            1,
                            Integer::sum));
            cursor = reply.body().path("next").textValue();
            place = model.place();
            for (int i = new Random(pages).nextInt(3); i > 0 && cursor != null; i--) {
                Row changed = world.change(
                        world.values().once(3)
                                ? world.values().pick(world.types().all())
                                : type);
                touched.add(changed);
                changes.add(Ids.format(changed.id()));
                always.retainAll(matching(caller, asked, Instant.now()));
            }
        } while (cursor != null);
        for (Row row : always) {
            if (!touched.contains(row) && come.getOrDefault(row, 0) != 1) {
                mismatches.add(caller + "\nasks " + asked + "\nafter the changes of " + changes + "\n" + row + " comes "
                        + come.getOrDefault(row, 0) + " times");
            }
        }
    }

    /** All that a question finds. */
    private Set<Row> matching(Caller caller, Question question, Instant now) {
        Set<Row> rows = new HashSet<>();
        List<Object> place = null;
        do {
            Page page = world.records()
                    .page(caller, question.type(), question.query().limit(Query.MAX_LIMIT), place, now);
            rows.addAll(page.rows());
            place = page.place();
        } while (place != null);
        return rows;
    }
}
