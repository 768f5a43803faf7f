/* Copyright the Guildhall authors. SPDX-License-Identifier: Apache-2.0 */
package org.guildhall.webhooks.internal;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.guildhall.api.platform.Schema;
import org.guildhall.api.platform.Table;
import org.guildhall.api.platform.Table.Column;
import org.guildhall.api.platform.Table.Type;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/** The webhooks that have failed since they were reached last ({@code gh_webhook_failure}). */
@Component(service = BreakerTable.class)
public final class BreakerTable {
    private static final Table FAILURES = new Table(
            "gh_webhook_failure",
            List.of(
                    new Column("webhook", Type.INTEGER, 0, true),
                    new Column("failures", Type.INTEGER, 0, true),
                    new Column("pauses", Type.INTEGER, 0, true),
                    new Column("paused_until", Type.INTEGER, 0, true),
                    new Column("error", Type.TEXT, 255, false)),
            List.of("webhook"),
            List.of());

    private final Schema schema;

    @Activate
    public BreakerTable(@Reference Schema schema) {
        this.schema = schema;
        schema.ensure(FAILURES);
    }

    Map<Long, Breaker> all() {
        return schema.read(connection -> {
            try (PreparedStatement select = connection.prepareStatement(
                            "select webhook, failures, pauses, paused_until, error from gh_webhook_failure");
                    ResultSet rows = select.executeQuery()) {
                Map<Long, Breaker> all = new HashMap<>();
                while (rows.next()) {
                    all.put(
                            rows.getLong(1),
                            new Breaker(rows.getInt(2), rows.getInt(3), rows.getLong(4), rows.getString(5)));
                }
                return all;
            }
        });
    }

    void forget(long webhook) {
        schema.call(connection -> {
            remove(connection, webhook);
            return null;
        });
    }

    static void store(Connection connection, long webhook, Breaker breaker) throws SQLException {
        if (breaker.failures() == 0) {
            remove(connection, webhook);
            return;
        }
        for (String statement : List.of(
                "update gh_webhook_failure set failures = ?, pauses = ?, paused_until = ?, error = ? where webhook = ?",
                "insert into gh_webhook_failure (failures, pauses, paused_until, error, webhook)"
                        + " values (?, ?, ?, ?, ?)")) {
            try (PreparedStatement write = connection.prepareStatement(statement)) {
                write.setInt(1, breaker.failures());
                write.setInt(2, breaker.pauses());
                write.setLong(3, breaker.pausedUntil());
                write.setString(4, DeliveryTable.cut(breaker.error()));
                write.setLong(5, webhook);
                if (write.executeUpdate() == 1) {
                    return;
                }
            }
        }
    }

    static void remove(Connection connection, long webhook) throws SQLException {
        try (PreparedStatement delete =
                connection.prepareStatement("delete from gh_webhook_failure where webhook = ?")) {
            delete.setLong(1, webhook);
            delete.executeUpdate();
        }
    }
}
