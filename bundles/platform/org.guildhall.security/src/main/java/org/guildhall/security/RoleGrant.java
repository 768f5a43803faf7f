/* Copyright the Guildhall authors. SPDX-License-Identifier: Apache-2.0 */
package org.guildhall.security;

import javax.persistence.Entity;
import javax.validation.constraints.NotNull;
import javax.validation.constraints.Size;
import org.guildhall.api.CrmRecord;
import org.guildhall.api.PartOf;
import org.guildhall.model.StoredPart;

/** A permission that a role has beside the verbs. */
@Entity
@CrmRecord
@PartOf(value = "security.role", field = "grants", max = 1_000)
public class RoleGrant extends StoredPart {
    /** {@code clinic.clinical}, {@code clinic.*} or {@code *}. */
    @NotNull
    @Size(max = 83)
    private String permission;
}
