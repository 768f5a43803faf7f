/* Copyright the Guildhall authors. SPDX-License-Identifier: Apache-2.0 */
package org.guildhall.security.internal;

import static org.guildhall.security.internal.TestTables.ADA;
import static org.guildhall.security.internal.TestTables.ADMIN;
import static org.guildhall.security.internal.TestTables.BOB;
import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertThrows;
import static org.junit.Assert.assertTrue;

import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.guildhall.api.Caller;
import org.guildhall.api.platform.Authentication;
import org.junit.Before;
import org.junit.Test;

public class JdbcAuthenticationTest {
    private static final String HASH = Passwords.hash("correct horse", 1_000);

    private TestTables tables;
    private JdbcAuthentication authentication;
    private long now = 17;
    private Instant clock = Fakes.NOW;

    @Before
    public void open() throws SQLException {
        tables = new TestTables();
        authentication =
                new JdbcAuthentication(tables, null, null, new PasswordTries(() -> now), () -> now, () -> clock);
        tables.run("insert into gh_credential values (?, ?), (?, ?)", ADA, HASH, BOB, HASH);
    }

    private void passMillis(long millis) {
        now += TimeUnit.MILLISECONDS.toNanos(millis);
    }

    private static String basic(String name, String password) {
        return "Basic " + Base64.getEncoder().encodeToString((name + ":" + password).getBytes(StandardCharsets.UTF_8));
    }

    private Optional<Caller> call(String header) {
        return authentication.authenticate(header, "10.0.0.1");
    }

    private void token(long holder, String expiresAt, String scopes) {
        tables.run("insert into gh_credential values (50, ?)", Credentials.sha256("gh_token"));
        tables.run(
                "insert into security_token values (50, ?, null, 0, ?, timestamp('" + expiresAt + "'), ?)",
                holder,
                holder,
                scopes);
    }

    @Test
    public void aNameAndItsPassword() {
        assertEquals(Optional.of(new Caller(ADA, "ada", List.of())), call(basic("ada", "correct horse")));
        assertEquals(Optional.empty(), call(basic("ada", "correct mouse")));
        assertEquals(Optional.empty(), call(basic("Ada", "correct horse")));
        assertEquals("not active", Optional.empty(), call(basic("bob", "correct horse")));
        assertEquals("no password", Optional.empty(), call(basic("admin", "correct horse")));
        assertEquals("unknown", Optional.empty(), call(basic("nobody", "correct horse")));
    }

    @Test
    public void whatIsNoHeaderIsNobody() {
        for (String header : new String[] {
            null,
            "",
            "Basic",
            "Basic ",
            "Basic ???",
            "Basic " + Base64.getEncoder().encodeToString(new byte[] {65}),
            "Digest x",
            "Bearer "
        }) {
            assertEquals(Optional.empty(), call(header));
        }
    }

    @Test
    public void aTokenSpeaksForItsUser() {
        token(ADA, "2026-11-22 08:30:01", " customer.contact:read  *:export ");
        assertEquals(
                Optional.of(new Caller(ADA, "ada", List.of("customer.contact:read", "*:export"))),
                call("Bearer gh_token"));
        assertEquals(Optional.empty(), call("Bearer gh_other"));
        passMillis(1_000);
        clock = clock.plusSeconds(1);
        assertEquals("expired", Optional.empty(), call("Bearer gh_token"));
    }

    @Test
    public void theHashOfAPasswordIsNoToken() {
        tables.run(
                "insert into security_token values (?, null, null, 0, ?, timestamp('2027-01-01 00:00:00'), null)",
                ADA,
                ADA);
        assertEquals(Optional.empty(), call("Bearer " + HASH));
    }

    @Test
    public void aTokenOfABinnedRecordOrOfAnInactiveUserIsNone() {
        token(ADA, "2027-01-01 00:00:00", null);
        assertTrue(call("Bearer gh_token").isPresent());
        tables.run("update security_token set bin = id");
        passMillis(1_000);
        assertEquals(Optional.empty(), call("Bearer gh_token"));
        tables.run("update security_token set bin = 0, holder = ?", BOB);
        assertEquals(Optional.empty(), call("Bearer gh_token"));
        tables.run("update security_token set holder = ?", ADMIN);
        assertTrue(call("Bearer gh_token").isPresent());
    }

    @Test
    public void whatAHeaderStandsForIsRememberedForASecond() {
        assertTrue(call(basic("ada", "correct horse")).isPresent());
        tables.run("update gh_credential set hash = ?", Passwords.hash("new", 1_000));
        passMillis(999);
        assertTrue(call(basic("ada", "correct horse")).isPresent());
        passMillis(1);
        assertEquals(Optional.empty(), call(basic("ada", "correct horse")));
        assertTrue(call(basic("ada", "new")).isPresent());
    }

    @Test
    public void wrongPasswordsHaveToWaitWhetherTheNameIsKnownOrNot() {
        for (String name : List.of("ada", "nobody")) {
            for (int i = 0; i < 5; i++) {
                assertEquals(Optional.empty(), call(basic(name, "guess " + i)));
            }
            Authentication.Throttled throttled =
                    assertThrows(Authentication.Throttled.class, () -> call(basic(name, "guess")));
            assertEquals(1, throttled.seconds());
        }
        assertThrows(Authentication.Throttled.class, () -> call(basic("ada", "correct horse")));
        passMillis(1_000);
        assertTrue(call(basic("ada", "correct horse")).isPresent());
    }

    @Test
    public void aHeaderThatWasGoodIsNeverMadeToWait() {
        assertTrue(call(basic("ada", "correct horse")).isPresent());
        for (int i = 0; i < 5; i++) {
            call(basic("ada", "guess " + i));
        }
        assertThrows(Authentication.Throttled.class, () -> call(basic("ada", "guess")));
        passMillis(1_000);
        call(basic("ada", "guess"));
        assertThrows(Authentication.Throttled.class, () -> call(basic("ada", "guess")));
        assertTrue(call(basic("ada", "correct horse")).isPresent());
    }

    @Test
    public void aUserWhoWasRenamedIsAskedAgain() {
        assertTrue(call(basic("ada", "correct horse")).isPresent());
        tables.run("update security_user set name = 'lovelace' where id = ?", ADA);
        passMillis(1_000);
        assertEquals(Optional.empty(), call(basic("ada", "correct horse")));
        assertEquals(
                "lovelace",
                call(basic("lovelace", "correct horse")).orElseThrow().name());
    }

    @Test
    public void aTokenIsForAnActiveUser() {
        assertThrows(
                IllegalArgumentException.class,
                () -> authentication.issueToken("bob", "x", java.time.Duration.ofDays(1)));
    }
}
