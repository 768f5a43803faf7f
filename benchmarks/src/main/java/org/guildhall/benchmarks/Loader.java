/* Copyright the Guildhall authors. SPDX-License-Identifier: Apache-2.0 */
package org.guildhall.benchmarks;

import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.Date;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.sql.Timestamp;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Properties;
import java.util.SplittableRandom;

/**
 * Fills the tables that a Guildhall server made with contacts and appointments, past the server. The same arguments make
 * the same rows, but for their times, which end at the present.
 *
 * <p>Arguments: {@code url=... user=... password=... contacts=<number> administrator.id=... own.id=<the user who owns
 * 2,000 contacts> samples=<file for ids of some of the rows>}
 */
public final class Loader {
    static final int SAMPLES = 10_000;

    private static final long SEED = 20_260_101;
    private static final Duration PAST = Duration.ofDays(4 * 365);
    private static final int OWNED = 2_000;
    private static final int CONTACTS_OF_AN_APPOINTMENT = 10;
    private static final int PRACTITIONERS = 200;
    private static final int USERS = 100;
    private static final int TEAMS = 10;

    private static final List<String> TABLES = List.of(
            "customer_contact",
            "customer_contact_x",
            "customer_contact_w",
            "clinic_practitioner",
            "clinic_practitioner_x",
            "clinic_practitioner_w",
            "clinic_appointment",
            "clinic_appointment_x",
            "clinic_supply");
    private static final String STAMPS = "id, version, owner, team, created_at, created_by, changed_at, changed_by";
    private static final List<String> CONTACT = columns(STAMPS
            + ", first_name, first_name_key, last_name, last_name_key, email, email_key, phone, birth_date, street,"
            + " city, city_key, state, postal_code, country, national_id, bin");
    private static final List<String> PRACTITIONER = columns(STAMPS + ", name, name_key, speciality, email, bin");
    private static final List<String> APPOINTMENT = columns(STAMPS
            + ", number, patient, practitioner, starts_at, status, reason, fee_amount, fee_currency, notes, bin");
    private static final List<String> SUPPLY = columns("id, name, quantity, version, parent, position");
    private static final List<String> WORD = columns("record_id, word, field_name");
    private static final List<String> SIDE = List.of("id");

    private static final List<String> SPECIALITIES = List.of("generalPractice", "cardiology", "paediatrics");
    private static final List<String> STATUSES =
            List.of("requested", "confirmed", "completed", "completed", "cancelled");
    private static final List<String> REASONS = List.of("Check-up", "Vaccination", "Control", "Headache", "Follow-up");
    private static final List<String> SUPPLIES = List.of("Bandage", "Gauze", "Syringe", "Gloves", "Saline");

    private final Options options;
    private final Dialect dialect;
    private final long administrator;
    private final long own;
    private final Instant end = Instant.now().truncatedTo(ChronoUnit.MILLIS).minus(Duration.ofHours(1));
    private final SplittableRandom random = new SplittableRandom(SEED);
    private final People people = new People(random.split());
    private final List<Connection> connections = new ArrayList<>();

    /** Who made and owns a row, and when. */
    private record Stamps(long id, long version, long owner, Long team, Instant created, Instant changed) {
        Object[] with(Object... cells) {
            Object[] whole = new Object[8 + cells.length];
            whole[0] = id;
            whole[1] = version;
            whole[2] = owner;
            whole[3] = team;
            whole[4] = Timestamp.from(created);
            whole[5] = owner;
            whole[6] = Timestamp.from(changed);
            whole[7] = owner;
            System.arraycopy(cells, 0, whole, 8, cells.length);
            return whole;
        }
    }

    private Loader(Options options) {
        this.options = options;
        this.dialect = Dialect.of(options.text("url"));
        this.administrator = Ids.parse(options.text("administrator.id"));
        this.own = Ids.parse(options.text("own.id"));
    }

    private static List<String> columns(String names) {
        return List.of(names.split(", *"));
    }

    public static void main(String[] arguments) throws Exception {
        new Loader(new Options(arguments)).load();
    }

    private void load() throws SQLException, IOException {
        Properties samples = new Properties();
        long start = System.nanoTime();
        int count = options.number("contacts");
        long[] contacts = contacts(count);
        samples.put("contacts", sample(contacts));
        long[] practitioners = practitioners();
        samples.put("practitioners", sample(practitioners));
        samples.put("appointments", sample(appointments(count / CONTACTS_OF_AN_APPOINTMENT, contacts, practitioners)));
        Connection connection = connect();
        try (Statement statement = connection.createStatement()) {
            for (String sql : dialect.refresh(TABLES)) {
                statement.execute(sql);
            }
        }
        for (Connection opened : connections) {
            opened.close();
        }
        try (var out = Files.newBufferedWriter(Path.of(options.text("samples")))) {
            samples.store(out, null);
        }
        System.err.printf(Locale.ROOT, "%,d contacts loaded in %.0f s%n", count, (System.nanoTime() - start) / 1e9);
    }

    private Connection connect() throws SQLException {
        Connection connection =
                DriverManager.getConnection(options.text("url"), options.text("user"), options.text("password"));
        connections.add(connection);
        return connection;
    }

    private RowWriter into(String table, List<String> columns) throws SQLException {
        return RowWriter.of(connect(), dialect, table, columns);
    }

    private String sample(long[] ids) {
        StringBuilder sample = new StringBuilder();
        for (int i = 0; i < Math.min(SAMPLES, ids.length); i++) {
            int at = ids.length <= SAMPLES ? i : random.nextInt(ids.length);
            sample.append(i == 0 ? "" : ",").append(Ids.format(ids[at]));
        }
        return sample.toString();
    }

