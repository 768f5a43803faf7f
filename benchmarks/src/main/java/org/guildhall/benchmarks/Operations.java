/* Copyright the Guildhall authors. SPDX-License-Identifier: Apache-2.0 */
package org.guildhall.benchmarks;

import java.io.BufferedReader;
import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.guildhall.benchmarks.Operation.Bound;
import org.guildhall.benchmarks.Operation.Party;

/**
 * Makes the operations, with the parameters that both servers are asked for, and compares the answers: where they are not
 * the same, both servers' measurements would be worth nothing.
 */
final class Operations {
    private static final long SEED = 42;
    /** Of parameters of a shape. */
    private static final int POOL = 200;

    /** What has not been compared after this is left out. */
    private static final long COMPARING_NANOS = TimeUnit.MINUTES.toNanos(1);

    private static final int PAGE = 50;
    private static final int LARGEST_PAGE = 200;
    private static final int MOST_PAGES_BEFORE = 999;
    private static final int DEEP_PAGES = 20;
    /** Of the pages of the user who owns 2,000 records. */
    private static final int OWN_PAGES_BEFORE = 19;

    private static final String CONTACTS = "/api/v1/contacts";
    private static final String APPOINTMENTS = "/api/v1/appointments";
    private static final Pattern NEXT = Pattern.compile("\\],\"next\":\"([^\"]*)\"(,\"count\":[^\\]]*)?\\}$");

    private final Options options;
    private final Properties samples = new Properties();
    private final SplittableRandom random = new SplittableRandom(SEED);
    private final People people = new People(random.split());

    /** The same question in the languages of the two servers. */
    private record Question(String bare, String ours) {
        static Question of(String same) {
            return new Question(same, same);
        }
    }

    /** A question and its answer. */
    private record Answer(Request request, String text) {}

    Operations(Options options) throws IOException {
        this.options = options;
        try (BufferedReader in = Files.newBufferedReader(Path.of(options.text("samples")))) {
            samples.load(in);
        }
    }

    interface Making {
        Operation make() throws IOException;
    }

    /** An operation that is not made yet. */
    record Named(String name, Making making) {}

    /** Those that are wanted: queries first, because what they find does not change then. */
    List<Named> all() {
        Pattern wanted = Pattern.compile(options.text("operations"));
        int before = pagesBefore();
        String deep = " page " + (before + 1);
        return Stream.of(
                        query("default order, page 1", Bound.QUERY, false, () -> Question.of(CONTACTS)),
                        deep("default order," + deep, Bound.QUERY, false, before, CONTACTS + "?"),
                        query(
                                "sort=lastName, page 1",
                                Bound.QUERY,
                                false,
                                () -> Question.of(CONTACTS + "?sort=lastName")),
                        deep("sort=lastName," + deep, Bound.QUERY, false, before, CONTACTS + "?sort=lastName&"),
                        query(
                                "sort=-lastName, page 1",
                                Bound.QUERY,
                                false,
                                () -> Question.of(CONTACTS + "?sort=-lastName")),
                        deep("sort=-lastName," + deep, Bound.QUERY, false, before, CONTACTS + "?sort=-lastName&"),
                        query(
                                "sort=-changedAt, page 1",
                                Bound.QUERY,
                                false,
                                () -> Question.of(CONTACTS + "?sort=-changedAt")),
                        query("prefix", Bound.QUERY, false, () -> prefix("")),
                        query("prefix, sort=lastName", Bound.QUERY, false, () -> prefix("&sort=lastName")),
                        query("two terms: city and country", Bound.QUERY, false, () -> place(people.city())),
                        query("two terms: name and city", Bound.QUERY, false, this::nameAndCity),
                        query("two terms: small town and country", Bound.QUERY, false, () -> place(people.town())),
                        query("through a reference: city", Bound.QUERY, false, this::patientsOfCity),
                        query("through a reference: name", Bound.QUERY, false, this::patientsOfName),
                        query("quick find, one word", Bound.QUERY, false, () -> quickFind(oneWord())),
                        query("quick find, two words", Bound.QUERY, false, () -> quickFind(twoWords())),
                        query("count of all", Bound.QUERY, false, () -> Question.of(CONTACTS + "?count=true")),
                        query("count of a prefix", Bound.QUERY, false, () -> prefix("&count=true")),
                        query("own scope, page 1", Bound.SCOPE, true, () -> Question.of(CONTACTS)),
                        deep(
                                "own scope, page " + (OWN_PAGES_BEFORE + 1),
                                Bound.SCOPE,
                                true,
                                OWN_PAGES_BEFORE,
                                CONTACTS + "?"),
                        read("read", CONTACTS, "contacts"),
                        read("read with parts", APPOINTMENTS, "appointments"),
                        new Named("create", () -> create("create", this::contacts)),
                        new Named("create with parts", () -> create("create with parts", this::appointments)))
                .filter(named -> wanted.matcher(named.name()).find())
                .toList();
    }

