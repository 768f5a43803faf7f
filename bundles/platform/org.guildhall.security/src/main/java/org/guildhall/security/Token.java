/* Copyright the Guildhall authors. SPDX-License-Identifier: Apache-2.0 */
package org.guildhall.security;

import java.time.Instant;
import javax.persistence.Entity;
import javax.validation.constraints.NotNull;
import javax.validation.constraints.Size;
import org.guildhall.api.CrmRecord;
import org.guildhall.api.OnDelete;
import org.guildhall.api.Refers;
import org.guildhall.api.Searchable;
import org.guildhall.model.StoredRecord;

/** What a program signs in with. The token itself is shown once and stored as a hash, in {@code gh_credential}. */
@Entity
@CrmRecord(plural = "tokens", title = "{name}")
public class Token extends StoredRecord {
    /** Named so because {@code user} is no name of a column. */
    @NotNull
    @Refers(value = "security.user", onDelete = OnDelete.KEEP)
    private Long holder;

    @NotNull
    @Size(min = 1, max = 100)
    @Searchable
    private String name;

    @NotNull
    private Instant expiresAt;

    /** Separated by blanks; empty for all that the user may do. */
    @Size(max = 255)
    private String scopes;
}