    /** The n-th of some rows that were made at even distances until now. */
    private Stamps stamps(int n, int count, long owner) {
        Instant created = end.minus(PAST)
                .plus(Duration.ofSeconds(PAST.toSeconds()).multipliedBy(n).dividedBy(count));
        Instant micros = created.plus(random.nextInt(1_000), ChronoUnit.MICROS).truncatedTo(ChronoUnit.MICROS);
        int changes = random.nextInt(10) < 6 ? 0 : 1 + random.nextInt(5);
        long later =
                changes == 0 ? 0 : random.nextLong(Duration.between(micros, end).toMillis() + 1);
        return new Stamps(
                Ids.past(created, n % 1_000),
                1 + changes,
                owner,
                random.nextInt(10) < 4 ? null : (Long) Ids.past(end.minus(PAST).minusSeconds(1), random.nextInt(TEAMS)),
                micros,
                micros.plusMillis(later));
    }

    private long owner(int n, int count) {
        // Ever so many, from the first to the last.
        if (n % Math.max(1, count / OWNED) == 0) {
            return own;
        }
        int user = random.nextInt(USERS);
        return user == 0 ? administrator : Ids.past(end.minus(PAST).minusSeconds(2), user);
    }

    private long[] contacts(int count) throws SQLException {
        RowWriter rows = into("customer_contact", CONTACT);
        RowWriter side = into("customer_contact_x", SIDE);
        RowWriter words = into("customer_contact_w", WORD);
        long[] ids = new long[count];
        for (int i = 0; i < count; i++) {
            Stamps stamps = stamps(i, count, owner(i, count));
            ids[i] = stamps.id();
            People.Person person = people.next();
            rows.add(stamps.with(
                    person.firstName(),
                    Keys.of(person.firstName()),
                    person.lastName(),
                    Keys.of(person.lastName()),
                    person.email(),
                    Keys.of(person.email()),
                    person.phone(),
                    Date.valueOf(person.birthDate()),
                    person.street(),
                    person.place().city(),
                    Keys.of(person.place().city()),
                    person.place().state(),
                    person.postalCode(),
                    person.place().country(),
                    null,
                    0L));
            side.add(ids[i]);
            words(words, ids[i], "firstName", person.firstName());
            words(words, ids[i], "lastName", person.lastName());
            words(words, ids[i], "email", person.email());
            words(words, ids[i], "city", person.place().city());
        }
        rows.finish();
        side.finish();
        words.finish();
        return ids;
    }

    private static void words(RowWriter words, long id, String field, String text) throws SQLException {
        for (String word : Keys.words(text)) {
            words.add(id, word, field);
        }
    }

    private long[] practitioners() throws SQLException {
        RowWriter rows = into("clinic_practitioner", PRACTITIONER);
        RowWriter side = into("clinic_practitioner_x", SIDE);
        RowWriter words = into("clinic_practitioner_w", WORD);
        long[] ids = new long[PRACTITIONERS];
        for (int i = 0; i < PRACTITIONERS; i++) {
            Stamps stamps = stamps(i, PRACTITIONERS, administrator);
            ids[i] = stamps.id();
            String name = "Dr. " + people.firstName() + " " + people.lastName();
            rows.add(stamps.with(name, Keys.of(name), any(SPECIALITIES), null, 0L));
            side.add(ids[i]);
            words(words, ids[i], "name", name);
        }
        rows.finish();
        side.finish();
        words.finish();
        return ids;
    }

    private long[] appointments(int count, long[] contacts, long[] practitioners) throws SQLException {
        RowWriter rows = into("clinic_appointment", APPOINTMENT);
        RowWriter side = into("clinic_appointment_x", SIDE);
        RowWriter supplies = into("clinic_supply", SUPPLY);
        long[] ids = new long[count];
        for (int i = 0; i < count; i++) {
            Stamps stamps = stamps(i, count, owner(i, count));
            ids[i] = stamps.id();
            boolean paid = random.nextInt(10) < 7;
            rows.add(stamps.with(
                    String.format(Locale.ROOT, "A-%06d", i + 1),
                    contacts[random.nextInt(contacts.length)],
                    practitioners[random.nextInt(practitioners.length)],
                    Timestamp.from(stamps.created().plus(Duration.ofDays(random.nextInt(1, 60)))),
                    any(STATUSES),
                    any(REASONS),
                    paid ? new BigDecimal(random.nextInt(40, 1_000)).divide(BigDecimal.valueOf(2)) : null,
                    paid ? "EUR" : null,
                    null,
                    0L));
            side.add(ids[i]);
            int used = random.nextInt(5);
            for (int position = 0; position < used; position++) {
                supplies.add(
                        Ids.past(stamps.created(), 1_000 + n(i, position)),
                        any(SUPPLIES),
                        new BigDecimal(random.nextInt(1, 20)).divide(BigDecimal.valueOf(2)),
                        1L,
                        ids[i],
                        (long) position);
            }
        }
        rows.finish();
        side.finish();
        supplies.finish();
        number(count);
        return ids;
    }

    private static int n(int appointment, int position) {
        return appointment % 500 * 5 + position;
    }

    /** The next number of an appointment comes after those. */
    private void number(int count) throws SQLException {
        try (PreparedStatement insert = connect()
                .prepareStatement(
                        "insert into gh_number (name, next_number) values ('clinic.appointment.number', ?)")) {
            insert.setLong(1, count + 1L);
            insert.executeUpdate();
        }
    }

    private String any(List<String> values) {
        return values.get(random.nextInt(values.size()));
    }
}