    /** With fewer records than for the page that is wanted, half of the pages. */
    private int pagesBefore() {
        return Math.min(MOST_PAGES_BEFORE, options.number("contacts") / PAGE / 2);
    }

    // The parameters.

    private Question prefix(String more) {
        String key = Keys.of(people.lastName());
        String prefix = encoded(key.substring(0, Math.min(key.length(), random.nextInt(3, 6))));
        return new Question(
                CONTACTS + "?lastNamePrefix=" + prefix + more,
                CONTACTS + "?filter=lastName==%22" + prefix + "*%22" + more);
    }

    private static Question place(People.Place place) {
        String city = encoded(place.city());
        return new Question(
                CONTACTS + "?city=" + city + "&country=" + place.country(),
                CONTACTS + "?filter=city==%22" + city + "%22;country==" + place.country());
    }

    private Question nameAndCity() {
        String name = encoded(people.lastName());
        String city = encoded(people.city().city());
        return new Question(
                CONTACTS + "?lastName=" + name + "&city=" + city,
                CONTACTS + "?filter=lastName==%22" + name + "%22;city==%22" + city + "%22");
    }

    private Question patientsOfCity() {
        String city = encoded(people.city().city());
        return new Question(
                APPOINTMENTS + "?patientCity=" + city, APPOINTMENTS + "?filter=patient.city==%22" + city + "%22");
    }

    private Question patientsOfName() {
        String name = encoded(people.lastName());
        return new Question(
                APPOINTMENTS + "?patientLastName=" + name,
                APPOINTMENTS + "?filter=patient.lastName==%22" + name + "%22");
    }

    private static Question quickFind(String text) {
        return Question.of(CONTACTS + "?q=" + encoded(text));
    }

    /** A name, or how somebody begins to type it. */
    private String oneWord() {
        String name = random.nextInt(3) == 0 ? people.firstName() : people.lastName();
        return begun(name);
    }

    private String twoWords() {
        return people.firstName() + " " + begun(people.lastName());
    }

    private String begun(String name) {
        return random.nextInt(4) == 0 ? name.substring(0, Math.min(name.length(), 4)) : name;
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
    }

    // Queries.

    private Named query(String name, Bound bound, boolean own, Supplier<Question> question) {
        return new Named(name, () -> {
            // As often as there are such people: what many look for comes more than once.
            List<Question> questions = Stream.generate(question).limit(POOL).toList();
            return compared(name, bound, own, questions);
        });
    }

    /** Pages behind many others. */
    private Named deep(String name, Bound bound, boolean own, int before, String path) {
        return new Named(name, () -> {
            List<String> bare = places(false, own, before, path);
            List<String> ours = places(true, own, before, path);
            List<Question> questions = new ArrayList<>();
            for (int i = 0; i < bare.size(); i++) {
                questions.add(new Question(path + "after=" + bare.get(i), path + "after=" + ours.get(i)));
            }
            return compared(name, bound, own, questions);
        });
    }

    /** Where some pages end, from the one before the wanted page on. */
    private List<String> places(boolean ours, boolean own, int before, String path) throws IOException {
        try (HttpConnection connection = connection(ours, own)) {
            String place = null;
            for (int row = 0; row < before * PAGE; ) {
                // The place is the same for pages of any size.
                int size = Math.min(LARGEST_PAGE, before * PAGE - row);
                place = next(connection, path + "limit=" + size + (place == null ? "" : "&after=" + place));
                row += size;
            }
            List<String> places = new ArrayList<>(List.of(place));
            while (places.size() < DEEP_PAGES) {
                place = next(connection, path + "after=" + place);
                places.add(place);
            }
            return places;
        }
    }

    private static String next(HttpConnection connection, String path) throws IOException {
        HttpConnection.Response response = connection.get(path);
        Matcher next = NEXT.matcher(response.text());
        if (response.status() != 200 || !next.find()) {
            throw new IOException(path + " has no next page: " + response.status());
        }
        return next.group(1);
    }

    private HttpConnection connection(boolean ours, boolean own) throws IOException {
        return new HttpConnection(
                options.number(ours ? "ours.port" : "bare.port"),
                options.text(own ? "own.token" : "administrator.token"));
    }

