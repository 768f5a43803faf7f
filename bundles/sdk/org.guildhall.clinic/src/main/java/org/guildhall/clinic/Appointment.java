/* Copyright the Guildhall authors. SPDX-License-Identifier: Apache-2.0 */
package org.guildhall.clinic;

import java.time.Instant;
import javax.persistence.Entity;
import javax.persistence.Lob;
import javax.validation.constraints.NotNull;
import javax.validation.constraints.Size;
import org.guildhall.api.Choice;
import org.guildhall.api.CrmRecord;
import org.guildhall.api.DataSubject;
import org.guildhall.api.Emits;
import org.guildhall.api.Key;
import org.guildhall.api.ListIndex;
import org.guildhall.api.Money;
import org.guildhall.api.Numbered;
import org.guildhall.api.OnDelete;
import org.guildhall.api.Personal;
import org.guildhall.api.Refers;
import org.guildhall.api.Restricted;
import org.guildhall.model.StoredRecord;

/** When a patient sees a practitioner. */
@Entity
@CrmRecord(plural = "appointments", title = "{number} {reason}")
@Key({"practitioner", "startsAt"})
@ListIndex({"practitioner", "-startsAt"})
@Emits({"confirmed", "reminded"})
public class Appointment extends StoredRecord {
    @Numbered("A-{000000}")
    @Size(max = 20)
    private String number;

    @NotNull
    @Refers(value = "customer.contact", onDelete = OnDelete.KEEP)
    @DataSubject
    private Long patient;

    @NotNull
    @Refers("clinic.practitioner")
    private Long practitioner;

    @NotNull
    private Instant startsAt;

    private Instant endsAt;

    @Choice("clinic.appointmentStatus")
    private String status;

    @Size(max = 200)
    @Personal
    private String reason;

    private Money fee;

    @Restricted("clinical")
    @Personal
    @Lob
    private String notes;

    Long patient() {
        return patient;
    }

    Long practitioner() {
        return practitioner;
    }

    /** @param better what it is about; null to leave what is there */
    void confirm(String better) {
        status = "confirmed";
        if (better != null) {
            reason = better;
        }
    }
}
