/* Copyright the Guildhall authors. SPDX-License-Identifier: Apache-2.0 */
package org.guildhall.security.internal;

import static org.guildhall.security.internal.TestTables.ADA;
import static org.guildhall.security.internal.TestTables.ADMIN;
import static org.guildhall.security.internal.TestTables.BERLIN;
import static org.guildhall.security.internal.TestTables.BOB;
import static org.guildhall.security.internal.TestTables.GERMANY;
import static org.guildhall.security.internal.TestTables.SALES;
import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertFalse;
import static org.junit.Assert.assertSame;
import static org.junit.Assert.assertThrows;
import static org.junit.Assert.assertTrue;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.guildhall.api.AccessPolicy;
import org.guildhall.api.CallContext;
import org.guildhall.api.Caller;
import org.guildhall.api.Condition;
import org.guildhall.api.ForRecord;
import org.guildhall.api.Problem;
import org.guildhall.api.Verb;
import org.guildhall.api.platform.FieldKind;
import org.guildhall.api.platform.RecordField;
import org.guildhall.api.platform.RecordType;
import org.guildhall.api.platform.TypeAccess;
import org.guildhall.api.platform.Visibility;
import org.junit.Before;
import org.junit.Test;

public class RoleAccessTest {
    private static final RecordType CONTACT = RecordType.of(
                    "customer.contact",
                    List.of(new RecordField("id", FieldKind.REFERENCE), new RecordField("email", FieldKind.EMAIL)))
            .build();
    private static final CallContext SERVER = Fakes.context(Caller.SERVER);
    private static final CallContext ADA_CALLS = Fakes.user(ADA);

    private final AccessPolicies policies = new AccessPolicies();
    private TestTables tables;
    private RoleAccess access;
    private long now;

    @Before
    public void open() throws SQLException {
        tables = new TestTables();
        access = new RoleAccess(tables, policies, () -> now);
        tables.reads();
    }

    private void passMillis(long millis) {
        now += TimeUnit.MILLISECONDS.toNanos(millis);
    }

    private static Set<Long> teams(TypeAccess access, Verb verb) {
        return ((Visibility.Rows) access.visibility(verb)).teams();
    }

    @Test
    public void whatTheTablesSay() {
        TypeAccess contact = access.of(ADA_CALLS, CONTACT);
        assertEquals(
                Set.of(Verb.READ, Verb.UPDATE, Verb.DELETE), contact.verbs().keySet());
        assertEquals(Set.of(GERMANY, BERLIN), teams(contact, Verb.READ));
        assertEquals(Set.of(), teams(contact, Verb.DELETE));
        assertEquals(Set.of("email"), contact.hidden());
        assertEquals(OptionalLong.of(GERMANY), access.team(ADA_CALLS));
        assertEquals(List.of(GERMANY), access.teams(ADA_CALLS));
        assertEquals(List.of(SALES), access.roles(ADA_CALLS));
        assertEquals(Set.of("clinic.*", "security.self"), access.permissions(ADA_CALLS));
        assertTrue(access.allows(ADA_CALLS, "clinic.clinical"));
        assertTrue(access.allows(ADA_CALLS, "security.self"));
        assertFalse(access.allows(ADA_CALLS, "security.grant"));
        assertTrue(access.allows(Fakes.user(ADMIN), "security.grant"));
    }

    @Test
    public void theServerMayEverythingWithoutTheDatabase() {
        assertTrue(access.of(SERVER, CONTACT).visibility(Verb.PURGE).isEverything());
        assertTrue(access.allows(SERVER, "security.grant"));
        assertEquals(OptionalLong.empty(), access.team(SERVER));
        assertEquals(0, tables.reads());
    }

    @Test
    public void aScopedTokenHasNoPermissions() {
        CallContext token = Fakes.context(new Caller(ADMIN, "admin", List.of("customer.contact:read")));
        assertEquals(Set.of(Verb.READ), access.of(token, CONTACT).verbs().keySet());
        assertFalse(access.allows(token, "security.grant"));
        assertFalse(access.allows(token, "security.self"));
    }

    @Test
    public void whoIsInactiveGoneOrUnknownHasNothing() {
        tables.run("update security_user set bin = id where id = ?", ADA);
        for (long user : new long[] {ADA, BOB, 99}) {
            assertTrue(access.of(Fakes.user(user), CONTACT).verbs().isEmpty());
            assertEquals(Set.of(), access.permissions(Fakes.user(user)));
        }
    }

