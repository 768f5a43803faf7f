/* Copyright the Guildhall authors. SPDX-License-Identifier: Apache-2.0 */
package org.guildhall.security;

import javax.persistence.Entity;
import javax.validation.constraints.NotNull;
import org.guildhall.api.CrmRecord;
import org.guildhall.api.PartOf;
import org.guildhall.api.Refers;
import org.guildhall.model.StoredPart;

/** A role that a user has. */
@Entity
@CrmRecord
@PartOf(value = "security.user", field = "roles")
public class UserRole extends StoredPart {
    @NotNull
    @Refers("security.role")
    private Long role;
}
