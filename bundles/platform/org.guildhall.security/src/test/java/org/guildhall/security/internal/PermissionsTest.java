/* Copyright the Guildhall authors. SPDX-License-Identifier: Apache-2.0 */
package org.guildhall.security.internal;

import static org.junit.Assert.assertFalse;
import static org.junit.Assert.assertTrue;

import java.util.List;
import org.junit.Test;

public class PermissionsTest {
    @Test
    public void allDataIsNotAllPower() {
        assertTrue(Permissions.coversType("*", "customer.contact"));
        assertFalse(Permissions.coversType("*", "security.user"));
        assertTrue(Permissions.coversType("security.*", "security.user"));
        assertTrue(Permissions.coversType("security.user", "security.user"));
        assertFalse(Permissions.coversType("security.user", "security.role"));
        assertTrue(Permissions.coversType("*", "securityGuard.shift"));
    }

    @Test
    public void permissionsAreCoveredByPatterns() {
        assertTrue(Permissions.cover(List.of("clinic.confirm", "*"), "security.grant"));
        assertTrue(Permissions.cover(List.of("clinic.*"), "clinic.clinical"));
        assertFalse(Permissions.cover(List.of("clinic.*"), "clinics.clinical"));
        assertFalse(Permissions.cover(List.of(), "clinic.clinical"));
    }

    @Test
    public void theGrammar() {
        for (String good : List.of("*", "clinic.*", "clinic.clinical")) {
            assertTrue(good, good.matches(Permissions.GRAMMAR));
        }
        for (String bad : List.of("", "clinic", "*.*", "clinic.", "Clinic.x", "clinic.a.b", "clinic.*x")) {
            assertFalse(bad, bad.matches(Permissions.GRAMMAR));
        }
    }
}
