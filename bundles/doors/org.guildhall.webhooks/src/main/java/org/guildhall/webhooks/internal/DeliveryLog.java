/* Copyright the Guildhall authors. SPDX-License-Identifier: Apache-2.0 */
package org.guildhall.webhooks.internal;

import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.guildhall.api.Values;
import org.guildhall.api.platform.Schema;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Keeps the log within bounds: thirty days, and so many that wait for one webhook; used by one thread. */
final class DeliveryLog {
    private static final Logger LOG = LoggerFactory.getLogger(DeliveryLog.class);
    private static final long KEPT_MILLIS = TimeUnit.DAYS.toMillis(30);
    private static final long EVERY_MILLIS = TimeUnit.HOURS.toMillis(1);
    private static final long MOST_WAITING = 1_000_000;
    private static final int CHUNK = 500;

    private final Schema schema;
    private final DeliveryTable table;
    private final Lanes lanes;
    private long next;
    private boolean more;

    DeliveryLog(DeliveryTable table, Lanes lanes) {
        this.schema = table.schema();
        this.table = table;
        this.lanes = lanes;
    }

    /** A little at a time, so that what is to be sent does not wait; whether there is more to do. */
    boolean cleanUp(long now) {
        if (!more && now < next) {
            return false;
        }
        next = now + EVERY_MILLIS;
        if (!more) {
            table.counts().forEach((webhook, counts) -> stopIfTooMany(webhook, counts[DeliveryTable.WAITING]));
        }
        more = remove(now - KEPT_MILLIS);
        return more;
    }

    private void stopIfTooMany(long webhook, long waiting) {
        Lane lane = lanes.get(webhook);
        if (waiting > MOST_WAITING && lane != null && lane.settings().active()) {
            lanes.update(
                    webhook,
                    Values.builder()
                            .put("active", false)
                            .put("disabledReason", "tooManyWaiting")
                            .build());
            LOG.warn(
                    "The webhook {} is switched off: {} deliveries wait",
                    lane.settings().address(),
                    waiting);
        }
    }

    /** Ids rise with time; whether there may be more. */
    private boolean remove(long limit) {
        return schema.call(connection -> {
            List<Long> old = new ArrayList<>();
            try (PreparedStatement select = connection.prepareStatement(
                            "select id, created_at from gh_delivery order by id fetch first " + CHUNK + " rows only");
                    ResultSet rows = select.executeQuery()) {
                while (rows.next() && rows.getLong(2) < limit) {
                    old.add(rows.getLong(1));
                }
            }
            if (old.isEmpty()) {
                return false;
            }
            try (PreparedStatement delete = connection.prepareStatement("delete from gh_delivery where id = ?")) {
                for (long id : old) {
                    delete.setLong(1, id);
                    delete.addBatch();
                }
                delete.executeBatch();
            }
            return old.size() == CHUNK;
        });
    }
}
