/* Copyright the Guildhall authors. SPDX-License-Identifier: Apache-2.0 */
package org.guildhall.clinic;

import javax.persistence.Entity;
import javax.validation.constraints.NotNull;
import javax.validation.constraints.Size;
import org.guildhall.api.Choice;
import org.guildhall.api.CrmRecord;
import org.guildhall.api.Format;
import org.guildhall.api.Searchable;
import org.guildhall.api.TextFormat;
import org.guildhall.model.StoredRecord;

/** Who treats patients. */
@Entity
@CrmRecord(plural = "practitioners", title = "{name}")
public class Practitioner extends StoredRecord {
    @NotNull
    @Size(max = 100)
    @Searchable
    private String name;

    @Choice("clinic.speciality")
    private String speciality;

    @Format(TextFormat.EMAIL)
    private String email;
}
