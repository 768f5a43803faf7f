/* Copyright the Guildhall authors. SPDX-License-Identifier: Apache-2.0 */
package org.guildhall.security.internal;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertFalse;
import static org.junit.Assert.assertNotSame;
import static org.junit.Assert.assertSame;
import static org.junit.Assert.assertTrue;

import java.util.List;
import java.util.Map;
import java.util.Set;
import org.guildhall.api.Condition;
import org.guildhall.api.Verb;
import org.guildhall.api.platform.FieldKind;
import org.guildhall.api.platform.RecordField;
import org.guildhall.api.platform.RecordPart;
import org.guildhall.api.platform.RecordType;
import org.guildhall.api.platform.TypeAccess;
import org.guildhall.api.platform.Visibility;
import org.guildhall.security.internal.GrantedRole.FieldAccess;
import org.guildhall.security.internal.GrantedRole.Permission;
import org.guildhall.security.internal.GrantedRole.Scope;
import org.guildhall.security.internal.UserSnapshot.Shares;
import org.junit.Test;

public class AccessOfRolesTest {
    private static final RecordType SUPPLY = RecordType.of(
                    "clinic.supply",
                    List.of(
                            new RecordField("id", FieldKind.REFERENCE),
                            new RecordField("name", FieldKind.TEXT),
                            restricted("price", "clinic.prices")))
            .build();
    private static final RecordType APPOINTMENT = type("clinic.appointment");
    private static final RecordType USER = type("security.user");

    private static RecordType type(String name) {
        return RecordType.of(
                        name,
                        List.of(
                                new RecordField("id", FieldKind.REFERENCE),
                                new RecordField("version", FieldKind.INTEGER),
                                new RecordField("name", FieldKind.TEXT),
                                new RecordField("email", FieldKind.EMAIL),
                                restricted("notes", "clinic.clinical")))
                .parts(List.of(new RecordPart("supplies", SUPPLY, true, 10)))
                .build();
    }

    private static RecordField restricted(String name, String permission) {
        return new RecordField(name, FieldKind.TEXT, 10, 0, null, null, null, null, permission, null, Set.of());
    }

    private static GrantedRole role(
            Map<String, Map<String, FieldAccess>> rules, Set<String> grants, Permission... permissions) {
        return new GrantedRole(10, List.of(permissions), rules, grants);
    }

    private static GrantedRole role(Permission... permissions) {
        return role(Map.of(), Set.of(), permissions);
    }

    private static Permission permission(String type, Scope scope, Verb... verbs) {
        return new Permission(type, Set.of(verbs), scope);
    }

    private static UserSnapshot user(Shares shares, GrantedRole... roles) {
        return new UserSnapshot(1, 7, List.of(20L, 21L), Set.of(20L, 21L, 22L), List.of(roles), shares);
    }

    private static UserSnapshot user(GrantedRole... roles) {
        return user(Shares.NONE, roles);
    }

    private static TypeAccess compute(UserSnapshot user) {
        return AccessOfRoles.compute(user, APPOINTMENT, List.of());
    }

    private static Visibility.Rows rows(boolean changing, Set<Long> owners, Set<Long> teams, Set<Long> grantees) {
        return new Visibility.Rows(false, owners, teams, grantees, changing, List.of());
    }

    @Test
    public void withoutRolesThereIsNothing() {
        TypeAccess access = compute(user());
        assertTrue(access.verbs().isEmpty());
    }

    @Test
    public void eachScopeReachesMore() {
        assertEquals(
                rows(false, Set.of(7L), Set.of(), Set.of()),
                compute(user(role(permission("clinic.*", Scope.OWN, Verb.READ))))
                        .visibility(Verb.READ));
        assertEquals(
                rows(false, Set.of(7L), Set.of(20L, 21L), Set.of()),
                compute(user(role(permission("*", Scope.TEAM, Verb.READ)))).visibility(Verb.READ));
        assertEquals(
                rows(false, Set.of(7L), Set.of(20L, 21L, 22L), Set.of()),
                compute(user(role(permission("clinic.appointment", Scope.TEAM_AND_BELOW, Verb.READ))))
                        .visibility(Verb.READ));
        assertEquals(
                Visibility.EVERYTHING,
                compute(user(role(permission("*", Scope.ALL, Verb.READ)))).visibility(Verb.READ));
    }

