/* Copyright the Guildhall authors. SPDX-License-Identifier: Apache-2.0 */
package org.guildhall.clinic;

import java.time.Instant;
import javax.validation.constraints.Size;
import org.guildhall.api.ForRecord;
import org.guildhall.api.Operates;
import org.guildhall.api.Operation;
import org.guildhall.api.Ref;
import org.guildhall.api.Values;
import org.guildhall.api.Work;
import org.osgi.service.component.annotations.Component;

/** Confirms an appointment, for those who have the permission {@code clinic.confirm}, and tells whom it is with. */
@Component(service = Operation.class)
@ForRecord("clinic.appointment")
@Operates(name = "confirm", permission = "clinic.confirm")
public final class Confirm implements Operation<Confirm.Input, Confirm.Output> {
    /** @param reason what the appointment is about, if that is known better now */
    public record Input(@Size(max = 200) String reason) {}

    /**
     * What is to be told to the patient.
     *
     * @param patient the patient's e-mail address, if there is one
     */
    public record Output(Instant confirmedAt, String practitioner, String patient) {}

    @Override
    public Output run(Ref on, Input input, Work work) {
        Appointment appointment = work.own(Appointment.class, on.id());
        appointment.confirm(input.reason());
        Values practitioner = work.read("clinic.practitioner", appointment.practitioner());
        // The clinic declares that it uses contacts; who confirms must be allowed to see this one, too.
        Values patient = work.read("customer.contact", appointment.patient());
        work.emit("confirmed", on);
        return new Output(work.now(), (String) practitioner.get("name"), (String) patient.get("email"));
    }
}
