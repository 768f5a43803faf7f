/* Copyright the Guildhall authors. SPDX-License-Identifier: Apache-2.0 */
package org.guildhall.api.platform;

import org.osgi.annotation.versioning.ProviderType;

/** How the database is, from this server's view. */
@ProviderType
public interface DatabaseState {
    /** Whether it answered when it was last asked, at most some seconds ago; known without asking it now. */
    boolean answers();

    /** How the connections are used. */
    Pool pool();

    /**
     * The connections of this server.
     *
     * @param active those that are used
     * @param idle those that are open and wait for work
     * @param waiting the calls that wait for one
     * @param most the most that may be open
     */
    record Pool(int active, int idle, int waiting, int most) {}
}
