/* Copyright the Guildhall authors. SPDX-License-Identifier: Apache-2.0 */
package org.guildhall.security;

import javax.persistence.Entity;
import javax.validation.constraints.NotNull;
import org.guildhall.api.CrmRecord;
import org.guildhall.api.PartOf;
import org.guildhall.api.Refers;
import org.guildhall.model.StoredPart;

/** A team that a user is in; the first of them is the primary one. */
@Entity
@CrmRecord
@PartOf(value = "security.user", field = "teams")
public class UserTeam extends StoredPart {
    @NotNull
    @Refers("security.team")
    private Long team;
}
