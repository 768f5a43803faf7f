/* Copyright the Guildhall authors. SPDX-License-Identifier: Apache-2.0 */
package org.guildhall.itests;

import static org.junit.Assert.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import org.guildhall.api.Ids;
import org.junit.Test;

/** How fast events and timers are; in the long run. */
public class EventFiguresIT extends PluginTests {
    private static final int EVENTS = 100_000;
    private static final int WAITING = 100_000;
    private static final int DUE = 1_000;

    private interface Filling {
        void fill(Connection connection) throws SQLException;
    }

    /** Fills tables past the server, which does not run meanwhile. */
    private void fill(Filling filling) throws Exception {
        server.stop();
        try (Connection connection = database.open(server, DATABASE_NAME)) {
            connection.setAutoCommit(false);
            filling.fill(connection);
            connection.commit();
        } finally {
            database.release(server);
            server.start();
        }
    }

    /** An instant as the server stores it: in UTC, whatever the zone of the tests is. */
    private static Timestamp stored(Instant at) {
        return Timestamp.valueOf(LocalDateTime.ofInstant(at, ZoneOffset.UTC));
    }

    /** Counts what it hears. */
    private static PluginJar meter() {
        return plugin("meter", 1)
                .source("meter/Mark.java", record("meter", "", "Mark", "private String name;"))
                .source(
                        "meter/Meter.java",
                        "package meter;\nimport org.guildhall.api.*;\n"
                                + "import org.osgi.service.component.annotations.Component;\n"
                                + "@Component @ForRecord(\"meter.mark\")\n"
                                + "public class Meter implements RecordListener {\n"
                                + "  private long began;\n  private int heard;\n"
                                + "  public void happened(RecordEvent event, Work work) {\n"
                                + "    if (heard++ == 0) began = System.nanoTime();\n"
                                + "    if (heard == " + EVENTS + ") java.util.logging.Logger.getLogger(\"meter\")\n"
                                + "        .info(\"METER heard \" + heard + \" in \" + (System.nanoTime() - began) / 1000000 + \" ms\");\n"
                                + "  }\n}\n");
    }

    @Test
    public void aBacklogIsDrained() throws Exception {
        deploy(meter().build(jar("meter")), "meter", "is ready");
        Await.until(() -> shell("guildhall:journal").contains("meter.Meter"), server::log);
        remove("meter", "/api/v1/marks");
        fill(connection -> {
            try (PreparedStatement insert =
                    connection.prepareStatement("insert into gh_journal (id, occurred_at, record_type, record_id,"
                            + " record_version, verb, actor_id, request_id, changes, former)"
                            + " values (?, ?, 'meter.mark', ?, 1, 'create', 0, 'test', '{}', '{}')")) {
                for (int i = 1; i <= EVENTS; i++) {
                    insert.setLong(1, i);
                    insert.setTimestamp(2, stored(Instant.now()));
                    insert.setLong(3, i);
                    insert.addBatch();
                    if (i % 1_000 == 0) {
                        insert.executeBatch();
                    }
                }
            }
        });
        long began = System.nanoTime();
        Await.until(() -> shell("guildhall:journal").contains(" 0 changes without a number"), server::log);
        long numbered = Duration.ofNanos(System.nanoTime() - began).toMillis();
        int from = server.log().length();
        deploy(meter().build(jar("meter")), "meter", "is ready");
        Matcher heard = server.awaitLog(from, "METER heard " + EVENTS + " in (\\d+) ms");
        long rate = EVENTS * 1_000L / millis(heard, 1);
        System.out.println(database + ": " + EVENTS + " committed rows have their numbers at most " + numbered
                + " ms after the start, and one listener hears " + rate + " a second");
        assertTrue(Long.toString(rate), rate >= (database == TestDatabase.DERBY ? 2_000 : 5_000));
        remove("meter", "/api/v1/marks");
    }

    @Test
    public void aThousandTimersGoOffAtOnceWhileManyWait() throws Exception {
        deploy(JobsIT.works().build(jar("works")), "works", "is ready");
        List<Long> orders = orders("timer");
        // These go off before, while the server is not warm.
        List<Long> warming = orders("warming");
        Instant due = Instant.now().plusSeconds(55).truncatedTo(ChronoUnit.SECONDS);
        fill(connection -> {
            try (PreparedStatement insert =
                    connection.prepareStatement("insert into gh_timer (id, name, record_type, record_id, owner, due_at,"
                            + " next_at, attempts) values (?, 'works.reminder', 'works.order', ?, 0, ?, ?, 0)")) {
                for (int i = 0; i < WAITING + 2 * DUE; i++) {
                    boolean waits = i < WAITING;
                    boolean isFirst = i >= WAITING + DUE;
                    Instant at = waits ? Instant.parse("2099-01-01T00:00:00Z") : isFirst ? due.minusSeconds(15) : due;
                    insert.setLong(1, i + 1);
                    insert.setLong(
                            2, waits ? i + 1 : isFirst ? warming.get(i - WAITING - DUE) : orders.get(i - WAITING));
                    insert.setTimestamp(3, stored(at));
                    insert.setTimestamp(4, stored(at));
                    insert.addBatch();
                    if (i % 1_000 == 0) {
                        insert.executeBatch();
                    }
                }
                insert.executeBatch();
            }
        });
        String last = "/api/v1/orders?sort=-changedAt&limit=1&filter=name==timer";
        String first = "/api/v1/orders?filter=name==timer;reminded=null=true&limit=1&count=true";
        Thread.sleep(Math.max(0, Duration.between(Instant.now(), due).toMillis()));
        Await.until(
                () -> server.get(first).body().path("count").asInt(-1) == 0,
                () -> server.get(first).body() + server.log());
        Instant reminded = Instant.parse(
                server.get(last).body().path("items").path(0).path("reminded").asText());
        long millis = Duration.between(due, reminded).toMillis();
        System.out.println(database + ": " + DUE + " timers of one moment, with " + WAITING
                + " waiting: the last begins " + millis + " ms after it");
        assertTrue(Long.toString(millis), millis < 2_000);
    }

    /** Makes so many orders of a name. */
    private static List<Long> orders(String name) throws Exception {
        StringBuilder batch = new StringBuilder("{\"operations\":[");
        for (int i = 0; i < DUE; i++) {
            batch.append(i == 0 ? "" : ",").append("{\"op\":\"create\",\"body\":{\"name\":\"" + name + "\"}}");
        }
        JsonNode made = server.post("/api/v1/orders:batch", batch.append("]}").toString())
                .body();
        List<Long> orders = new ArrayList<>();
        for (JsonNode one : made.path("items")) {
            orders.add(Ids.parse(one.path("id").asText()).orElseThrow());
        }
        return orders;
    }
}
