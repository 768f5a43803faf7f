/* Copyright the Guildhall authors. SPDX-License-Identifier: Apache-2.0 */
package org.guildhall.itests.container;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertThrows;
import static org.junit.Assert.assertTrue;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.guildhall.api.Problem;
import org.guildhall.api.Values;
import org.guildhall.api.platform.Journal;
import org.guildhall.api.platform.PersistenceUnits;
import org.guildhall.api.platform.RecordType;
import org.guildhall.api.platform.Schema;
import org.guildhall.api.platform.Transaction;
import org.guildhall.api.platform.UnitOfWork;
import org.guildhall.api.platform.Visibility;
import org.guildhall.itests.TestDatabase;
import org.junit.After;
import org.junit.Before;
import org.junit.Test;
import org.osgi.framework.Bundle;

/**
 * One transaction over two plugins' units, the journal and plain JDBC: together or not at all, with a pool of one
 * connection, on each database.
 */
public class UnitOfWorkInContainer extends Container {
    private static final String INSERT_ROW =
            "insert into gh_share (record_type, grantee_id, record_id, may_change) values ('by JDBC', ?, 1, ?)";

    private Bundle clinic;
    private UnitOfWork unitOfWork;
    private Journal journal;
    private Schema schema;
    private RecordType contact;
    private RecordType practitioner;

    @Before
    public void installTheSecondPlugin() throws Exception {
        clinic = installClinic();
    }

    @After
    public void removeTheSecondPlugin() throws Exception {
        clinic.uninstall();
    }

    @Test
    public void onDerby() throws Exception {
        everythingHolds(TestDatabase.DERBY);
    }

    @Test
    public void onPostgresql() throws Exception {
        if (TestDatabase.available().contains(TestDatabase.POSTGRESQL)) {
            everythingHolds(TestDatabase.POSTGRESQL);
        }
    }

    @Test
    public void onMariadb() throws Exception {
        if (TestDatabase.available().contains(TestDatabase.MARIADB)) {
            everythingHolds(TestDatabase.MARIADB);
        }
    }

    private void everythingHolds(TestDatabase database) throws Exception {
        moveTo(database, 1);
        findServices();

        allAreCommittedTogether();
        aFailureOfTheBodyRollsAllBack();
        aFailingJournalRowRollsAllBack();
        aVersionConflictRollsAllBack();
        oneOfManyConcurrentChangesWins(database);
        aRowWrittenBeforeTheFirstFlushBelongsToTheTransaction();
        unitsOfWorkDoNotNest();
        whatIsReadInsideSeesWhatWasWrittenInside();
        idsGoOnAboveTheHighWaterOfAClockThatWasSetBack(database);
        partsAreReplacedWithTheirRecord();
        theDataOfAPluginThatIsNotHereAreReached();
    }

    /** Those of the database that the server is on now. */
    private void findServices() throws InterruptedException {
        unitOfWork = service(UnitOfWork.class);
        journal = service(Journal.class);
        schema = service(Schema.class);
        contact = type("customer.contact");
        practitioner = type("clinic.practitioner");
    }

    private void allAreCommittedTogether() {
        long before = rows();
        unitOfWork.write(call("commit"), this::writeEverywhere);
        assertEquals(before + 4, rows());
    }

    private void aFailureOfTheBodyRollsAllBack() {
        long before = rows();
        assertThrows(
                IllegalStateException.class,
                () -> unitOfWork.write(call("body"), transaction -> {
                    writeEverywhere(transaction);
                    throw new IllegalStateException("the body fails");
                }));
        assertEquals(before, rows());
    }

    private void aFailingJournalRowRollsAllBack() {
        long before = rows();
        assertThrows(
                IllegalStateException.class,
                () -> unitOfWork.write(call("longer than the journal's column ".repeat(10)), this::writeEverywhere));
        assertEquals(before, rows());
    }

