/* Copyright the Guildhall authors. SPDX-License-Identifier: Apache-2.0 */
package org.guildhall.security;

import javax.persistence.Entity;
import javax.validation.constraints.NotNull;
import javax.validation.constraints.Size;
import org.guildhall.api.CrmRecord;
import org.guildhall.api.Key;
import org.guildhall.api.Refers;
import org.guildhall.api.Searchable;
import org.guildhall.model.StoredRecord;

/** Users who work together; teams hang under teams. */
@Entity
@CrmRecord(plural = "teams", title = "{name}")
@Key({"name"})
public class Team extends StoredRecord {
    @NotNull
    @Size(min = 1, max = 100)
    @Searchable
    private String name;

    @Refers("security.team")
    private Long parent;
}
