/* Copyright the Guildhall authors. SPDX-License-Identifier: Apache-2.0 */
package org.guildhall.api.platform;

import java.time.Duration;
import java.util.Optional;
import org.guildhall.api.Caller;
import org.osgi.annotation.versioning.ProviderType;

/** Who is who. */
@ProviderType
public interface Authentication {
    /** The caller that an HTTP {@code Authorization} header speaks for ({@code Bearer} or {@code Basic}), or nobody. */
    Optional<Caller> authenticate(String authorization);

    /**
     * Makes a token of 256 random bits, of which only the SHA-256 is stored; it can't be shown again.
     *
     * @param user the name of the user it speaks for
     * @param name what it is for
     * @param validity how long it may be used
     * @throws IllegalArgumentException when there is no such user
     */
    String issueToken(String user, String name, Duration validity);
}
