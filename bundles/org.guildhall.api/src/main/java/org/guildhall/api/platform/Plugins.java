/* Copyright the Guildhall authors. SPDX-License-Identifier: Apache-2.0 */
package org.guildhall.api.platform;

import java.util.List;
import org.osgi.annotation.versioning.ProviderType;

/** The plugins of this server and how they are. */
@ProviderType
public interface Plugins {
    /** Every plugin whose bundle is started, by name. */
    List<Status> all();

    /** Whether no plugin is still on its way. */
    boolean settled();

    /** Where a plugin is in its life. */
    enum State {
        /** Its tables are brought up to date. */
        MIGRATING,
        /** Its records answer. */
        READY,
        /** The calls in flight are waited for. */
        DRAINING,
        /** It can't be served; the reason says what to do. */
        FAILED
    }

    /**
     * A plugin's state.
     *
     * @param reason why it failed, else empty
     */
    record Status(String name, String bundle, String version, State state, String reason, List<String> types) {}
}
