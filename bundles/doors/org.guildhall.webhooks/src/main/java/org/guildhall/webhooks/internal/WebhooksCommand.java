/* Copyright the Guildhall authors. SPDX-License-Identifier: Apache-2.0 */
package org.guildhall.webhooks.internal;

import java.time.Instant;
import java.util.Map;
import org.apache.karaf.shell.api.action.Action;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.lifecycle.Reference;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.apache.karaf.shell.support.table.ShellTable;
import org.guildhall.api.Ids;
import org.guildhall.api.Values;
import org.guildhall.api.platform.RecordService;

/** Lists webhooks. */
@Service
@Command(
        scope = "guildhall",
        name = "webhooks",
        description = "Lists webhooks, how they are, and how many of their deliveries wait and have failed")
public final class WebhooksCommand implements Action {
    @Reference
    private RecordService records;

    @Reference
    private WebhookType type;

    @Reference
    private SecretTable secrets;

    @Reference
    private BreakerTable breakers;

    @Reference
    private DeliveryTable deliveries;

    @Override
    public Object execute() {
        ShellTable table = new ShellTable().emptyTableText("There are no webhooks.");
        for (String column : new String[] {"Webhook", "URL", "State", "Waiting", "Failed", "Last error"}) {
            table.column(column);
        }
        Map<Long, SecretTable.Secrets> known = secrets.all();
        Map<Long, Breaker> failing = breakers.all();
        Map<Long, long[]> counts = deliveries.counts();
        for (Values webhook : new Lanes(records, type, secrets, breakers).webhooks()) {
            long id = (Long) webhook.get("id");
            Breaker breaker = failing.getOrDefault(id, Breaker.CLOSED);
            long[] count = counts.getOrDefault(id, new long[DeliveryTable.FAILED + 1]);
            table.addRow()
                    .addContent(
                            Ids.format(id),
                            webhook.get("url"),
                            state(webhook, known.containsKey(id), breaker),
                            count[DeliveryTable.WAITING],
                            count[DeliveryTable.FAILED],
                            breaker.error() == null ? "" : breaker.error());
        }
        table.print(System.out);
        return null;
    }

    private static String state(Values webhook, boolean hasSecret, Breaker breaker) {
        if (!Boolean.TRUE.equals(webhook.get("active"))) {
            return webhook.get("disabledReason") == null ? "off" : "off: " + webhook.get("disabledReason");
        }
        if (!hasSecret) {
            return "no secret";
        }
        long now = System.currentTimeMillis();
        return breaker.isPaused(now)
                ? "paused until " + Instant.ofEpochMilli(breaker.pausedUntil())
                : breaker.failures() > 0 ? "failing" : "active";
    }
}
