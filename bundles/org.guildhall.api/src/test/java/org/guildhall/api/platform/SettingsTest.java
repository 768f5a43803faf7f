/* Copyright the Guildhall authors. SPDX-License-Identifier: Apache-2.0 */
package org.guildhall.api.platform;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertFalse;
import static org.junit.Assert.assertTrue;

import org.junit.Test;

public class SettingsTest {
    @Test
    public void secretsAreLeftOutAndNothingElse() {
        String text = Settings.withoutSecrets(String.join(
                "\n",
                "# .password = hidden0",
                "# What a .password is: a comment",
                "url = jdbc:postgresql://db/crm?user=a&password=hidden1&ssl=true",
                ".password = hidden2",
                "  .apiKey: hidden3 \\",
                "    hidden4",
                "org.ops4j.pax.web.ssl.keystore.Password hidden5",
                "tokens.secret=hidden6",
                "poolSize = 10"));
        assertFalse(text, text.contains("hidden"));
        assertTrue(text, text.contains("url = jdbc:postgresql://db/crm?user=a&password=&ssl=true"));
        assertTrue(text, text.contains(Settings.LEFT_OUT + ".password"));
        assertTrue(text, text.contains("poolSize = 10"));
        assertTrue(text, text.startsWith("# .password =\n# What a .password is: a comment\n"));
    }

    @Test
    public void aSecretEndsWhereItsLineDoes() {
        String text = Settings.withoutSecrets(
                "password = seen\u0085hidden1\n.key = \u2028hidden2\\\n  hidden3\n# secret = \u0085hidden4\n");
        assertFalse(text, text.contains("hidden"));
    }

    @Test
    public void whatHoldsNoSecretIsAsItWas() {
        String text = "a = b \\\n  c\n\n! comment \\\nd = e\n";
        assertEquals(text, Settings.withoutSecrets(text));
    }

    @Test
    public void filesOfSecretsAreKnown() {
        assertTrue(Settings.isSecret("users.properties"));
        assertTrue(Settings.isSecret("server.p12"));
        assertFalse(Settings.isSecret("org.guildhall.database.cfg"));
    }
}
