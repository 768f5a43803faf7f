/* Copyright the Guildhall authors. SPDX-License-Identifier: Apache-2.0 */
package org.guildhall.webhooks.internal;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
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

/**
 * What webhooks sign with ({@code gh_webhook_secret}). As they are, because a signature needs them; no record, history or
 * log holds them.
 */
@Component(service = SecretTable.class)
public final class SecretTable {
    private static final Table SECRETS = new Table(
            "gh_webhook_secret",
            List.of(
                    new Column("webhook", Type.INTEGER, 0, true),
                    new Column("secret", Type.TEXT, 64, true),
                    new Column("former", Type.TEXT, 64, false),
                    new Column("former_until", Type.INTEGER, 0, true)),
            List.of("webhook"),
            List.of());

    private final Schema schema;

    /** @param former the secret before, which signs too until a time in milliseconds; null for none */
    record Secrets(String secret, String former, long formerUntil) {
        List<String> at(Instant now) {
            return former != null && now.toEpochMilli() < formerUntil ? List.of(secret, former) : List.of(secret);
        }
    }

    @Activate
    public SecretTable(@Reference Schema schema) {
        this.schema = schema;
        schema.ensure(SECRETS);
    }

    Map<Long, Secrets> all() {
        return schema.read(connection -> {
            try (PreparedStatement select = connection.prepareStatement(
                            "select webhook, secret, former, former_until from gh_webhook_secret");
                    ResultSet rows = select.executeQuery()) {
                Map<Long, Secrets> all = new HashMap<>();
                while (rows.next()) {
                    all.put(rows.getLong(1), new Secrets(rows.getString(2), rows.getString(3), rows.getLong(4)));
                }
                return all;
            }
        });
    }

    /** Whether there was one before. */
    static boolean rotate(Connection connection, long webhook, String secret, Instant formerUntil) throws SQLException {
        try (PreparedStatement update = connection.prepareStatement(
                "update gh_webhook_secret set former = secret, secret = ?, former_until = ? where webhook = ?")) {
            update.setString(1, secret);
            update.setLong(2, formerUntil.toEpochMilli());
            update.setLong(3, webhook);
            if (update.executeUpdate() == 1) {
                return true;
            }
        }
        insert(connection, webhook, secret);
        return false;
    }

    private static void insert(Connection connection, long webhook, String secret) throws SQLException {
        try (PreparedStatement insert = connection.prepareStatement(
                "insert into gh_webhook_secret (webhook, secret, former_until) values (?, ?, 0)")) {
            insert.setLong(1, webhook);
            insert.setString(2, secret);
            insert.executeUpdate();
        }
    }

    static void remove(Connection connection, long webhook) throws SQLException {
        try (PreparedStatement delete =
                connection.prepareStatement("delete from gh_webhook_secret where webhook = ?")) {
            delete.setLong(1, webhook);
            delete.executeUpdate();
        }
    }
}
