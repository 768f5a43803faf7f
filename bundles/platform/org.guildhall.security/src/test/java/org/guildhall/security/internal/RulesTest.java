/* Copyright the Guildhall authors. SPDX-License-Identifier: Apache-2.0 */
package org.guildhall.security.internal;

import static org.guildhall.security.internal.Fakes.create;
import static org.guildhall.security.internal.Fakes.delete;
import static org.guildhall.security.internal.Fakes.update;
import static org.guildhall.security.internal.Fakes.values;
import static org.guildhall.security.internal.TestTables.ADA;
import static org.guildhall.security.internal.TestTables.ADMIN;
import static org.guildhall.security.internal.TestTables.ADMINISTRATOR;
import static org.guildhall.security.internal.TestTables.BERLIN;
import static org.guildhall.security.internal.TestTables.BOB;
import static org.guildhall.security.internal.TestTables.EUROPE;
import static org.guildhall.security.internal.TestTables.GERMANY;
import static org.guildhall.security.internal.TestTables.SALES;
import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertThrows;
import static org.junit.Assert.assertTrue;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import org.guildhall.api.CallContext;
import org.guildhall.api.Choices;
import org.guildhall.api.Finding;
import org.guildhall.api.Problem;
import org.guildhall.api.RecordRule;
import org.guildhall.api.RecordRule.Change;
import org.guildhall.api.Ref;
import org.guildhall.api.Values;
import org.guildhall.api.Verb;
import org.guildhall.api.platform.Access;
import org.junit.After;
import org.junit.Before;
import org.junit.Test;

public class RulesTest {
    private static final Access GRANTING = Fakes.allowing("security.grant");
    private static final Access POOR = Fakes.allowing("security.self");
    private static final CallContext ADMIN_CALLS = Fakes.user(ADMIN);
    private static final CallContext ADA_CALLS = Fakes.user(ADA);
    private static final Values ADMIN_RECORD = values("name", "admin", "active", true, "roles", roles(ADMINISTRATOR));

    private TestTables tables;
    private Connection connection;
    private Credentials credentials;

    @Before
    public void open() throws SQLException {
        tables = new TestTables();
        connection = tables.connection();
        credentials = new Credentials(tables);
    }

    @After
    public void close() throws SQLException {
        connection.close();
    }

    private static List<Values> roles(long... ids) {
        return java.util.Arrays.stream(ids)
                .mapToObj(id -> values("id", id + 1_000, "role", id))
                .toList();
    }

    private List<String> codes(RecordRule rule, Change change, CallContext context) {
        List<Finding> findings = rule.check(change, new Fakes(connection).work(context));
        findings.forEach(finding -> assertTrue(!Problem.text(Locale.CHINESE, finding.code(), finding.arguments())
                .contains("{")));
        return findings.stream().map(Finding::code).toList();
    }

    private List<String> user(Access access, CallContext context, Change change) {
        return codes(new UserRule(access, credentials), change, context);
    }

    private void refusesUser(Change change) {
        assertEquals(
                "security.grant-needed",
                assertThrows(Problem.class, () -> user(POOR, ADA_CALLS, change)).code());
        assertEquals(List.of(), user(GRANTING, ADMIN_CALLS, change));
    }

    @Test
    public void whatUsersMayDoIsForThoseWhoGrant() {
        Values bob = values("name", "bob", "active", false);
        refusesUser(create("security.user", values("name", "eve", "active", true, "roles", roles(SALES))));
        refusesUser(create("security.user", values("name", "eve", "teams", List.of(values("team", GERMANY)))));
        refusesUser(update("security.user", BOB, bob, values("active", true)));
        refusesUser(update("security.user", BOB, bob, values("roles", roles(SALES))));
        refusesUser(update("security.user", BOB, bob, values("teams", List.of())));
        refusesUser(update("security.user", BOB, bob, values("name", "robert")));
        refusesUser(
                new Change(Verb.RESTORE, new Ref("security.user", BOB), bob, values("roles", roles(SALES)), values()));
        refusesUser(update(
                "security.user",
                ADA,
                values("active", true, "roles", roles(SALES)),
                values("roles", roles(ADMINISTRATOR))));
    }

