/* Copyright the Guildhall authors. SPDX-License-Identifier: Apache-2.0 */
package org.guildhall.itests;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertFalse;
import static org.junit.Assert.assertTrue;
import static org.junit.Assume.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.sql.Timestamp;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.Matcher;
import org.junit.AfterClass;
import org.junit.Test;

/** Tables that are brought up to date: cut short, by several servers at once, under writers, and how long it takes. */
public class SchemaIT extends PluginTests {
    private static final StringBuilder FIGURES = new StringBuilder();

    @AfterClass
    public static void tellFigures() {
        System.out.print(FIGURES);
    }

    /** Migrations with much to do, cut short again and again, end as ones that were never disturbed. */
    @Test
    public void aMigrationThatIsKilledGoesOnAtTheNextStart() throws Exception {
        String fields = "@Size(max = 100) private String name; private Integer size;";
        deploy(
                plugin("many", 1)
                        .source("many/Item.java", record("many", "", "Item", fields))
                        .build(jar("many-1")),
                "many",
                "is ready");
        server.stop();
        int rows = 30_000;
        fill(rows);
        Random random = new Random(7);
        int kills = FULL ? 20 : 2;
        int midway = 0;
        int schema = 2;
        server.deploy(many(schema), "many.jar");
        for (int kill = 0; kill < kills; kill++) {
            int from = server.log().length();
            Thread starting = new Thread(() -> {
                try {
                    server.script(Map.of(), "start");
                } catch (IOException | InterruptedException e) {
                    throw new AssertionError(e);
                }
            });
            starting.start();
            server.awaitLog(from, "many_item|waiting for its lease|Plugin many .* is ready");
            Thread.sleep(random.nextInt(600));
            boolean done = server.log().substring(from).contains("Plugin many 1.0.0 is ready");
            server.kill();
            starting.join();
            if (done) {
                server.deploy(many(++schema), "many.jar");
            } else {
                midway++;
            }
        }
        if (schema % 2 == 1) {
            server.deploy(many(++schema), "many.jar");
        }
        server.start();
        server.await(200, "/api/v1/items?limit=1");
        server.stop();
        try (Connection connection = database.open(server, DATABASE_NAME);
                Statement statement = connection.createStatement()) {
            assertEquals(rows, count(statement, "select count(*) from many_item where name_key = lower(name)"));
            assertEquals(rows, count(statement, "select count(*) from many_item where amount = 8"));
            assertEquals(rows, count(statement, "select count(*) from many_item_x"));
            assertEquals(schema, count(statement, "select schema_number from gh_plugin where name = 'many'"));
            String catalogue = CatalogueText.of(connection, "many_");
            for (int added = 3; added <= schema; added++) {
                assertTrue(catalogue, catalogue.contains("many_item.extra" + added + "_key text(191)"));
                assertTrue(catalogue, catalogue.contains("many_item index (bin, extra" + added + "_key, id)"));
            }
            assertEquals(golden("many-2"), catalogue.replaceAll("(?m)^.*extra.*\n", ""));
        } finally {
            database.release(server);
            Files.delete(server.home().resolve("deploy/many.jar"));
            server.start();
        }
        FIGURES.append(database + ": " + kills + " kills, " + midway + " of them in the middle of the migration of "
                + rows + " rows, to schema " + schema + "; nothing lost, nothing twice\n");
    }

    /** Each version adds a field; every second one has all sort keys of the names to compute anew. */
    private static Path many(int schema) throws Exception {
        StringBuilder fields = new StringBuilder(
                "private Integer amount; private Money price;" + " @Searchable @Size(max = 20) private String colour;");
        fields.append(schema % 2 == 0 ? "@Searchable" : "").append("@Size(max = 100) private String name;");
        for (int added = 3; added <= schema; added++) {
            fields.append("@Searchable @Size(max = 20) private String extra")
                    .append(added)
                    .append(";");
        }
        return plugin("many", schema)
                .source(
                        "many/Item.java",
                        record("many", "@Key(\"colour\") @ListIndex(\"-amount\")", "Item", fields.toString()))
                .resource(
                        "OSGI-INF/guildhall/changes.yaml",
                        "- {schema: 2, rename: {record: item, from: size, to: amount}}\n"
                                + "- {schema: 2, sql: update many_item set amount = amount + 1}\n")
                .build(jar("many-" + schema));
    }

