/* Copyright the Guildhall authors. SPDX-License-Identifier: Apache-2.0 */
package org.guildhall.security.internal;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertFalse;
import static org.junit.Assert.assertTrue;

import org.junit.Test;

public class PasswordsTest {
    @Test
    public void aPasswordMatchesItsHashAlone() {
        String hash = Passwords.hash("correct horse", 1_000);
        assertTrue(Passwords.matches("correct horse", hash));
        assertFalse(Passwords.matches("Correct horse", hash));
    }

    @Test
    public void nobodysIsMatchedByNoneAndAsSlowAsAnyHash() {
        assertFalse(Passwords.matches("", Passwords.none()));
        assertEquals(shape(Passwords.hash("any")), shape(Passwords.none()));
    }

    /** The rounds, and how long the salt and the hash are. */
    private static String shape(String stored) {
        String[] parts = stored.split(":");
        return parts[0] + ":" + parts[1].length() + ":" + parts[2].length();
    }
}
