/* Copyright the Guildhall authors. SPDX-License-Identifier: Apache-2.0 */
package org.guildhall.clinic;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertFalse;
import static org.junit.Assert.assertThrows;
import static org.junit.Assert.assertTrue;

import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.guildhall.api.Problem;
import org.guildhall.api.Query;
import org.guildhall.api.Values;
import org.guildhall.testkit.GuildhallRule;
import org.guildhall.testkit.Records;
import org.junit.Before;
import org.junit.Rule;
import org.junit.Test;

public class ClinicTest {
    private static final Instant NINE =
            Instant.now().truncatedTo(ChronoUnit.DAYS).plus(Duration.ofHours(60 * 24 + 9));

    @Rule
    public final GuildhallRule guildhall = new GuildhallRule();

    private Records administrator;
    private Long patient;
    private Long practitioner;

    @Before
    public void aPatientAndAPractitioner() {
        administrator = guildhall.administrator();
        patient = id(administrator.create(
                "contacts",
                Values.builder()
                        .put("lastName", "Lovelace")
                        .put("email", "ada@example.org")
                        .build()));
        practitioner = id(administrator.create("practitioners", Values.of("name", "Dr. Grace Hopper")));
    }

    @Test
    public void anAppointmentHasANumberAStatusAndSupplies() {
        Values supply = Values.builder()
                .put("name", "Plaster")
                .put("quantity", BigDecimal.ONE)
                .build();
        Values made = administrator.create(
                "appointments",
                appointment(NINE).put("supplies", List.of(supply)).build());
        assertEquals("requested", made.get("status"));
        assertTrue(String.valueOf(made.get("number")).matches("A-\\d{6}"));
        Values read = administrator.read("appointments", id(made));
        assertEquals("Plaster", ((Values) ((List<?>) read.get("supplies")).get(0)).get("name"));
    }

    @Test
    public void confirmingTellsWhomItIsWith() {
        Long id = id(administrator.create("appointments", appointment(NINE).build()));
        Values output = administrator.operate("appointments", id, "confirm", Values.of("reason", "Cough"));
        assertEquals("Dr. Grace Hopper", output.get("practitioner"));
        assertEquals("ada@example.org", output.get("patient"));
        Values confirmed = administrator.read("appointments", id);
        assertEquals("confirmed", confirmed.get("status"));
        assertEquals("Cough", confirmed.get("reason"));
    }

    @Test
    public void whoMayNotConfirmDoesNot() {
        Long id = id(administrator.create("appointments", appointment(NINE).build()));
        Records reader = guildhall.user("clinic.*:read", "customer.contact:read");
        assertEquals("requested", reader.read("appointments", id).get("status"));
        Problem refused = assertThrows(
                Problem.class,
                () -> reader.operate(
                        "appointments", id, "confirm", Values.builder().build()));
        assertEquals(Problem.Kind.FORBIDDEN, refused.kind());
    }

    @Test
    public void theReceptionistOfTheJarBooksAndConfirms() {
        Records receptionist = guildhall.userWithRole("Receptionist");
        Long id = id(receptionist.create("appointments", appointment(NINE).build()));
        receptionist.operate("appointments", id, "confirm", Values.builder().build());
        assertFalse(
                "clinical notes are the physicians'",
                receptionist.read("appointments", id).has("notes"));
        assertThrows(Problem.class, () -> receptionist.delete("appointments", id));
    }

    @Test
    public void appointmentsOfAPractitionerDoNotOverlap() {
        Long first = id(administrator.create("appointments", until(NINE, 30)));
        assertEquals("clinic.doubleBooked", finding(until(NINE.plusSeconds(60), 30)));
        assertEquals("clinic.endBeforeStart", finding(until(NINE.plusSeconds(3_600), -1)));
        administrator.create("appointments", until(NINE.plusSeconds(1_800), 30));
        // Itself is not in its way.
        administrator.update("appointments", first, Values.of("endsAt", NINE.plusSeconds(900)));
        administrator.create("appointments", until(NINE.plusSeconds(900), 15));
        administrator.update("appointments", first, Values.of("status", "cancelled"));
        administrator.create("appointments", until(NINE.plusSeconds(60), 10));
    }

    private String finding(Values appointment) {
        Problem refused = assertThrows(Problem.class, () -> administrator.create("appointments", appointment));
        return refused.findings().get(0).code();
    }

    @Test
    public void ofFiftyBookingsAtOnceOneWins() throws Exception {
        List<Callable<Boolean>> bookings = new ArrayList<>();
        for (int i = 0; i < 50; i++) {
            Values wanted = until(NINE.plusSeconds(i), 30);
            bookings.add(() -> books(wanted));
        }
        assertEquals(1, winners(bookings));
        assertEquals(1, administrator.query("appointments", Query.ALL).size());
    }

    private boolean books(Values wanted) {
        try {
            administrator.create("appointments", wanted);
            return true;
        } catch (Problem refused) {
            assertEquals("clinic.doubleBooked", refused.findings().get(0).code());
            return false;
        }
    }

    private static long winners(List<Callable<Boolean>> bookings) throws InterruptedException, ExecutionException {
        ExecutorService threads = Executors.newFixedThreadPool(bookings.size());
        try {
            long winners = 0;
            for (Future<Boolean> booking : threads.invokeAll(bookings)) {
                winners += booking.get() ? 1 : 0;
            }
            return winners;
        } finally {
            threads.shutdown();
        }
    }

    @Test
    public void aConfirmedAppointmentIsRemindedOfADayBefore() {
        Long confirmed =
                id(administrator.create("appointments", appointment(NINE).build()));
        Long requested = id(administrator.create(
                "appointments", appointment(NINE.plusSeconds(60)).build()));
        administrator.operate(
                "appointments", confirmed, "confirm", Values.builder().build());
        guildhall.awaitEvents();
        guildhall.fireTimers(Duration.between(Instant.now(), NINE.minus(Duration.ofHours(25))));
        assertTrue(events(confirmed).stream().noneMatch("reminded"::equals));
        guildhall.fireTimers(Duration.between(Instant.now(), NINE.minus(Duration.ofHours(23))));
        assertEquals(1, events(confirmed).stream().filter("reminded"::equals).count());
        assertTrue(events(requested).stream().noneMatch("reminded"::equals));
    }

    private List<String> events(Long id) {
        return administrator.history("appointments", id);
    }

    private Values.Builder appointment(Instant startsAt) {
        return Values.builder()
                .put("patient", patient)
                .put("practitioner", practitioner)
                .put("startsAt", startsAt);
    }

    private Values until(Instant startsAt, int minutes) {
        return appointment(startsAt)
                .put("endsAt", startsAt.plusSeconds(minutes * 60L))
                .build();
    }

    private static Long id(Values record) {
        return (Long) record.get("id");
    }
}
