/* Copyright the Guildhall authors. SPDX-License-Identifier: Apache-2.0 */
package org.guildhall.webhooks.internal;

import org.guildhall.api.ForRecord;
import org.guildhall.api.RecordDefaults;
import org.guildhall.api.Values;
import org.guildhall.api.Work;
import org.osgi.service.component.annotations.Component;

/** A new webhook is active. */
@Component
@ForRecord(WebhookType.NAME)
public final class WebhookDefaults implements RecordDefaults {
    @Override
    public Values defaults(Values given, Work work) {
        return Values.of("active", true);
    }
}
