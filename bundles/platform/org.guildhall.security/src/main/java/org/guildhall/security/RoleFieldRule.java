/* Copyright the Guildhall authors. SPDX-License-Identifier: Apache-2.0 */
package org.guildhall.security;

import javax.persistence.Entity;
import javax.validation.constraints.NotNull;
import javax.validation.constraints.Size;
import org.guildhall.api.Choice;
import org.guildhall.api.CrmRecord;
import org.guildhall.api.PartOf;
import org.guildhall.model.StoredPart;

/** A field that a role does not let be seen or written. */
@Entity
@CrmRecord
@PartOf(value = "security.role", field = "fieldRules", max = 1_000)
public class RoleFieldRule extends StoredPart {
    @NotNull
    @Size(max = 83)
    private String type;

    /** A field, a part, or a field of a part: {@code notes}, {@code supplies}, {@code supplies.price}. */
    @NotNull
    @Size(max = 90)
    private String field;

    @NotNull
    @Choice("security.access")
    private String access;
}
