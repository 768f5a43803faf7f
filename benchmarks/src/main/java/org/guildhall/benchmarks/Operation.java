/* Copyright the Guildhall authors. SPDX-License-Identifier: Apache-2.0 */
package org.guildhall.benchmarks;

import java.util.List;

/**
 * Something that is asked of both servers.
 *
 * @param bound what is to be kept
 * @param parties the bare stack's, ours, and further ones of our server
 */
record Operation(String name, Bound bound, List<Party> parties) {
    enum Bound {
        /** Of the bare stack's speed at least this much. */
        RECORD,
        /** That, and not much dearer than the same of the third party, which appends nothing to the journal. */
        APPEND,
        /** A query within a time, and not much dearer than the bare stack's. */
        QUERY,
        /** A query as well, and not much dearer than that of the third party. */
        SCOPE
    }

    /**
     * Requests with a token to a server, under a name of their own.
     *
     * @param append whether what they change is appended to the journal
     */
    record Party(String name, boolean ours, boolean own, boolean append, Load.Source source) {
        Party(String name, boolean ours, boolean own, Load.Source source) {
            this(name, ours, own, true, source);
        }
    }
}
