/* Copyright the Guildhall authors. SPDX-License-Identifier: Apache-2.0 */
package org.guildhall.clinic;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertThrows;
import static org.junit.Assert.assertTrue;

import java.time.Instant;
import java.util.List;
import org.guildhall.api.Problem;
import org.guildhall.api.Query;
import org.guildhall.api.Values;
import org.guildhall.testkit.GuildhallRule;
import org.guildhall.testkit.Records;
import org.junit.Before;
import org.junit.Rule;
import org.junit.Test;

public class ClinicTest {
    private static final Instant NINE = Instant.parse("2027-03-01T09:00:00Z");

    @Rule
    public final GuildhallRule guildhall = new GuildhallRule();

    private Records records;
    private Long patient;
    private Long practitioner;

    @Before
    public void aPatientAndAPractitioner() {
        records = guildhall.administrator();
        patient = id(records.create(
                "contacts",
                Values.builder()
                        .put("lastName", "Lovelace")
                        .put("email", "ada@example.org")
                        .build()));
        practitioner = id(records.create("practitioners", Values.of("name", "Dr. House")));
    }

    @Test
    public void anAppointmentHasItsSupplies() {
        Values made = records.create("appointments", appointment(NINE));
        assertEquals("requested", made.get("status"));
        assertTrue(String.valueOf(made.get("number")).matches("A-\\d{6}"));
        assertEquals(1, records.query("appointments", Query.ALL).size());
    }

    private Values appointment(Instant startsAt) {
        return Values.builder()
                .put("patient", patient)
                .put("practitioner", practitioner)
                .put("startsAt", startsAt)
                .put(
                        "supplies",
                        List.of(Values.builder()
                                .put("name", "Plaster")
                                .put("quantity", java.math.BigDecimal.ONE)
                                .build()))
                .build();
    }

    private static Long id(Values record) {
        return (Long) record.get("id");
    }

    @Test
    public void whoMayNotReadDoesNot() {
        Records nurse = guildhall.user("clinic.practitioner:read");
        assertEquals("Dr. House", nurse.read("practitioners", practitioner).get("name"));
        Problem problem = assertThrows(Problem.class, () -> nurse.query("appointments", Query.ALL));
        assertEquals(Problem.Kind.FORBIDDEN, problem.kind());
    }
}
