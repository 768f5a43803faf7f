/* Copyright the Guildhall authors. SPDX-License-Identifier: Apache-2.0 */
package org.guildhall.benchmarks;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import javax.ws.rs.NotAuthorizedException;

/** Whom tokens stand for, by Guildhall's tables. */
final class Callers {
    private static final String USER = "select u.id, t.expires_at from gh_credential c"
            + " join security_token t on t.id = c.record_id and t.bin = 0"
            + " join security_user u on u.id = t.holder and u.bin = 0 where c.hash = ? and u.active = ?";

    private final long rememberedNanos;
    private final long own;
    private final Map<String, Known> known = new ConcurrentHashMap<>();

    private record Known(long user, long at) {}

    private record Row(long user, Instant expiresAt) {}

    /**
     * @param rememberedMillis for how long a token is not looked up again; Guildhall's is a second
     * @param own the user who sees his own records only
     */
    Callers(int rememberedMillis, long own) {
        this.rememberedNanos = TimeUnit.MILLISECONDS.toNanos(rememberedMillis);
        this.own = own;
    }

    long of(Connection connection, String authorization) throws SQLException {
        Known before = known.get(authorization);
        if (before != null && System.nanoTime() - before.at() < rememberedNanos) {
            return before.user();
        }
        List<Row> rows = new Select(USER)
                .add("", hash(authorization.substring("Bearer ".length())), true)
                .rows(
                        connection,
                        row -> new Row(row.getLong(1), row.getTimestamp(2).toInstant()));
        if (rows.isEmpty() || !rows.get(0).expiresAt().isAfter(Instant.now())) {
            throw new NotAuthorizedException("Bearer");
        }
        known.put(authorization, new Known(rows.get(0).user(), System.nanoTime()));
        return rows.get(0).user();
    }

    boolean seesOwnOnly(long user) {
        return user == own;
    }

    private static String hash(String token) {
        try {
            return HexFormat.of()
                    .formatHex(MessageDigest.getInstance("SHA-256").digest(token.getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