    private Operation compared(String name, Bound bound, boolean own, List<Question> questions) throws IOException {
        List<Request> bare = new ArrayList<>();
        List<Request> ours = new ArrayList<>();
        long found = 0;
        try (HttpConnection bareConnection = connection(false, own);
                HttpConnection oursConnection = connection(true, own)) {
            long end = System.nanoTime() + COMPARING_NANOS;
            for (Question question : questions) {
                if (System.nanoTime() > end) {
                    break;
                }
                Answer bareAnswer = answer(bareConnection, question.bare());
                Answer oursAnswer = answer(oursConnection, question.ours());
                if (!placeless(bareAnswer).equals(placeless(oursAnswer))) {
                    throw new IOException("The answers differ.\n" + question.bare() + "\n" + bareAnswer.text() + "\n"
                            + question.ours() + "\n" + oursAnswer.text());
                }
                bare.add(bareAnswer.request());
                ours.add(oursAnswer.request());
                found += bareAnswer.text().split("\"version\":", -1).length - 1;
            }
        }
        System.err.printf(
                "%s: %d questions, the same answers, %.1f records on average%n",
                name, bare.size(), (double) found / bare.size());
        List<Party> parties = new ArrayList<>();
        parties.add(new Party("bare", false, own, pool(bare)));
        parties.add(new Party("ours", true, own, pool(ours)));
        if (own) {
            Request all = answer(CONTACTS).request();
            parties.add(new Party("all", true, false, pool(List.of(all))));
        }
        return new Operation(name, bound, parties);
    }

    private Answer answer(String path) throws IOException {
        try (HttpConnection connection = connection(true, false)) {
            return answer(connection, path);
        }
    }

    private static Answer answer(HttpConnection connection, String path) throws IOException {
        HttpConnection.Response response = connection.get(path);
        if (response.status() != 200) {
            throw Request.failure(path, response);
        }
        return new Answer(new Request(path, null, Request.checksum(response.body())), response.text());
    }

    /** The servers write the places where pages end differently. */
    private static String placeless(Answer answer) {
        return NEXT.matcher(answer.text()).replaceFirst("],\"next\":\"...\"$2}");
    }

    private static Load.Source pool(List<Request> requests) {
        return random -> () -> requests.get(random.nextInt(requests.size()));
    }

    // Single records.

    private Named read(String name, String path, String sample) {
        return new Named(name, () -> {
            List<Question> questions =
                    ids(sample).stream().map(id -> Question.of(path + "/" + id)).toList();
            return compared(name, Bound.RECORD, false, questions);
        });
    }

    private List<String> ids(String sample) {
        return List.of(samples.getProperty(sample).split(","));
    }

    /** Makes one record in each server first, and compares what came of it. */
    private Operation create(String name, Load.Source source) throws IOException {
        Request request = source.client(random.split()).next();
        List<String> answers = new ArrayList<>();
        for (boolean ours : new boolean[] {false, true}) {
            try (HttpConnection connection = connection(ours, false)) {
                answers.add(connection.post(request.path(), request.body()).text());
                // The practitioner may be busy on a database that both share.
                request = new Request(request.path(), later(request.body()), Request.ANY);
            }
        }
        if (!impersonal(answers.get(0)).equals(impersonal(answers.get(1)))) {
            throw new IOException("The answers differ.\n" + String.join("\n", answers));
        }
        Party bare = new Party("bare", false, false, source);
        Party ours = new Party("ours", true, false, source);
        return options.text("append").isEmpty()
                ? new Operation(name, Bound.RECORD, List.of(bare, ours))
                : new Operation(
                        name,
                        Bound.APPEND,
                        List.of(bare, ours, new Party("ours without the append", true, false, false, source)));
    }

    private static String later(String body) {
        return body.replaceFirst("\"startsAt\":\"20", "\"startsAt\":\"30");
    }

    /** Without what differs between two records that are made alike. */
    private static String impersonal(String answer) {
        return answer.replaceAll("\"(id|createdAt|changedAt|number|startsAt)\":\"[^\"]*\"", "\"$1\":\"...\"");
    }

    private Load.Source.Client contacts(SplittableRandom own) {
        People made = new People(own);
        return () -> Request.create(CONTACTS, made.next().json());
    }

    private Load.Source.Client appointments(SplittableRandom own) {
        List<String> patients = ids("contacts");
        List<String> practitioners = ids("practitioners");
        return () -> Request.create(
                APPOINTMENTS,
                ("{\"patient\":\"%s\",\"practitioner\":\"%s\",\"startsAt\":\"%s\",\"reason\":\"Check-up\","
                                + "\"fee\":{\"amount\":\"%d.50\",\"currency\":\"EUR\"},"
                                + "\"supplies\":[{\"name\":\"Bandage\",\"quantity\":%d},"
                                + "{\"name\":\"Gauze\",\"quantity\":1.5}]}")
                        .formatted(
                                patients.get(own.nextInt(patients.size())),
                                practitioners.get(own.nextInt(practitioners.size())),
                                // A practitioner has one appointment at a time.
                                Instant.EPOCH.plusNanos(
                                        1_000 * own.nextLong(2_000_000_000_000_000L, 4_000_000_000_000_000L)),
                                own.nextInt(20, 500),
                                own.nextInt(1, 10)));
    }
}
