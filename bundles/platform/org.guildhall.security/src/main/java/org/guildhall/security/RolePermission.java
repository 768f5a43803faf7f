/* Copyright the Guildhall authors. SPDX-License-Identifier: Apache-2.0 */
package org.guildhall.security;

import javax.persistence.Entity;
import javax.validation.constraints.NotNull;
import javax.validation.constraints.Size;
import org.guildhall.api.Choice;
import org.guildhall.api.Choices;
import org.guildhall.api.CrmRecord;
import org.guildhall.api.PartOf;
import org.guildhall.model.StoredPart;

/** What a role may do with records. */
@Entity
@CrmRecord
@PartOf(value = "security.role", field = "permissions", max = 1_000)
public class RolePermission extends StoredPart {
    /** {@code customer.contact}, {@code customer.*}, or {@code *} for all but those of this plugin. */
    @NotNull
    @Size(max = 83)
    private String type;

    @NotNull
    @Choice("security.verb")
    private Choices verbs;

    @NotNull
    @Choice("security.scope")
    private String scope;
}
