/* Copyright the Guildhall authors. SPDX-License-Identifier: Apache-2.0 */
package org.guildhall.security.internal;

import static org.junit.Assert.assertFalse;
import static org.junit.Assert.assertTrue;

import java.util.List;
import org.guildhall.api.Verb;
import org.junit.Test;

public class TokenScopesTest {
    private static final String CONTACT = "customer.contact";

    @Test
    public void noScopeAndAStarAreNoLimit() {
        assertTrue(TokenScopes.allow(List.of(), CONTACT, Verb.PURGE));
        assertTrue(TokenScopes.allow(List.of("clinic.appointment", "*"), "security.user", Verb.PURGE));
        assertTrue(TokenScopes.areEverything(List.of()));
        assertFalse(TokenScopes.areEverything(List.of("*:read")));
    }

    @Test
    public void scopesNameTypesAndVerbs() {
        assertTrue(TokenScopes.allow(List.of("customer.contact:read"), CONTACT, Verb.READ));
        assertFalse(TokenScopes.allow(List.of("customer.contact:read"), CONTACT, Verb.UPDATE));
        assertFalse(TokenScopes.allow(List.of("customer.contact:read"), "customer.account", Verb.READ));
        assertTrue(TokenScopes.allow(List.of(CONTACT), CONTACT, Verb.DELETE));
        assertTrue(TokenScopes.allow(List.of("*:read"), CONTACT, Verb.READ));
        assertFalse(TokenScopes.allow(List.of("*:read"), CONTACT, Verb.EXPORT));
        assertTrue(TokenScopes.allow(List.of("clinic.*:read", "customer.*:update"), CONTACT, Verb.UPDATE));
        assertFalse(TokenScopes.allow(List.of("customer.*"), "customerx.contact", Verb.READ));
    }

    @Test
    public void whatNobodyUnderstandsAllowsNothing() {
        assertFalse(TokenScopes.allow(List.of("everything"), CONTACT, Verb.READ));
        assertFalse(TokenScopes.allow(List.of("*:fly"), CONTACT, Verb.READ));
    }

    @Test
    public void theGrammar() {
        assertTrue(TokenScopes.areValid(
                TokenScopes.of(" *  customer.contact customer.contact:read *:export\tcustomer.*:update customer.* ")));
        for (String bad : List.of("customer", "*:fly", "customer.contact:", ":read", "*.*", "customer.contact:READ")) {
            assertFalse(bad, TokenScopes.areValid(List.of(bad)));
        }
        assertTrue(TokenScopes.of("  ").isEmpty());
        assertTrue(TokenScopes.of(null).isEmpty());
    }
}