    @Test
    public void theWidestScopeOfAllRolesWinsForEachVerb() {
        TypeAccess access = compute(user(
                role(permission("*", Scope.OWN, Verb.READ, Verb.UPDATE)),
                role(permission("clinic.*", Scope.ALL, Verb.READ), permission("clinic.*", Scope.TEAM, Verb.DELETE))));
        assertEquals(Set.of(Verb.READ, Verb.UPDATE, Verb.DELETE), access.verbs().keySet());
        assertTrue(access.visibility(Verb.READ).isEverything());
        assertEquals(rows(true, Set.of(7L), Set.of(), Set.of()), access.visibility(Verb.UPDATE));
        assertEquals(rows(false, Set.of(7L), Set.of(20L, 21L), Set.of()), access.visibility(Verb.DELETE));
    }

    @Test
    public void aShareAloneGivesReadingAndOneForChangingBoth() {
        TypeAccess read = compute(user(new Shares(Set.of("clinic.appointment"), Set.of(), Set.of())));
        assertEquals(Set.of(Verb.READ), read.verbs().keySet());
        assertEquals(rows(false, Set.of(), Set.of(), Set.of(7L, 20L, 21L)), read.visibility(Verb.READ));
        TypeAccess change =
                compute(user(new Shares(Set.of("clinic.appointment"), Set.of("clinic.appointment"), Set.of())));
        assertEquals(Set.of(Verb.READ, Verb.UPDATE), change.verbs().keySet());
        assertEquals(rows(true, Set.of(), Set.of(), Set.of(7L, 20L, 21L)), change.visibility(Verb.UPDATE));
    }

    @Test
    public void aShareWidensANarrowScopeAndNotAWideOne() {
        Shares shares = new Shares(Set.of("clinic.appointment"), Set.of(), Set.of());
        assertEquals(
                rows(false, Set.of(7L), Set.of(), Set.of(7L, 20L, 21L)),
                compute(user(shares, role(permission("*", Scope.OWN, Verb.READ))))
                        .visibility(Verb.READ));
        assertEquals(
                Visibility.EVERYTHING,
                compute(user(shares, role(permission("*", Scope.ALL, Verb.READ))))
                        .visibility(Verb.READ));
    }

    @Test
    public void everybodySeesHimself() {
        TypeAccess access = AccessOfRoles.compute(user(role(permission("*", Scope.ALL, Verb.READ))), USER, List.of());
        assertEquals(Set.of(Verb.READ), access.verbs().keySet());
        assertEquals(
                new Visibility.Rows(true, Set.of(), Set.of(), Set.of(), false, List.of(Condition.equal("id", 7L))),
                access.visibility(Verb.READ));
        assertFalse(access.visibility(Verb.READ).isEverything());
    }

    @Test
    public void aNarrowScopeOfUsersIsWidenedByHimself() {
        Shares shares = new Shares(Set.of("security.user"), Set.of(), Set.of(9L));
        Visibility.Rows rows = (Visibility.Rows) AccessOfRoles.compute(
                        user(shares, role(permission("security.*", Scope.TEAM, Verb.READ))), USER, List.of())
                .visibility(Verb.READ);
        assertTrue(rows.all());
        assertEquals(
                List.of(Condition.any(
                        Condition.in("id", List.of(7L, 9L)),
                        Condition.equal("owner", 7L),
                        Condition.in("team", List.of(20L, 21L)))),
                rows.conditions());
        assertTrue(AccessOfRoles.compute(user(role(permission("security.user", Scope.ALL, Verb.READ))), USER, List.of())
                .visibility(Verb.READ)
                .isEverything());
    }

    @Test
    public void everybodySeesAndRevokesHisTokens() {
        TypeAccess access = AccessOfRoles.compute(user(), type("security.token"), List.of());
        assertEquals(Set.of(Verb.READ, Verb.DELETE), access.verbs().keySet());
        assertEquals(rows(false, Set.of(7L), Set.of(), Set.of()), access.visibility(Verb.DELETE));
    }

    @Test
    public void aFieldIsHiddenWhenEveryRoleThatGivesReadingSaysSo() {
        Map<String, Map<String, FieldAccess>> hides =
                Map.of("clinic.appointment", Map.of("email", FieldAccess.HIDDEN, "supplies", FieldAccess.HIDDEN));
        GrantedRole hiding = role(hides, Set.of("*"), permission("*", Scope.OWN, Verb.READ));
        GrantedRole open = role(permission("*", Scope.OWN, Verb.READ));
        GrantedRole other = role(permission("customer.*", Scope.ALL, Verb.READ));
        assertEquals(Set.of("email", "supplies"), compute(user(hiding)).hidden());
        assertEquals(Set.of("email", "supplies"), compute(user(hiding, other)).hidden());
        assertEquals(Set.of(), compute(user(hiding, open)).hidden());
    }

