/* Copyright the Guildhall authors. SPDX-License-Identifier: Apache-2.0 */
package org.guildhall.webhooks.internal;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.guildhall.api.Ids;
import org.guildhall.api.Values;
import org.guildhall.api.platform.HealthCheck;
import org.guildhall.api.platform.RecordService;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/** Looks for webhooks that can't be reached, and for deliveries that were given up. */
@Component
public final class WebhookCheck implements HealthCheck {
    private final Lanes lanes;
    private final BreakerTable breakers;
    private final DeliveryTable deliveries;
    private final AddressGuard guard;

    @Activate
    public WebhookCheck(
            @Reference RecordService records,
            @Reference WebhookType type,
            @Reference SecretTable secrets,
            @Reference BreakerTable breakers,
            @Reference DeliveryTable deliveries,
            @Reference AddressGuard guard) {
        this.lanes = new Lanes(records, type, secrets, breakers);
        this.breakers = breakers;
        this.deliveries = deliveries;
        this.guard = guard;
    }

    @Override
    public List<Finding> check(Limits limits) {
        List<Finding> findings = new ArrayList<>();
        if (guard.mistake() != null) {
            findings.add(finding(
                    "allowedAddresses in etc/org.guildhall.webhooks.cfg can't be used: " + guard.mistake(),
                    "Put it right there; what it allowed before the mistake holds until then."));
        }
        Map<Long, Breaker> failing = breakers.all();
        Map<Long, long[]> counts = deliveries.counts();
        for (Values webhook : lanes.webhooks()) {
            long id = (Long) webhook.get("id");
            String name = "The webhook " + Ids.format(id);
            Breaker breaker = failing.getOrDefault(id, Breaker.CLOSED);
            if (webhook.get("disabledReason") != null) {
                findings.add(finding(
                        name + " was switched off: " + webhook.get("disabledReason") + ".",
                        "See by guildhall:webhooks why; put its receiver right and set active to true."));
            } else if (breaker.isPaused(System.currentTimeMillis())) {
                findings.add(finding(
                        name + " failed " + breaker.failures() + " times in a row, and pauses.",
                        "See by guildhall:webhooks why; it is tried again by itself, or when its record is changed."));
            }
            long failed = counts.getOrDefault(id, new long[DeliveryTable.FAILED + 1])[DeliveryTable.FAILED];
            if (failed > 0) {
                findings.add(finding(
                        "Of the deliveries of the webhook " + Ids.format(id) + " " + failed + " were given up.",
                        "Have them sent again by its operation replay; after thirty days they are forgotten."));
            }
        }
        return findings;
    }

    private static Finding finding(String text, String advice) {
        return new Finding(Severity.WARNING, "webhook.failed", text, advice);
    }
}
