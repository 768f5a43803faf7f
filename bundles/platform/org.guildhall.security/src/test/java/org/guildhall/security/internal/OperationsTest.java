/* Copyright the Guildhall authors. SPDX-License-Identifier: Apache-2.0 */
package org.guildhall.security.internal;

import static org.guildhall.security.internal.TestTables.ADA;
import static org.guildhall.security.internal.TestTables.ADMIN;
import static org.guildhall.security.internal.TestTables.BOB;
import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertFalse;
import static org.junit.Assert.assertNull;
import static org.junit.Assert.assertThrows;
import static org.junit.Assert.assertTrue;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.guildhall.api.CallContext;
import org.guildhall.api.Problem;
import org.guildhall.api.Ref;
import org.guildhall.api.Values;
import org.guildhall.api.platform.Access;
import org.guildhall.api.platform.Journal;
import org.junit.After;
import org.junit.Before;
import org.junit.Test;

public class OperationsTest {
    private static final Access GRANTING = Fakes.allowing("security.grant");
    private static final Access POOR = Fakes.allowing("security.self");
    private static final CallContext ADA_CALLS = Fakes.user(ADA);
    private static final String PASSWORD = "a new long password";

    private final List<Object[]> journaled = new ArrayList<>();
    private final Journal journal = Fakes.of(Journal.class, Map.of("append", journaled::add));
    private TestTables tables;
    private Connection connection;
    private Credentials credentials;
    private Fakes fakes;

    @Before
    public void open() throws SQLException {
        tables = new TestTables();
        connection = tables.connection();
        credentials = new Credentials(tables);
        fakes = new Fakes(connection);
    }

    @After
    public void close() throws SQLException {
        connection.close();
    }

    private void set(Access access, long user, String password, String current) {
        new SetPassword(access, credentials, new PasswordTries(() -> 0))
                .run(new Ref("security.user", user), new SetPassword.Input(password, current), fakes.work(ADA_CALLS));
    }

    private IssueToken.Output issue(Access access, long user, String name, Integer days, String scopes) {
        return new IssueToken(access, new IssuedTokens(new SecurityTypes(), journal, credentials))
                .run(new Ref("security.user", user), new IssueToken.Input(name, days, scopes), fakes.work(ADA_CALLS));
    }

    private static String forbidden(Runnable action) {
        Problem problem = assertThrows(Problem.class, action::run);
        assertEquals(Problem.Kind.FORBIDDEN, problem.kind());
        return problem.code();
    }

    private static String finding(Runnable action) {
        return assertThrows(Problem.class, action::run).findings().get(0).code();
    }

    @Test
    public void onesOwnPasswordNeedsTheCurrentOne() {
        credentials.put(connection, ADA, Passwords.hash("before", 1_000));
        assertEquals("security.password-wrong", forbidden(() -> set(GRANTING, ADA, PASSWORD, null)));
        assertEquals("security.password-wrong", forbidden(() -> set(GRANTING, ADA, PASSWORD, "after")));
        set(POOR, ADA, PASSWORD, "before");
        assertTrue(Passwords.matches(PASSWORD, credentials.find(connection, ADA).orElseThrow()));
        assertEquals(List.of("passwordSet"), fakes.emitted);
    }

    @Test
    public void theCurrentPasswordIsNotGuessedForLong() {
        credentials.put(connection, ADA, Passwords.hash("before", 1_000));
        SetPassword operation = new SetPassword(POOR, credentials, new PasswordTries(() -> 0));
        for (int i = 0; i < 5; i++) {
            String guess = "guess " + i;
            assertEquals("security.password-wrong", forbidden(() -> run(operation, guess)));
        }
        assertEquals("security.too-many-tries", forbidden(() -> run(operation, "before")));
    }

    private void run(SetPassword operation, String current) {
        operation.run(new Ref("security.user", ADA), new SetPassword.Input(PASSWORD, current), fakes.work(ADA_CALLS));
    }

    @Test
    public void othersPasswordsAreForThoseWhoGrant() {
        assertEquals(
                "security.grant-needed",
                assertThrows(Problem.class, () -> set(POOR, BOB, PASSWORD, null))
                        .code());
        set(GRANTING, BOB, PASSWORD, null);
        assertTrue(Passwords.matches(PASSWORD, credentials.find(connection, BOB).orElseThrow()));
        set(GRANTING, BOB, PASSWORD + "!", null);
        assertFalse(
                Passwords.matches(PASSWORD, credentials.find(connection, BOB).orElseThrow()));
    }

    @Test
    public void passwordsAreNeitherShortNorEndless() {
        for (String bad : new String[] {null, "", "eleven char", "x".repeat(201)}) {
            assertEquals("security.password-length", finding(() -> set(GRANTING, BOB, bad, null)));
        }
    }

    @Test
    public void aTokenForOneself() {
        IssueToken.Output output = issue(POOR, ADA, "my program", null, "customer.contact:read  *:export");
        assertEquals(Fakes.NOW.plus(Duration.ofDays(365)), output.expiresAt());
        assertEquals(
                Credentials.sha256(output.token()),
                credentials.find(connection, output.id()).orElseThrow());
        Values record = fakes.inserted.get(0);
        assertEquals(ADA, record.get("holder"));
        assertEquals(ADA, record.get("owner"));
        assertEquals("customer.contact:read *:export", record.get("scopes"));
        assertEquals("my program", record.get("name"));
        assertEquals(1, journaled.size());
        assertEquals("create", journaled.get(0)[2]);
        assertEquals(output.id(), journaled.get(0)[3]);
        Values journalRow = (Values) journaled.get(0)[6];
        journalRow.forEach((name, value) -> assertFalse(String.valueOf(value).contains(output.token())));
    }

    @Test
    public void aTokenForAnotherIsForThoseWhoGrant() {
        assertThrows(Problem.class, () -> issue(POOR, ADMIN, "x", 1, null));
        IssueToken.Output output = issue(GRANTING, ADMIN, "x", 3_650, " ");
        assertEquals(Fakes.NOW.plus(Duration.ofDays(3_650)), output.expiresAt());
        assertNull(fakes.inserted.get(0).get("scopes"));
    }

    @Test
    public void whatATokenCanNotBe() {
        assertEquals("security.token-days", finding(() -> issue(POOR, ADA, "x", 0, null)));
        assertEquals("security.token-days", finding(() -> issue(POOR, ADA, "x", 3_651, null)));
        assertEquals("security.token-scopes", finding(() -> issue(POOR, ADA, "x", 1, "everything")));
        assertEquals("field.required", finding(() -> issue(POOR, ADA, " ", 1, null)));
        assertEquals("field.too-long", finding(() -> issue(POOR, ADA, "x".repeat(101), 1, null)));
        assertEquals(
                "security.user-inactive",
                assertThrows(Problem.class, () -> issue(GRANTING, BOB, "x", 1, null))
                        .code());
    }
}