    @Test
    public void aFieldIsReadOnlyWhenEveryRoleThatGivesUpdatingSaysSo() {
        GrantedRole limits = role(
                Map.of(
                        "clinic.appointment",
                        Map.of("email", FieldAccess.READ_ONLY, "supplies.name", FieldAccess.READ_ONLY)),
                Set.of("*"),
                permission("*", Scope.ALL, Verb.READ, Verb.UPDATE));
        assertEquals(Set.of("email", "supplies.name"), compute(user(limits)).readOnly());
        assertEquals(Set.of(), compute(user(limits)).hidden());
        assertEquals(
                Set.of("email", "supplies.name"),
                compute(user(limits, role(permission("*", Scope.ALL, Verb.READ))))
                        .readOnly());
        assertEquals(
                Set.of(),
                compute(user(limits, role(permission("*", Scope.OWN, Verb.UPDATE))))
                        .readOnly());
    }

    @Test
    public void whatOneRoleHidesAndTheOtherOnlyProtectsIsReadOnly() {
        GrantedRole hides = role(
                Map.of("clinic.appointment", Map.of("email", FieldAccess.HIDDEN)),
                Set.of("*"),
                permission("*", Scope.ALL, Verb.READ, Verb.UPDATE));
        GrantedRole protects = role(
                Map.of("clinic.appointment", Map.of("email", FieldAccess.READ_ONLY)),
                Set.of(),
                permission("*", Scope.ALL, Verb.READ, Verb.UPDATE));
        TypeAccess access = compute(user(hides, protects));
        assertEquals(Set.of(), access.hidden());
        assertEquals(Set.of("email"), access.readOnly());
    }

    @Test
    public void whereAShareAloneGivesReadingAnyRoleHides() {
        GrantedRole hides = role(Map.of("clinic.appointment", Map.of("email", FieldAccess.HIDDEN)), Set.of("*"));
        TypeAccess access = compute(user(new Shares(Set.of("clinic.appointment"), Set.of(), Set.of()), hides));
        assertEquals(Set.of("email"), access.hidden());
    }

    @Test
    public void idAndVersionAreAlwaysSeen() {
        GrantedRole hides = role(
                Map.of("clinic.appointment", Map.of("id", FieldAccess.HIDDEN, "version", FieldAccess.HIDDEN)),
                Set.of("*"),
                permission("*", Scope.ALL, Verb.READ));
        assertEquals(Set.of(), compute(user(hides)).hidden());
    }

    @Test
    public void restrictedFieldsNeedTheirPermission() {
        assertEquals(
                Set.of("notes", "supplies.price"),
                compute(user(role(permission("*", Scope.ALL, Verb.READ)))).hidden());
        assertEquals(
                Set.of("supplies.price"),
                compute(user(role(Map.of(), Set.of("clinic.clinical"), permission("*", Scope.ALL, Verb.READ))))
                        .hidden());
        assertEquals(
                Set.of(),
                compute(user(role(Map.of(), Set.of("clinic.*"), permission("*", Scope.ALL, Verb.READ))))
                        .hidden());
    }

    @Test
    public void scopesOfATokenNarrow() {
        UserSnapshot user = user(role(Map.of(), Set.of("*"), permission("*", Scope.ALL, Verb.READ, Verb.UPDATE)));
        TypeAccess narrow = AccessOfRoles.compute(user, APPOINTMENT, List.of("clinic.appointment:read"));
        assertEquals(Set.of(Verb.READ), narrow.verbs().keySet());
        assertEquals(Set.of("notes", "supplies.price"), narrow.hidden());
        assertTrue(AccessOfRoles.compute(user, APPOINTMENT, List.of("customer.contact:read"))
                .verbs()
                .isEmpty());
        assertTrue(AccessOfRoles.compute(user, USER, List.of("clinic.appointment:read"))
                .verbs()
                .isEmpty());
        assertEquals(Set.of(), user.grants(List.of("clinic.appointment:read")));
        assertEquals(Set.of("*", "security.self"), user.grants(List.of("*")));
    }

    @Test
    public void nobodyHasNothing() {
        UserSnapshot nobody = UserSnapshot.nobody(1, 7);
        assertTrue(AccessOfRoles.compute(nobody, USER, List.of()).verbs().isEmpty());
        assertTrue(AccessOfRoles.compute(nobody, type("security.token"), List.of())
                .verbs()
                .isEmpty());
        assertEquals(Set.of(), nobody.grants(List.of()));
        assertEquals(List.of(), nobody.teams());
    }

    @Test
    public void whatWasComputedIsKeptForTheTypeAsItIs() {
        UserSnapshot user = user(role(permission("*", Scope.ALL, Verb.READ)));
        TypeAccess access = user.access(APPOINTMENT, List.of());
        assertSame(access, user.access(APPOINTMENT, List.of()));
        assertNotSame(access, user.access(APPOINTMENT, List.of("*:read")));
        assertNotSame(access, user.access(type("clinic.appointment"), List.of()));
    }
}
