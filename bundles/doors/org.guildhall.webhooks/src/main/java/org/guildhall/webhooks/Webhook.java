/* Copyright the Guildhall authors. SPDX-License-Identifier: Apache-2.0 */
package org.guildhall.webhooks;

import javax.persistence.Entity;
import javax.validation.constraints.NotNull;
import javax.validation.constraints.Size;
import org.guildhall.api.Choice;
import org.guildhall.api.CrmRecord;
import org.guildhall.api.Emits;
import org.guildhall.api.Format;
import org.guildhall.api.TextFormat;
import org.guildhall.model.StoredRecord;

/**
 * Where events are sent, and which; its owner is whom they are for. The secret that signs them is not here: see
 * {@code gh_webhook_secret}.
 */
@Entity
@CrmRecord(plural = "webhooks", title = "{url}")
@Emits({"secretRotated", "deliveriesReplayed"})
public class Webhook extends StoredRecord {
    @NotNull
    @Format(TextFormat.URL)
    private String url;

    @Size(max = 255)
    private String description;

    /** A condition on the record, in RSQL or JSON. */
    @Size(max = 10_000)
    private String filter;

    @NotNull
    private Boolean active;

    /** Why the server has switched it off. */
    @Choice("webhooks.disabledReason")
    private String disabledReason;
}