    @Test
    public void theRestIsForThoseWhoChangeUsers() {
        assertEquals(
                List.of(),
                user(
                        POOR,
                        ADA_CALLS,
                        create("security.user", values("name", "eve", "active", true, "roles", List.of()))));
        assertEquals(
                List.of(),
                user(
                        POOR,
                        ADA_CALLS,
                        update("security.user", BOB, values("name", "bob"), values("displayName", "Bob"))));
        assertEquals(
                "his own name",
                List.of(),
                user(POOR, ADA_CALLS, update("security.user", ADA, values("name", "ada"), values("name", "lovelace"))));
        assertEquals(List.of(), user(POOR, ADA_CALLS, delete("security.user", BOB, values("active", false))));
    }

    @Test
    public void namesAreWhatPeopleCanSignInWith() {
        for (String bad : List.of("a b", "a:b", "a\tb", "a\u00a0b", "a\u2003b", "a\u0007b", "a\u0085b", " a")) {
            assertEquals(
                    bad,
                    List.of("security.user-name"),
                    user(GRANTING, ADMIN_CALLS, create("security.user", values("name", bad, "active", true))));
        }
        assertEquals(
                List.of(),
                user(GRANTING, ADMIN_CALLS, create("security.user", values("name", "李.娜@example", "active", true))));
    }

    @Test
    public void theLastAdministratorStays() {
        List<String> refused = List.of("security.last-administrator");
        Change deactivation = update("security.user", ADMIN, ADMIN_RECORD, values("active", false));
        Change loss = update("security.user", ADMIN, ADMIN_RECORD, values("roles", roles(SALES)));
        Change deletion = delete("security.user", ADMIN, ADMIN_RECORD);
        for (Change change : List.of(deactivation, loss, deletion)) {
            assertEquals(refused, user(GRANTING, ADMIN_CALLS, change));
        }
        assertEquals(
                List.of(),
                user(GRANTING, ADMIN_CALLS, update("security.user", ADMIN, ADMIN_RECORD, values("name", "root"))));
        assertEquals(
                "what a part does not speak of, it keeps",
                List.of(),
                user(
                        GRANTING,
                        ADMIN_CALLS,
                        update(
                                "security.user",
                                ADMIN,
                                ADMIN_RECORD,
                                values("roles", List.of(values("id", ADMINISTRATOR + 1_000), values("role", SALES))))));

        tables.run("insert into security_user_role values (105, ?, 1, ?)", BOB, ADMINISTRATOR);
        assertEquals("another, who is not active", refused, user(GRANTING, ADMIN_CALLS, deletion));
        tables.run("insert into security_user_role values (106, ?, 1, ?)", ADA, ADMINISTRATOR);
        for (Change change : List.of(deactivation, loss, deletion)) {
            assertEquals(List.of(), user(GRANTING, ADMIN_CALLS, change));
        }
    }

    @Test
    public void theLastRoleOfAdministratorsKeepsItsGrant() {
        RoleRule rule = new RoleRule(GRANTING);
        Values before = values("grants", List.of(values("id", 140L, "permission", "*")));
        Change loss = update(
                "security.role", ADMINISTRATOR, before, values("grants", List.of(values("permission", "clinic.*"))));
        Change deletion = delete("security.role", ADMINISTRATOR, before);
        assertEquals(List.of("security.last-administrator"), codes(rule, loss, ADMIN_CALLS));
        assertEquals(List.of("security.last-administrator"), codes(rule, deletion, ADMIN_CALLS));
        assertEquals(
                List.of(),
                codes(
                        rule,
                        update("security.role", ADMINISTRATOR, before, values("grants", List.of(values("id", 140L)))),
                        ADMIN_CALLS));
        tables.run("insert into security_role_grant values (149, ?, 1, '*')", SALES);
        assertEquals(List.of(), codes(rule, loss, ADMIN_CALLS));
        assertEquals(List.of(), codes(rule, deletion, ADMIN_CALLS));
    }

    @Test
    public void thePurgeOfAUserEndsThePassword() {
        credentials.put(connection, BOB, "hash");
        user(
                GRANTING,
                ADMIN_CALLS,
                new Change(Verb.PURGE, new Ref("security.user", BOB), values(), values(), values()));
        assertTrue(credentials.find(connection, BOB).isEmpty());
    }

    @Test
    public void rolesAreForThoseWhoGrant() {
        RoleRule rule = new RoleRule(POOR);
        for (Change change : List.of(
                create("security.role", values("name", "mine")),
                update("security.role", SALES, values(), values("description", "x")),
                delete("security.role", SALES, values()))) {
            assertThrows(Problem.class, () -> codes(rule, change, ADA_CALLS));
        }
    }

    private List<String> role(String part, Values item) {
        return codes(
                new RoleRule(GRANTING), create("security.role", values("name", "r", part, List.of(item))), ADMIN_CALLS);
    }