    @Test
    public void sharesWithTheUserAndTheTeams() {
        tables.run("insert into gh_share values ('clinic.appointment', 21, 5, false),"
                + " ('clinic.supply', 2, 6, true), ('clinic.room', 3, 7, true), ('security.user', 2, 3, false)");
        RecordType appointment = RecordType.of("clinic.appointment", List.of()).build();
        RecordType supply = RecordType.of("clinic.supply", List.of()).build();
        RecordType user = RecordType.of("security.user", List.of()).build();
        assertEquals(
                Set.of(Verb.READ), access.of(ADA_CALLS, appointment).verbs().keySet());
        assertEquals(
                Set.of(Verb.READ, Verb.UPDATE),
                access.of(ADA_CALLS, supply).verbs().keySet());
        assertTrue(access.of(ADA_CALLS, RecordType.of("clinic.room", List.of()).build())
                .verbs()
                .isEmpty());
        assertEquals(
                List.of(Condition.in("id", List.of(ADA, BOB))),
                ((Visibility.Rows) access.of(ADA_CALLS, user).visibility(Verb.READ)).conditions());
    }

    @Test
    public void theDatabaseIsLookedAtOnceASecondAndReadWhenSomethingChanged() {
        TypeAccess first = access.of(ADA_CALLS, CONTACT);
        tables.reads();
        for (int i = 0; i < 10; i++) {
            passMillis(90);
            assertSame(first, access.of(ADA_CALLS, CONTACT));
        }
        assertEquals(0, tables.reads());
        passMillis(200);
        assertSame(first, access.of(ADA_CALLS, CONTACT));
        assertEquals("the revision alone", 1, tables.reads());

        tables.run("delete from security_user_role where parent = ?", ADA);
        tables.run("update gh_revision set number = number + 1");
        passMillis(999);
        assertSame("as another server's change, within a second", first, access.of(ADA_CALLS, CONTACT));
        passMillis(1);
        assertTrue(access.of(ADA_CALLS, CONTACT).verbs().isEmpty());
    }

    @Test
    public void aChangeOfThisServerIsSeenOnceItIsCommitted() throws SQLException {
        assertFalse(access.of(ADA_CALLS, CONTACT).verbs().isEmpty());
        try (Connection connection = tables.connection()) {
            Fakes fakes = new Fakes(connection);
            connection.setAutoCommit(false);
            access.changed(fakes.transaction(SERVER));
            Statements.change(connection, "delete from security_user_role where parent = ?", ADA);
            assertFalse(access.of(ADA_CALLS, CONTACT).verbs().isEmpty());
            connection.commit();
            fakes.afterCommit.forEach(Runnable::run);
        }
        assertTrue(access.of(ADA_CALLS, CONTACT).verbs().isEmpty());
    }

    @Test
    public void aSecondServerFindsTheRevisionThere() {
        tables.run("update gh_revision set number = 17");
        assertTrue(new RoleAccess(tables, policies, () -> now).allows(ADA_CALLS, "clinic.clinical"));
        assertEquals(1L, (long) tables.call(
                connection -> Statements.count(connection, "select count(*) from gh_revision where number = 17")));
    }

    @Test
    public void policiesNarrowWhatRolesGive() {
        Condition condition = Condition.equal("country", "DE");
        AccessPolicy policy = (caller, verb) -> verb == Verb.READ ? Optional.of(condition) : Optional.empty();
        policies.addPolicy(policy, Map.of(ForRecord.PROPERTY, "customer.contact"));
        TypeAccess narrowed = access.of(ADA_CALLS, CONTACT);
        assertEquals(List.of(condition), ((Visibility.Rows) narrowed.visibility(Verb.READ)).conditions());
        assertEquals(List.of(), ((Visibility.Rows) narrowed.visibility(Verb.UPDATE)).conditions());
        assertEquals(Set.of("email"), narrowed.hidden());
        assertTrue(access.of(SERVER, CONTACT).visibility(Verb.READ).isEverything());

        policies.removePolicy(policy, Map.of(ForRecord.PROPERTY, "customer.contact"));
        assertEquals(List.of(), ((Visibility.Rows) access.of(ADA_CALLS, CONTACT).visibility(Verb.READ)).conditions());
    }

    @Test
    public void aPolicyThatFailsClosesItsType() {
        policies.addPolicy(
                (caller, verb) -> {
                    throw new IllegalStateException("out of order");
                },
                Map.of(ForRecord.PROPERTY, "customer.contact"));
        Problem problem = assertThrows(Problem.class, () -> access.of(ADA_CALLS, CONTACT));
        assertEquals("access.policy-failed", problem.code());
        assertTrue(problem.text(java.util.Locale.ENGLISH).contains("customer.contact"));
        assertFalse(access.of(
                        Fakes.user(ADMIN),
                        RecordType.of("customer.account", List.of()).build())
                .verbs()
                .isEmpty());
        policies.addPolicy((caller, verb) -> null, Map.of(ForRecord.PROPERTY, "customer.account"));
        assertThrows(
                Problem.class,
                () -> access.of(
                        Fakes.user(ADMIN),
                        RecordType.of("customer.account", List.of()).build()));
    }
}
