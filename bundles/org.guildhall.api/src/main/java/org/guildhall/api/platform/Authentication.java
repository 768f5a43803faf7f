/* Copyright the Guildhall authors. SPDX-License-Identifier: Apache-2.0 */
package org.guildhall.api.platform;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.guildhall.api.Caller;
import org.osgi.annotation.versioning.ProviderType;

/** Who is who. */
@ProviderType
public interface Authentication {
    /**
     * The caller that an HTTP {@code Authorization} header speaks for ({@code Bearer} or {@code Basic}), or nobody.
     *
     * @param address where the call comes from; wrong passwords are counted by name and address
     * @throws Throttled when there were too many wrong passwords
     */
    Optional<Caller> authenticate(String authorization, String address);

    /**
     * Makes a token of 256 random bits, of which only the SHA-256 is stored; it can't be shown again.
     *
     * @param user the name of the user it speaks for
     * @param name what it is for
     * @param validity how long it may be used
     * @param scopes what it is limited to, see {@link Caller#scopes}; empty for nothing
     * @throws IllegalArgumentException when there is no such active user
     */
    String issueToken(String user, String name, Duration validity, List<String> scopes);

    /** The same without a limit. */
    default String issueToken(String user, String name, Duration validity) {
        return issueToken(user, name, validity, List.of());
    }

    /** Too many wrong passwords for a name from an address. */
    final class Throttled extends RuntimeException {
        private static final long serialVersionUID = 1;

        private final long seconds;

        public Throttled(long seconds) {
            super("Too many wrong passwords", null, false, false);
            this.seconds = seconds;
        }

        /** After how many seconds the next try is looked at. */
        public long seconds() {
            return seconds;
        }
    }
}