    @Test
    public void rolesKeepTheGrammar() {
        for (String good : List.of("*", "customer.*", "customer.contact")) {
            assertEquals(List.of(), role("permissions", values("type", good, "verbs", new Choices(List.of("read")))));
            assertEquals(List.of(), role("grants", values("permission", good)));
        }
        assertEquals(List.of("security.role-type"), role("permissions", values("type", "contacts")));
        assertEquals(
                List.of("field.required"), role("permissions", values("type", "*", "verbs", new Choices(List.of()))));
        assertEquals(List.of("security.role-permission"), role("grants", values("permission", "all")));
        assertEquals(
                List.of("security.role-rule-type"), role("fieldRules", values("type", "customer.*", "field", "email")));
        for (String good : List.of("email", "x_size", "supplies", "supplies.price", "supplies.x_size")) {
            assertEquals(List.of(), role("fieldRules", values("type", "customer.contact", "field", good)));
        }
        for (String bad : List.of("*", "Email", "a.b.c", "supplies.", "y_size")) {
            assertEquals(
                    List.of("security.role-field"),
                    role("fieldRules", values("type", "customer.contact", "field", bad)));
        }
        List<Finding> findings = new RoleRule(GRANTING)
                .check(
                        create(
                                "security.role",
                                values("grants", List.of(values("permission", "*"), values("permission", "?")))),
                        new Fakes(connection).work(ADMIN_CALLS));
        assertEquals("grants[1].permission", findings.get(0).field());
    }

    @Test
    public void teamsAreATree() {
        TeamRule rule = new TeamRule(GRANTING);
        assertEquals(
                List.of("security.team-circle"),
                codes(rule, update("security.team", EUROPE, values(), values("parent", BERLIN)), ADMIN_CALLS));
        assertEquals(
                List.of("security.team-circle"),
                codes(rule, update("security.team", EUROPE, values(), values("parent", EUROPE)), ADMIN_CALLS));
        assertEquals(
                List.of(),
                codes(
                        rule,
                        update("security.team", BERLIN, values("parent", GERMANY), values("parent", EUROPE)),
                        ADMIN_CALLS));
        assertEquals(List.of(), codes(rule, create("security.team", values("parent", BERLIN)), ADMIN_CALLS));
        assertEquals(List.of(), codes(rule, delete("security.team", BERLIN, values("parent", GERMANY)), ADMIN_CALLS));
        for (long team = 23; team < 40; team++) {
            tables.run(
                    "insert into security_team values (?, null, null, 0, 'x', ?)",
                    team + 100,
                    team == 23 ? BERLIN : team + 99);
        }
        assertEquals(List.of(), codes(rule, create("security.team", values("parent", 138L)), ADMIN_CALLS));
        assertEquals(
                List.of("security.team-depth"),
                codes(rule, create("security.team", values("parent", 139L)), ADMIN_CALLS));
    }

    @Test
    public void whoMovesTeamsMustBeAllowedToGrant() {
        TeamRule rule = new TeamRule(POOR);
        assertThrows(
                Problem.class,
                () -> codes(rule, update("security.team", EUROPE, values(), values("parent", BERLIN)), ADA_CALLS));
        assertEquals(
                List.of(), codes(rule, update("security.team", EUROPE, values(), values("name", "EU")), ADA_CALLS));
    }

    @Test
    public void tokensAreMadeByTheirOperationAndStay() {
        TokenRule rule = new TokenRule(credentials);
        credentials.put(connection, 50, "hash");
        assertEquals(
                List.of("security.token-made"),
                codes(rule, create("security.token", values("holder", ADA)), ADMIN_CALLS));
        assertEquals(
                List.of("security.token-fixed", "security.token-fixed"),
                codes(rule, update("security.token", 50, values(), values("holder", ADA, "scopes", "*")), ADMIN_CALLS));
        assertEquals(
                List.of(),
                codes(
                        rule,
                        update("security.token", 50, values(), values("name", "x", "expiresAt", Instant.EPOCH)),
                        ADMIN_CALLS));
        assertTrue(credentials.find(connection, 50).isPresent());
        assertEquals(List.of(), codes(rule, delete("security.token", 50, values()), ADMIN_CALLS));
        assertTrue(credentials.find(connection, 50).isEmpty());
        assertEquals(
                List.of("security.token-revoked"),
                codes(
                        rule,
                        new Change(Verb.RESTORE, new Ref("security.token", 50), values(), values(), values()),
                        ADMIN_CALLS));
    }
}
