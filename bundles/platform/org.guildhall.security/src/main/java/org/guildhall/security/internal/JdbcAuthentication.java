/* Copyright the Guildhall authors. SPDX-License-Identifier: Apache-2.0 */
package org.guildhall.security.internal;

import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.guildhall.api.CallContext;
import org.guildhall.api.Caller;
import org.guildhall.api.platform.Authentication;
import org.guildhall.api.platform.Schema;
import org.guildhall.api.platform.UnitOfWork;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/**
 * Looks users and tokens up in their tables. What a header stands for is remembered for a second, so that a revoked token
 * or a changed password ends everywhere within one; a password is hashed again only when its user's stored hash has
 * changed.
 */
@Component
public final class JdbcAuthentication implements Authentication {
    private static final String USER_BY_TOKEN = "select u.id, u.name, t.expires_at, t.scopes from gh_credential c"
            + " join security_token t on t.id = c.record_id and t.bin = 0"
            + " join security_user u on u.id = t.holder and u.bin = 0"
            + " where c.hash = ? and u.active = ?";
    private static final String USER_BY_NAME = "select u.id, u.name, c.hash from security_user u"
            + " left join gh_credential c on c.record_id = u.id"
            + " where u.name = ? and u.bin = 0 and u.active = ?";

    private static final long REMEMBERED_NANOS = TimeUnit.SECONDS.toNanos(1);
    private static final int MOST_REMEMBERED = 10_000;
    /** Hashed in place of an unknown user's, so that the time taken does not tell who is one. */
    private static final String NOBODY = Passwords.none();

    private final Schema schema;
    private final UnitOfWork unitOfWork;
    private final IssuedTokens tokens;
    private final PasswordTries tries;
    private final LongSupplier nanos;
    private final InstantSource clock;
    private final Map<String, Known> known = new ConcurrentHashMap<>();

    /** A header that was found good, when, and the stored password that it matched, if it holds one. */
    private record Known(Caller caller, long at, String password) {}

    private record User(long id, String name, String password) {}

    /** @param first not used: nobody signs in before it has done its work */
    @Activate
    public JdbcAuthentication(
            @Reference Schema schema,
            @Reference UnitOfWork unitOfWork,
            @Reference IssuedTokens tokens,
            @Reference PasswordTries tries,
            @Reference FirstAdministrator first) {
        this(schema, unitOfWork, tokens, tries, System::nanoTime, InstantSource.system());
    }

    JdbcAuthentication(
            Schema schema,
            UnitOfWork unitOfWork,
            IssuedTokens tokens,
            PasswordTries tries,
            LongSupplier nanos,
            InstantSource clock) {
        this.schema = schema;
        this.unitOfWork = unitOfWork;
        this.tokens = tokens;
        this.tries = tries;
        this.nanos = nanos;
        this.clock = clock;
    }

    @Override
    public Optional<Caller> authenticate(String authorization, String address) {
        String[] parts = authorization == null ? new String[0] : authorization.split(" ", 2);
        if (parts.length < 2) {
            return Optional.empty();
        }
        String key = Credentials.sha256(authorization);
        Known before = known.get(key);
        if (before != null && nanos.getAsLong() - before.at() < REMEMBERED_NANOS) {
            return Optional.of(before.caller());
        }
        Known now =
                switch (parts[0].toLowerCase(Locale.ROOT)) {
                    case "bearer" -> byToken(parts[1].strip());
                    case "basic" -> byPassword(parts[1].strip(), address, key);
                    default -> null;
                };
        if (now == null) {
            known.remove(key);
            return Optional.empty();
        }
        remember(key, now);
        return Optional.of(now.caller());
    }

    private void remember(String key, Known found) {
        if (known.size() >= MOST_REMEMBERED) {
            known.clear();
        }
        known.put(key, found);
    }

    private Known byToken(String token) {
        String hash = Credentials.sha256(token);
        Optional<Caller> caller = schema.read(
                connection -> first(Statements.select(connection, USER_BY_TOKEN, this::unlessExpired, hash, true)));
        return caller.map(one -> new Known(one, nanos.getAsLong(), null)).orElse(null);
    }

    private Optional<Caller> unlessExpired(ResultSet row) throws SQLException {
        Instant expiresAt = row.getTimestamp(3).toLocalDateTime().toInstant(ZoneOffset.UTC);
        return expiresAt.isAfter(clock.instant())
                ? Optional.of(new Caller(row.getLong(1), row.getString(2), TokenScopes.of(row.getString(4))))
                : Optional.empty();
    }

    private static <T> Optional<T> first(List<Optional<T>> rows) {
        return rows.stream().flatMap(Optional::stream).findFirst();
    }

    private Known byPassword(String credentials, String address, String key) {
        String[] pair;
        try {
            pair = new String(Base64.getDecoder().decode(credentials), StandardCharsets.UTF_8).split(":", 2);
        } catch (IllegalArgumentException e) {
            return null;
        }
        if (pair.length < 2) {
            return null;
        }
        Known before = known.get(key);
        User user = schema.read(connection -> find(connection, pair[0], before));
        String stored = user == null || user.password() == null ? NOBODY : user.password();
        Known found = user == null
                ? null
                : new Known(new Caller(user.id(), user.name(), List.of()), nanos.getAsLong(), stored);
        boolean right = isKnown(key, stored)
                || tries.match(pair[0], address, () -> isKnown(key, stored) || isRight(pair[1], stored, key, found));
        return right ? found : null;
    }

    /** Remembers it at once, for those who wait with the same header. */
    private boolean isRight(String password, String stored, String key, Known found) {
        boolean right = Passwords.matches(password, stored);
        if (right && found != null) {
            remember(key, found);
        }
        return right;
    }

    /** Whether the header was found good with this very stored password. */
    private boolean isKnown(String key, String stored) {
        Known before = known.get(key);
        return before != null && stored.equals(before.password());
    }

    /** The active user of a name; where the header was good before, by his id, which is faster. */
    private static User find(Connection connection, String name, Known before) throws SQLException {
        if (before != null) {
            User same = exact(
                    name,
                    Statements.select(
                            connection,
                            USER_BY_NAME + " and u.id = ?",
                            JdbcAuthentication::user,
                            name,
                            true,
                            before.caller().id()));
            if (same != null) {
                return same;
            }
        }
        return exact(name, Statements.select(connection, USER_BY_NAME, JdbcAuthentication::user, name, true));
    }

    /** Not every database compares to the last blank. */
    private static User exact(String name, List<User> users) {
        return users.stream()
                .filter(user -> user.name().equals(name))
                .findFirst()
                .orElse(null);
    }

    private static User user(ResultSet row) throws SQLException {
        return new User(row.getLong(1), row.getString(2), row.getString(3));
    }

    @Override
    public String issueToken(String user, String name, Duration validity, List<String> scopes) {
        User found = schema.read(connection -> find(connection, user, null));
        if (found == null) {
            throw new IllegalArgumentException("There is no active user " + user + ".");
        }
        Instant now = clock.instant().truncatedTo(ChronoUnit.MICROS);
        CallContext context =
                new CallContext(Caller.SERVER, "shell", UUID.randomUUID().toString(), Locale.ENGLISH, now);
        return unitOfWork
                .write(
                        context,
                        transaction -> tokens.issue(
                                transaction, found.id(), name, now.plus(validity), String.join(" ", scopes)))
                .text();
    }
}
