/* Copyright the Guildhall authors. SPDX-License-Identifier: Apache-2.0 */
package org.guildhall.webhooks.internal;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertNotEquals;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import org.junit.Test;

public class SignaturesTest {
    /** The example of the specification's reference implementations. */
    private static final String SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

    private static final String ID = "msg_p5jXN8AQM9LWM0D4loKWxJek";
    private static final byte[] BODY = "{\"test\": 2432232314}".getBytes(StandardCharsets.UTF_8);

    @Test
    public void theExampleIsSignedAsTheOthersDo() {
        assertEquals(
                "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
                Signatures.header(List.of(SECRET), ID, 1_614_265_330, BODY));
    }

    @Test
    public void secretsAreOf32RandomBytes() {
        String secret = Signatures.newSecret();
        assertEquals(32, Base64.getDecoder().decode(secret.substring("whsec_".length())).length);
        assertNotEquals(secret, Signatures.newSecret());
    }

    @Test
    public void theFormerSecretSignsUntilItsTime() {
        SecretTable.Secrets secrets = new SecretTable.Secrets(SECRET, Signatures.newSecret(), 1_000);
        assertEquals(2, secrets.at(Instant.ofEpochMilli(999)).size());
        assertEquals(List.of(SECRET), secrets.at(Instant.ofEpochMilli(1_000)));
        assertEquals(
                2, Signatures.header(secrets.at(Instant.EPOCH), ID, 1, BODY).split(" ").length);
    }
}
