/* Copyright the Guildhall authors. SPDX-License-Identifier: Apache-2.0 */
package org.guildhall.security;

import javax.persistence.Entity;
import javax.validation.constraints.NotNull;
import javax.validation.constraints.Size;
import org.guildhall.api.CrmRecord;
import org.guildhall.api.Key;
import org.guildhall.api.Searchable;
import org.guildhall.model.StoredRecord;

/** What users may do. */
@Entity
@CrmRecord(plural = "roles", title = "{name}")
@Key({"name"})
public class Role extends StoredRecord {
    @NotNull
    @Size(min = 1, max = 100)
    @Searchable
    private String name;

    @Size(max = 255)
    private String description;
}
