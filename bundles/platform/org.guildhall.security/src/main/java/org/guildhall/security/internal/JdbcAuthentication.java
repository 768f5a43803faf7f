/* Copyright the Guildhall authors. SPDX-License-Identifier: Apache-2.0 */
package org.guildhall.security.internal;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.guildhall.api.Caller;
import org.guildhall.api.platform.Authentication;
import org.guildhall.api.platform.IdSource;
import org.guildhall.api.platform.Schema;
import org.guildhall.api.platform.Table;
import org.guildhall.api.platform.Table.Column;
import org.guildhall.api.platform.Table.Index;
import org.guildhall.api.platform.Table.Type;
import org.osgi.framework.BundleContext;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/**
 * Users and tokens in {@code gh_user} and {@code gh_token}. What a header stands for is remembered for a second, so that
 * a revoked token or a changed password ends everywhere within one; a password is hashed again only when its user's
 * stored hash has changed.
 */
@Component
public final class JdbcAuthentication implements Authentication {
    private static final Table USERS = new Table(
            "gh_user",
            List.of(
                    new Column("id", Type.INTEGER, 0, true),
                    new Column("name", Type.TEXT, 100, true),
                    new Column("password", Type.TEXT, 200, true),
                    new Column("active", Type.BOOLEAN, 0, true)),
            List.of("id"),
            List.of(new Index(true, List.of("name"))));
    private static final Table TOKENS = new Table(
            "gh_token",
            List.of(
                    new Column("hash", Type.TEXT, 64, true),
                    new Column("user_id", Type.INTEGER, 0, true),
                    new Column("name", Type.TEXT, 100, true),
                    new Column("created_at", Type.TIMESTAMP, 0, true),
                    new Column("expires_at", Type.TIMESTAMP, 0, true)),
            List.of("hash"),
            List.of(new Index(false, List.of("user_id"))));

    private static final String USER_BY_TOKEN = "select u.id, u.name, t.expires_at from gh_token t"
            + " join gh_user u on u.id = t.user_id where t.hash = ? and u.active = ?";
    private static final String USER_BY_NAME = "select id, name, password from gh_user where name = ? and active = ?";

    private static final long REMEMBERED_NANOS = TimeUnit.SECONDS.toNanos(1);
    private static final int MOST_REMEMBERED = 10_000;
    private static final SecureRandom RANDOM = new SecureRandom();
    /** Hashed in place of an unknown user's, so that the time taken does not tell who is one. */
    private static final String NOBODY = Passwords.hash(Passwords.random());

    private final Schema schema;
    private final Map<String, Known> known = new ConcurrentHashMap<>();

    /** A header that was found good, when, and the stored password that it matched, if it holds one. */
    private record Known(Caller caller, long at, String password) {}

    @Activate
    public JdbcAuthentication(@Reference Schema schema, @Reference IdSource ids, BundleContext context) {
        this.schema = schema;
        schema.ensure(USERS);
        schema.ensure(TOKENS);
        FirstAdministrator.create(schema, ids, context);
    }

    @Override
    public Optional<Caller> authenticate(String authorization) {
        if (authorization == null) {
            return Optional.empty();
        }
        String[] parts = authorization.split(" ", 2);
        if (parts.length < 2) {
            return Optional.empty();
        }
        String key = sha256(authorization);
        Known before = known.get(key);
        if (before != null && System.nanoTime() - before.at() < REMEMBERED_NANOS) {
            return Optional.of(before.caller());
        }
        Known now =
                switch (parts[0].toLowerCase(java.util.Locale.ROOT)) {
                    case "bearer" -> byToken(parts[1].strip());
                    case "basic" -> byPassword(parts[1].strip(), before);
                    default -> null;
                };
        if (now == null) {
            known.remove(key);
            return Optional.empty();
        }
        if (known.size() >= MOST_REMEMBERED) {
            known.clear();
        }
        known.put(key, now);
        return Optional.of(now.caller());
    }

    private Known byToken(String token) {
        String hash = sha256(token);
        return schema.call(connection -> {
            try (PreparedStatement select = connection.prepareStatement(USER_BY_TOKEN)) {
                select.setString(1, hash);
                select.setBoolean(2, true);
                try (ResultSet row = select.executeQuery()) {
                    return row.next() && row.getTimestamp(3).toInstant().isAfter(Instant.now())
                            ? new Known(new Caller(row.getLong(1), row.getString(2)), System.nanoTime(), null)
                            : null;
                }
            }
        });
    }

    private Known byPassword(String credentials, Known before) {
        String[] pair;
        try {
            pair = new String(Base64.getDecoder().decode(credentials), StandardCharsets.UTF_8).split(":", 2);
        } catch (IllegalArgumentException e) {
            return null;
        }
        if (pair.length < 2) {
            return null;
        }
        Known stored = schema.call(connection -> {
            try (PreparedStatement select = connection.prepareStatement(USER_BY_NAME)) {
                select.setString(1, pair[0]);
                select.setBoolean(2, true);
                try (ResultSet row = select.executeQuery()) {
                    return row.next()
                            ? new Known(
                                    new Caller(row.getLong(1), row.getString(2)), System.nanoTime(), row.getString(3))
                            : null;
                }
            }
        });
        if (stored != null && before != null && stored.password().equals(before.password())) {
            return stored;
        }
        return matches(pair[1], stored == null ? NOBODY : stored.password()) && stored != null ? stored : null;
    }

    /** One at a time: whoever tries passwords slows down nobody's processor but this one lane. */
    private synchronized boolean matches(String password, String stored) {
        return Passwords.matches(password, stored);
    }

    @Override
    public String issueToken(String user, String name, Duration validity) {
        byte[] bits = new byte[32];
        RANDOM.nextBytes(bits);
        String token = "gh_" + Base64.getUrlEncoder().withoutPadding().encodeToString(bits);
        Instant now = Instant.now();
        schema.call(connection -> {
            try (PreparedStatement insert = connection.prepareStatement(
                    "insert into gh_token (hash, user_id, name, created_at, expires_at) values (?, ?, ?, ?, ?)")) {
                insert.setString(1, sha256(token));
                insert.setLong(2, userId(connection, user));
                insert.setString(3, name);
                insert.setTimestamp(4, Timestamp.from(now));
                insert.setTimestamp(5, Timestamp.from(now.plus(validity)));
                return insert.executeUpdate();
            }
        });
        return token;
    }

    private static long userId(Connection connection, String name) throws SQLException {
        try (PreparedStatement select = connection.prepareStatement(USER_BY_NAME)) {
            select.setString(1, name);
            select.setBoolean(2, true);
            try (ResultSet row = select.executeQuery()) {
                if (!row.next()) {
                    throw new IllegalArgumentException("There is no active user " + name + ".");
                }
                return row.getLong(1);
            }
        }
    }

    private static String sha256(String text) {
        try {
            return HexFormat.of()
                    .formatHex(MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
