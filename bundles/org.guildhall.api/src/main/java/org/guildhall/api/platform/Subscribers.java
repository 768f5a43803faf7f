/* Copyright the Guildhall authors. SPDX-License-Identifier: Apache-2.0 */
package org.guildhall.api.platform;

import java.util.List;
import org.osgi.annotation.versioning.ProviderType;

/** Those who are told of events, and how far each of them is. */
@ProviderType
public interface Subscribers {
    List<Status> all();

    /**
     * Has what failed for a subscriber tried again at once; how many events that are.
     *
     * @throws org.guildhall.api.Problem NOT_FOUND for one that is not known; so do the others
     */
    int retry(String subscriber);

    /** Gives up what failed for a subscriber; how many events that are. */
    int skip(String subscriber);

    /** Forgets a subscriber; CONFLICT while it is here. */
    void forget(String subscriber);

    /**
     * How far one is.
     *
     * @param name of the plugin and of its listener
     * @param present whether it is here, on this server
     * @param server the server that tells it; null when none does
     * @param cursor the number of the last event that it was told of, or that is kept for it
     * @param behind how many events it has not been told of
     * @param failed how many events it failed at, which are tried again
     * @param skipped how many events were given up, or had expired before it came back
     * @param error its last failure; null when there is none that matters
     */
    record Status(
            String name,
            boolean present,
            String server,
            long cursor,
            long behind,
            int failed,
            long skipped,
            String error) {}
}
