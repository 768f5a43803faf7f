/* Copyright the Guildhall authors. SPDX-License-Identifier: Apache-2.0 */
package org.guildhall.clinic;

import java.math.BigDecimal;
import javax.persistence.Entity;
import javax.validation.constraints.Digits;
import javax.validation.constraints.NotNull;
import javax.validation.constraints.Size;
import org.guildhall.api.CrmRecord;
import org.guildhall.api.PartOf;
import org.guildhall.model.StoredPart;

/** What an appointment uses up. */
@Entity
@CrmRecord
@PartOf(value = "clinic.appointment", field = "supplies", max = 50)
public class Supply extends StoredPart {
    @NotNull
    @Size(max = 100)
    private String name;

    @NotNull
    @Digits(integer = 6, fraction = 2)
    private BigDecimal quantity;
}
