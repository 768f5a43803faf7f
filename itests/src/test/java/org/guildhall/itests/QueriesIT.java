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
    private static final int SEEDS = FULL ? 12 : 2;
    private static final int ROWS = FULL ? 240 : 120;
    private static final int QUESTIONS = FULL ? 1_000 : 300;
    private static final int CHANGING = FULL ? 100 : 25;

    private static final int MOST_PAGES = 12;
    private static final int MOST_TOLD = 4;

    /** Plugins by their seeds, built once for all databases. */
    private static final Map<Long, Path> JARS = new HashMap<>();

    private final List<String> mismatches = new ArrayList<>();
    private RandomWorld world;
    private long seed;
    private int pages;

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
            for (int i = 0; i < QUESTIONS; i++) {
                Caller caller = world.values().pick(world.callers());
                compare(caller, questions.next(caller));
            }
            long asked = System.nanoTime();
            for (int i = 0; i < CHANGING; i++) {
                Caller caller = world.values().pick(world.callers());
                compareWhileRecordsChange(caller, questions.next(caller));
            }
            System.out.printf(
                    "%s, seed %d: %d questions on %d pages; made in %d ms, asked in %d ms, while records changed %d ms%n",
                    database,
                    seed,
                    QUESTIONS + CHANGING,
                    pages,
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
                        .limit(MOST_TOLD)
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
        if (difference != null && mismatches.size() < 3 * MOST_TOLD) {
            Question shortest = shortest(caller, asked);
            difference = difference(caller, shortest);
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
            Reply reply = RandomWorld.send(question.request(caller.server(), cursor));
            pages++;
            Answer model = answer(caller, question, place, now);
            String difference = difference(model.text(), text(reply));
            if (difference != null) {
                return difference;
            }
            cursor = reply.body().path("next").textValue();
            place = model.place();
        } while (cursor != null);
        return null;
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
        page.rows().forEach(row -> text.add(ModelJson.canonical(records.item(caller, query, row))));
        return new Answer(text, page.place(), page.rows());
    }

    private static List<String> text(Reply reply) {
        JsonNode body = reply.body();
        List<String> text = new ArrayList<>();
        if (reply.status() == 200) {
            text.add("200 " + (body.path("next").isNull() ? "the last page" : "a page")
                    + (body.has("count") ? " of " + body.path("count") : ""));
            body.path("items").forEach(item -> text.add(ModelJson.canonical(item)));
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

    private static String difference(List<String> model, List<String> server) {
        if (model.equals(server)) {
            return null;
        }
        int same = 0;
        while (same < Math.min(model.size(), server.size()) && model.get(same).equals(server.get(same))) {
            same++;
        }
        List<String> answers = new ArrayList<>(List.of(
                "the model says " + told(model, same) + missing(model, server),
                "the server says " + told(server, same) + missing(server, model)));
        answers.sort(Comparator.comparing(String::length));
        return String.join("\n", answers);
    }

    private static String told(List<String> answer, int same) {
        return answer.get(0) + " of " + (answer.size() - 1) + (same == 0 ? " " : ", from the record " + same + " ")
                + answer.subList(Math.max(1, Math.min(same, answer.size())), Math.min(answer.size(), same + 2));
    }

    private static String missing(List<String> answer, List<String> other) {
        Set<String> more = new HashSet<>(answer.subList(1, answer.size()));
        more.removeAll(other);
        return more.isEmpty() ? "" : "; alone " + more.stream().limit(2).toList();
    }

    /** The same mismatch with as little of the question as shows it. */
    private Question shortest(Caller caller, Question question) throws Exception {
        Question shortest = question;
        boolean shorter = true;
        while (shorter) {
            shorter = false;
            for (Query query : shorter(shortest.query())) {
                Question candidate = shortest.with(query);
                if (difference(caller, candidate) != null) {
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
            Reply reply = RandomWorld.send(asked.request(caller.server(), cursor));
            pages++;
            Answer model = answer(caller, asked, place, now);
            String difference = difference(model.text(), text(reply));
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
