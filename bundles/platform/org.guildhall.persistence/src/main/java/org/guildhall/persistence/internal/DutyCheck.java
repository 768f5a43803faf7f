/* Copyright the Guildhall authors. SPDX-License-Identifier: Apache-2.0 */
package org.guildhall.persistence.internal;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.guildhall.api.platform.HealthCheck;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/** Looks for duties whose holder is dead and that nobody takes. */
@Component
public final class DutyCheck implements HealthCheck {
    /** A little longer than it takes another server to see that the holder is dead, and to follow it. */
    private static final long PATIENCE_NANOS = TimeUnit.MILLISECONDS.toNanos(8_500);

    private static final long LOOK_MILLIS = 500;

    private final Database database;

    private record Beat(String holder, long number) {}

    @Activate
    public DutyCheck(@Reference Database database) {
        this.database = database;
    }

    @Override
    public List<Finding> check(Limits limits) {
        try {
            long end = System.nanoTime() + PATIENCE_NANOS;
            Map<String, Beat> still = beats();
            while (!still.isEmpty() && System.nanoTime() < end) {
                Thread.sleep(LOOK_MILLIS);
                Map<String, Beat> now = beats();
                still.entrySet().removeIf(duty -> !duty.getValue().equals(now.get(duty.getKey())));
            }
            return still.entrySet().stream()
                    .map(duty -> stuck(duty.getKey(), duty.getValue().holder()))
                    .toList();
        } catch (SQLException e) {
            throw StoreFailure.problem(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("The check was given up.", e);
        }
    }

    private static Finding stuck(String duty, String holder) {
        return new Finding(
                Severity.WARNING,
                "duty.stuck",
                "The duty " + duty + " is that of the server " + holder + ", which does nothing any more, and no other"
                        + " server takes it.",
                "Start a server that has the plugin of the duty, or forget a subscriber that will not come back by"
                        + " guildhall:journal --forget.");
    }

    private Map<String, Beat> beats() throws SQLException {
        Map<String, Beat> beats = new TreeMap<>();
        try (Connection connection = database.connection();
                PreparedStatement select = connection.prepareStatement("select name, holder, beat from gh_duty");
                ResultSet rows = select.executeQuery()) {
            while (rows.next()) {
                beats.put(rows.getString(1), new Beat(rows.getString(2), rows.getLong(3)));
            }
        }
        return beats;
    }
}
