/* Copyright the Guildhall authors. SPDX-License-Identifier: Apache-2.0 */
package org.guildhall.webhooks;

import javax.persistence.Entity;
import javax.validation.constraints.NotNull;
import javax.validation.constraints.Size;
import org.guildhall.api.CrmRecord;
import org.guildhall.api.PartOf;
import org.guildhall.model.StoredPart;

/** An event that a webhook is for. */
@Entity
@CrmRecord
@PartOf(value = "webhooks.webhook", field = "events")
public class WebhookEvent extends StoredPart {
    /** {@code customer.contact.created}, {@code customer.contact.*}, {@code customer.*} or {@code *}. */
    @NotNull
    @Size(max = 125)
    private String name;
}
