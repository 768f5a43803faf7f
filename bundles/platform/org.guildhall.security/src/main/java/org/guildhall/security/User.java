/* Copyright the Guildhall authors. SPDX-License-Identifier: Apache-2.0 */
package org.guildhall.security;

import javax.persistence.Entity;
import javax.validation.constraints.NotNull;
import javax.validation.constraints.Size;
import org.guildhall.api.CrmRecord;
import org.guildhall.api.Emits;
import org.guildhall.api.Format;
import org.guildhall.api.Key;
import org.guildhall.api.Searchable;
import org.guildhall.api.TextFormat;
import org.guildhall.model.StoredRecord;

/** Who signs in. Passwords are not here: see {@code gh_credential}. */
@Entity
@CrmRecord(plural = "users", title = "{name}")
@Key({"name"})
@Emits("passwordSet")
public class User extends StoredRecord {
    @NotNull
    @Size(min = 1, max = 100)
    @Searchable
    private String name;

    @Size(max = 200)
    @Searchable
    private String displayName;

    @Format(TextFormat.EMAIL)
    @Searchable
    private String email;

    @NotNull
    private Boolean active;

    @Format(TextFormat.LANGUAGE)
    private String language;
}
