/* Copyright the Guildhall authors. SPDX-License-Identifier: Apache-2.0 */
package org.guildhall.api.platform;

import java.util.List;
import org.osgi.annotation.versioning.ProviderType;

/**
 * What one of the servers does at a time, such as handing events to a listener. A server that dies is followed by another
 * within seven seconds, one that stops at once. No clock is compared with another: a step of one changes nothing.
 */
@ProviderType
public interface Duties {
    /**
     * Applies for a duty, until the result is closed.
     *
     * @param assigned runs each time that this server gets the duty, on a thread that must not be held up; what it knew of
     *     it before may be of yesterday
     */
    Duty apply(String name, Runnable assigned);

    /** Has a duty assigned anew, to this or another server that applies for it. */
    void reassign(String name);

    /** Who has which duty now. */
    List<Assignment> all();

    /** The name by which this server is known to the others while it runs. */
    String server();

    /** An application. */
    interface Duty extends AutoCloseable {
        /** Whether this server has the duty now; where it does not, it must end what it does at once. */
        boolean isMine();

        @Override
        void close();
    }

    /** A duty that a server has. */
    record Assignment(String duty, String server) {}
}