    private void aVersionConflictRollsAllBack() {
        Values made = unitOfWork.write(call("make"), transaction -> transaction.insert(contact, person("Stale")));
        long id = (Long) made.get("id");
        Values changed =
                unitOfWork.write(call("change"), transaction -> transaction.update(contact, id, 1, person("Changed")));
        assertEquals(2L, changed.get("version"));
        long before = rows();
        Problem conflict = assertThrows(
                Problem.class,
                () -> unitOfWork.write(call("stale"), transaction -> {
                    writeEverywhere(transaction);
                    return transaction.update(contact, id, 1, person("Lost"));
                }));
        assertEquals(Problem.Kind.CONFLICT, conflict.kind());
        assertEquals(before, rows());
        assertEquals(
                "Changed",
                unitOfWork
                        .read(call("read"), reader -> reader.find(contact, id, Visibility.EVERYTHING))
                        .orElseThrow()
                        .get("lastName"));
    }

    /** Needs more than one connection, to have more than one transaction at a time. */
    private void oneOfManyConcurrentChangesWins(TestDatabase database) throws Exception {
        moveTo(database, 10);
        findServices();
        long id = (Long) unitOfWork
                .write(call("make"), transaction -> transaction.insert(contact, person("Raced")))
                .get("id");
        ExecutorService pool = Executors.newFixedThreadPool(8);
        CountDownLatch go = new CountDownLatch(1);
        List<Future<Boolean>> ends = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            int number = i;
            ends.add(pool.submit(() -> {
                go.await();
                try {
                    unitOfWork.write(call("race"), transaction -> {
                        Values values = transaction.update(contact, id, 1, person("Winner " + number));
                        journal.append(transaction, contact, "update", id, 2, person("Raced"), person("Winner"));
                        return values;
                    });
                    return true;
                } catch (Problem lost) {
                    assertEquals(Problem.Kind.CONFLICT, lost.kind());
                    return false;
                }
            }));
        }
        go.countDown();
        int winners = 0;
        for (Future<Boolean> end : ends) {
            winners += end.get() ? 1 : 0;
        }
        pool.shutdown();
        assertEquals(1, winners);
        assertEquals(1, count("select count(*) from gh_journal where request_id = 'race'"));
    }

    /** OpenJPA begins its JDBC transaction late unless told; such a row outlived a rollback, or was lost. */
    private void aRowWrittenBeforeTheFirstFlushBelongsToTheTransaction() {
        long before = rows();
        assertThrows(
                IllegalStateException.class,
                () -> unitOfWork.write(call("early"), transaction -> {
                    insertRow(transaction);
                    transaction.insert(contact, person("Late"));
                    throw new IllegalStateException("roll back");
                }));
        assertEquals(before, rows());
        unitOfWork.write(call("early"), transaction -> {
            insertRow(transaction);
            return transaction.insert(contact, person("Late"));
        });
        assertEquals(before + 2, rows());
    }

    private void unitsOfWorkDoNotNest() {
        assertThrows(
                IllegalStateException.class,
                () -> unitOfWork.write(
                        call("outer"),
                        outer -> unitOfWork.read(
                                call("inner"), reader -> reader.find(contact, 1, Visibility.EVERYTHING))));
    }

    private void whatIsReadInsideSeesWhatWasWrittenInside() {
        boolean seen = unitOfWork.write(call("inside"), transaction -> {
            long id = (Long) transaction
                    .insert(practitioner, Values.of("name", "Dr. Seen"))
                    .get("id");
            return transaction.find(practitioner, id, Visibility.EVERYTHING).isPresent();
        });
        assertTrue(seen);
    }

    private void idsGoOnAboveTheHighWaterOfAClockThatWasSetBack(TestDatabase database) throws Exception {
        long hour = 3_600_000L;
        long ahead = System.currentTimeMillis()
                - Instant.parse("2020-01-01T00:00:00Z").toEpochMilli()
                + hour;
        schema.call(connection -> {
            try (var update = connection.prepareStatement("update gh_node set high_water = ?")) {
                update.setLong(1, ahead);
                return update.executeUpdate();
            }
        });
        reconnect();
        findServices();
        long id = (Long) unitOfWork
                .write(call("later"), transaction -> transaction.insert(contact, person("Later")))
                .get("id");
        assertTrue("made at or after the high water", id >> 22 >= ahead);
    }

    private void partsAreReplacedWithTheirRecord() throws InterruptedException {
        RecordType appointment = type("clinic.appointment");
        Values made = unitOfWork.write(
                call("parts"),
                transaction -> transaction.insert(
                        appointment,
                        Values.of("supplies", List.of(Values.of("name", "Mask"), Values.of("name", "Gloves")))));
        long id = (Long) made.get("id");
        List<Values> supplies = supplies(made);
        assertEquals("Mask", supplies.get(0).get("name"));
        Values kept = Values.builder()
                .put("id", supplies.get(1).get("id"))
                .put("name", "Gloves, large")
                .build();
        Values changed = unitOfWork.write(
                call("parts"),
                transaction -> transaction.update(
                        appointment, id, 1, Values.of("supplies", List.of(Values.of("name", "Syringe"), kept))));
        assertEquals(2L, changed.get("version"));
        List<Values> read = supplies(unitOfWork
                .read(call("read"), reader -> reader.find(appointment, id, Visibility.EVERYTHING))
                .orElseThrow());
        assertEquals(
                List.of("Syringe", "Gloves, large"),
                read.stream().map(supply -> supply.get("name")).toList());
        assertEquals(supplies.get(1).get("id"), read.get(1).get("id"));
        assertEquals(1, count("select count(*) from clinic_appointment_x x join clinic_appointment a on a.id = x.id"));
    }

    private static List<Values> supplies(Values appointment) {
        return ((List<?>) appointment.get("supplies"))
                .stream().map(Values.class::cast).toList();
    }

    private void theDataOfAPluginThatIsNotHereAreReached() throws Exception {
        Values made = unitOfWork.write(
                call("left"), transaction -> transaction.insert(practitioner, Values.of("name", "Dr. Left")));
        clinic.uninstall();
        assertTrue(context.getServiceReferences(RecordType.class, "(guildhall.type=clinic.practitioner)")
                .isEmpty());
        RecordType stored = service(PersistenceUnits.class).stored().stream()
                .filter(type -> type.name().equals("clinic.practitioner"))
                .findFirst()
                .orElseThrow();
        assertEquals(
                "Dr. Left",
                unitOfWork
                        .read(call("read"), reader -> reader.find(stored, (Long) made.get("id"), Visibility.EVERYTHING))
                        .orElseThrow()
                        .get("name"));
        assertThrows(
                Problem.class,
                () -> unitOfWork.write(
                        call("left"), transaction -> transaction.insert(stored, Values.of("name", "Dr. Late"))));
        clinic = installClinic();
    }

    /** A contact, a practitioner, a journal row and a row of plain JDBC. */
    private Void writeEverywhere(Transaction transaction) {
        insertRow(transaction);
        Values values = person("Everywhere");
        Values made = transaction.insert(contact, values);
        transaction.insert(practitioner, Values.of("name", "Dr. Everywhere"));
        journal.append(
                transaction,
                contact,
                "create",
                (Long) made.get("id"),
                1,
                Values.builder().build(),
                values);
        return null;
    }

    private static void insertRow(Transaction transaction) {
        try (PreparedStatement insert = transaction.connection().prepareStatement(INSERT_ROW)) {
            insert.setLong(1, System.nanoTime());
            insert.setBoolean(2, false);
            insert.executeUpdate();
        } catch (SQLException e) {
            throw new AssertionError(e);
        }
    }

    private static Values person(String lastName) {
        return Values.of("lastName", lastName);
    }

    private long rows() {
        return count("select (select count(*) from customer_contact) + (select count(*) from clinic_practitioner)"
                // Without the rows of the first administrator, who is made when this database is first used.
                + " + (select count(*) from gh_journal where record_type not like 'security.%')"
                + " + (select count(*) from gh_share)"
                + " from gh_node where node = (select min(node) from gh_node)");
    }

    private long count(String query) {
        return schema.call((Connection connection) -> {
            try (var statement = connection.createStatement();
                    var row = statement.executeQuery(query)) {
                row.next();
                return row.getLong(1);
            }
        });
    }
}