    private void fill(int rows) throws SQLException {
        try (Connection connection = database.open(server, DATABASE_NAME);
                PreparedStatement insert = connection.prepareStatement(
                        "insert into many_item (id, version, bin,"
                                + " created_at, created_by, changed_at, changed_by, name, size) values (?, 1, 0, ?, 1, ?, 1, ?, 7)");
                PreparedStatement side = connection.prepareStatement("insert into many_item_x (id) values (?)")) {
            connection.setAutoCommit(false);
            Timestamp now = new Timestamp(0);
            for (int row = 1; row <= rows; row++) {
                insert.setLong(1, row);
                insert.setTimestamp(2, now);
                insert.setTimestamp(3, now);
                insert.setString(4, "Item " + row);
                insert.addBatch();
                side.setLong(1, row);
                side.addBatch();
                if (row % 1_000 == 0) {
                    insert.executeBatch();
                    side.executeBatch();
                }
            }
            connection.commit();
        } finally {
            database.release(server);
        }
    }

    @Test
    public void fiftyTypesOfThirtyFieldsAreThereInTwoSeconds() throws Exception {
        PluginJar plugin = plugin("fifty", 1);
        for (int type = 1; type <= 50; type++) {
            StringBuilder fields = new StringBuilder();
            for (int field = 1; field <= 30; field++) {
                String kind = List.of("String", "Long", "java.time.LocalDate", "java.math.BigDecimal", "Money")
                        .get(field % 5);
                fields.append("private ")
                        .append(kind)
                        .append(" field")
                        .append(field)
                        .append(";\n");
            }
            plugin.source("fifty/Type" + type + ".java", record("fifty", "", "Type" + type, fields.toString()));
        }
        Path jar = plugin.build(jar("fifty"));
        int from = server.log().length();
        server.deploy(jar, "fifty.jar");
        Matcher first = server.awaitLog(from, READY.formatted("fifty"));
        assertEquals(200, server.get("/api/v1/type50s").status());
        remove("fifty", "/api/v1/type50s");
        from = server.log().length();
        server.deploy(jar, "fifty.jar");
        Matcher again = server.awaitLog(from, READY.formatted("fifty"));
        int total = millis(again, 1) + millis(again, 2) + millis(again, 3);
        FIGURES.append(database + ": 50 types of 30 fields read, opened and published in " + total
                + " ms with an up-to-date schema, in " + (millis(first, 1) + millis(first, 2) + millis(first, 3))
                + " ms with 100 tables to create\n");
        assertTrue("50 types took " + total + " ms", total < 2_000);
        remove("fifty", "/api/v1/type50s");

        Path one = plugin("one", 1)
                .source("one/Single.java", record("one", "", "Single", "private String name;"))
                .build(jar("one"));
        List<Integer> openings = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            from = server.log().length();
            server.deploy(one, "one.jar");
            openings.add(millis(server.awaitLog(from, READY.formatted("one")), 2));
            remove("one", "/api/v1/singles");
        }
        FIGURES.append(database + ": one plugin's unit opened in " + openings.get(0)
                + " ms with its tables to create, then in " + openings.subList(1, 4) + " ms\n");
        openings.subList(1, 4).forEach(opened -> assertTrue("the unit took " + openings, opened < 100));
    }

    @Test
    public void aKeyThatRecordsBreakIsToldAndSetOnceTheyKeepIt() throws Exception {
        String fields = "@Size(max = 50) private String name; private Integer size;";
        deploy(twin(1, "", fields).build(jar("twin-1")), "twin", "is ready");
        created("twinItems", "{\"name\":\"Same\",\"size\":1}");
        created("twinItems", "{\"name\":\"sÀme\",\"size\":2}");
        created("twinItems", "{\"size\":3}");
        created("twinItems", "{\"size\":4}");
        PluginJar keyed = twin(2, "@Key(\"name\")", fields);
        String refused = deploy(keyed.build(jar("twin-2")), "twin", "failed");
        assertTrue(refused, refused.contains("live records share its values"));
        assertEquals(404, server.get("/api/v1/twinItems").status());
        deploy(
                keyed.resource(
                                "OSGI-INF/guildhall/changes.yaml",
                                "- {schema: 2, sql: \"update twin_item set name = 'Other', name_key = 'other' where size"
                                        + " = 2\"}\n")
                        .build(jar("twin-2b")),
                "twin",
                "is ready");
        assertEquals(
                422, server.post("/api/v1/twinItems", "{\"name\":\"OTHER\"}").status());
        created("twinItems", "{\"name\":\"Third\"}");
        created("twinItems", "{}");
        remove("twin", "/api/v1/twinItems");
    }

    private static PluginJar twin(int schema, String key, String fields) {
        return plugin("twin", schema)
                .source(
                        "twin/Item.java",
                        record("twin", key, "Item", fields)
                                .replace("@CrmRecord", "@CrmRecord(plural = \"twinItems\")"));
    }

    /** The tables of one empty database are made once, whoever comes first. */
    @Test
    public void twoServersThatStartTogetherShareTheWork() throws Exception {
        assumeTrue(database != TestDatabase.DERBY);
        String name = "guildhall_pair_it";
        database.create(name);
        Path clinic = clinic(1).build(jar("clinic-pair"));
        List<Server> pair = List.of(new Server("pair-1-" + database, 18283), new Server("pair-2-" + database, 18285));
        ExecutorService starting = Executors.newFixedThreadPool(2);
        List<Future<Server.Result>> started = new ArrayList<>();
        for (Server one : pair) {
            one.configure("org.guildhall.database.cfg", database.configuration(name));
            one.deploy(clinic, "clinic.jar");
            started.add(starting.submit(() -> one.script(Map.of(), "start")));
        }
        try {
            for (Future<Server.Result> end : started) {
                assertEquals(end.get().output(), 0, end.get().code());
            }
            for (Server one : pair) {
                one.awaitLog(0, READY.formatted("clinic"));
                assertFalse(one.log(), one.log().contains("ERROR"));
            }
        } finally {
            starting.shutdown();
            for (Server one : pair) {
                one.stop();
            }
        }
        try (Connection connection = database.open(name);
                Statement statement = connection.createStatement()) {
            assertEquals(golden("clinic-1"), CatalogueText.of(connection, "clinic_"));
            assertEquals("of four plugins", 8, count(statement, "select count(*) from gh_type"));
            assertEquals(1, count(statement, "select count(*) from security_user"));
            assertEquals(0, count(statement, "select count(*) from gh_lease"));
        }
    }

    @Test
    public void aNewFieldOnAMillionRowsHoldsNobodyUpForASecond() throws Exception {
        assumeTrue(FULL && database != TestDatabase.DERBY);
        String item = "@Size(max = 100) private String name;";
        large(1, item);
        try (Connection connection = database.open(DATABASE_NAME);
                Statement statement = connection.createStatement()) {
            String numbers = database == TestDatabase.POSTGRESQL
                    ? "generate_series(1, 1000000) as numbers(seq)"
                    : "seq_1_to_1000000";
            statement.execute(
                    "insert into large_item (id, version, bin, created_at, created_by, changed_at, changed_by,"
                            + " name) select seq, 1, 0, now(), 1, now(), 1, concat('Item ', seq) from " + numbers);
            statement.execute("insert into large_item_x (id) select id from large_item");
        }
        whileOthersWrite("a new field", () -> large(2, item + "private Integer size;"));
        whileOthersWrite(
                "a new field with an index and a new reference",
                () -> large(
                        3,
                        item + "private Integer size; @Searchable private String colour;"
                                + " @Refers(\"large.item\") private Long parent;"));
        whileOthersWrite(
                "sort keys of a million texts and their index",
                () -> large(
                        4,
                        "@Searchable " + item + "private Integer size; @Searchable private String colour;"
                                + " @Refers(\"large.item\") private Long parent;"));
        try (Connection connection = database.open(DATABASE_NAME);
                Statement statement = connection.createStatement()) {
            assertEquals(
                    0, count(statement, "select count(*) from large_item where id <= 1000000 and name_key is null"));
        }
        remove("large", "/api/v1/items");
    }

    private void large(int schema, String fields) throws Exception {
        Path jar = plugin("large", schema)
                .source("large/Item.java", record("large", "", "Item", fields))
                .build(jar("large-" + schema));
        int from = server.log().length();
        server.deploy(jar, "large.jar");
        server.awaitLog(from, READY.formatted("large"), 600);
    }

    private interface Step {
        void run() throws Exception;
    }

    /** Measures the longest time that a writer in the database, such as an older server, waits during a step. */
    private void whileOthersWrite(String what, Step step) throws Exception {
        AtomicBoolean done = new AtomicBoolean();
        AtomicLong longest = new AtomicLong();
        ExecutorService writer = Executors.newSingleThreadExecutor();
        Future<Integer> writing = writer.submit(() -> {
            int written = 0;
            try (Connection connection = database.open(DATABASE_NAME);
                    PreparedStatement update =
                            connection.prepareStatement("update large_item set version = version + 1 where id = ?");
                    PreparedStatement insert = connection.prepareStatement("insert into large_item (id, version, bin,"
                            + " created_at, created_by, changed_at, changed_by, name)"
                            + " select max(id) + 1, 1, 0, now(), 1, now(), 1, 'New' from large_item")) {
                while (!done.get()) {
                    long began = System.nanoTime();
                    insert.executeUpdate();
                    update.setLong(1, 1 + written % 1_000_000);
                    update.executeUpdate();
                    longest.accumulateAndGet(System.nanoTime() - began, Math::max);
                    written++;
                }
            }
            return written;
        });
        long began = System.nanoTime();
        step.run();
        long took = (System.nanoTime() - began) / 1_000_000;
        done.set(true);
        int written = writing.get();
        writer.shutdown();
        long held = longest.get() / 1_000_000;
        FIGURES.append(database + ": " + what + " on a million rows: " + took + " ms, the longest wait of " + written
                + " writes " + held + " ms\n");
        assertTrue(what + " held writers up for " + held + " ms", held < 1_000);
    }
}
