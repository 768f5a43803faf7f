/* Copyright the Guildhall authors. SPDX-License-Identifier: Apache-2.0 */
package org.guildhall.webhooks.internal;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import javax.validation.constraints.Size;
import org.guildhall.api.Finding;
import org.guildhall.api.ForRecord;
import org.guildhall.api.Operates;
import org.guildhall.api.Operation;
import org.guildhall.api.Problem;
import org.guildhall.api.Ref;
import org.guildhall.api.Work;
import org.guildhall.api.platform.PlatformWork;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/** Sends deliveries of the log once more: one of them, or those that did not get through. */
@Component(service = Operation.class)
@ForRecord(WebhookType.NAME)
@Operates(name = "replay")
public final class Replay implements Operation<Replay.Input, Replay.Output> {
    private static final String AGAIN =
            "update gh_delivery set state = 0, attempts = 0, due = 0, answer = 0, error = null where webhook = ?";

    /**
     * @param delivery one, whatever has become of it; all that failed or wait when left out
     * @param since only what was written since then
     */
    public record Input(@Size(max = 20) String delivery, Instant since) {}

    /** @param deliveries how many are sent once more */
    public record Output(Long deliveries) {}

    /** @param table not used: it is there */
    @Activate
    public Replay(@Reference DeliveryTable table) {}

    @Override
    public Output run(Ref on, Input input, Work work) {
        Connection connection = ((PlatformWork) work).transaction().connection();
        try {
            long number = input.delivery() == null
                    ? failed(connection, on.id(), input.since())
                    : one(connection, on.id(), input.delivery());
            // The server whose duty the deliveries are hears of it so.
            work.emit("deliveriesReplayed", on);
            return new Output(number);
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    private static long failed(Connection connection, long webhook, Instant since) throws SQLException {
        try (PreparedStatement update = connection.prepareStatement(
                AGAIN + " and state <> " + DeliveryTable.DELIVERED + " and created_at >= ?")) {
            update.setLong(1, webhook);
            update.setLong(2, since == null ? 0 : since.toEpochMilli());
            return update.executeUpdate();
        }
    }

    private static long one(Connection connection, long webhook, String delivery) throws SQLException {
        try (PreparedStatement update = connection.prepareStatement(AGAIN + " and id = ?")) {
            update.setLong(1, webhook);
            update.setLong(2, Delivery.parse(delivery));
            if (update.executeUpdate() == 0) {
                throw Problem.invalid(List.of(new Finding("delivery", "webhooks.delivery", "delivery")));
            }
            return 1;
        }
    }
}
