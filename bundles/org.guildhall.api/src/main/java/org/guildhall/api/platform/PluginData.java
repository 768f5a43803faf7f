/* Copyright the Guildhall authors. SPDX-License-Identifier: Apache-2.0 */
package org.guildhall.api.platform;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.osgi.annotation.versioning.ProviderType;

/** What the database holds for plugins, whether they are here or not. For callers that are in no unit of work. */
@ProviderType
public interface PluginData {
    /** Counts what is held for a plugin; nothing for one that was never here. It reads whole tables. */
    Held held(String plugin);

    /** The plugins in quarantine, and since when. */
    Map<String, Instant> quarantined();

    /**
     * Puts a plugin into quarantine: no server of the database serves it, and all that is held for it stays as it is.
     *
     * @throws IllegalArgumentException when it was never here, or is in quarantine
     */
    void quarantine(String plugin);

    /**
     * Lets a plugin out of quarantine.
     *
     * @throws IllegalArgumentException when it is not in quarantine, or a purge of it has begun
     */
    void release(String plugin);

    /**
     * Deletes all that is held for a plugin in quarantine, for ever: its tables, its records' histories and what the
     * platform knows of it. A purge that was interrupted is gone on with by another.
     *
     * @throws IllegalArgumentException when it is not in quarantine
     */
    void purge(String plugin);

    /**
     * What is held for a plugin.
     *
     * @param quarantined since when it is in quarantine; null when it is not
     * @param rows how many rows of what; what has none is left out
     * @param referring fields of other plugins that refer to its records, and in how many records
     */
    record Held(String plugin, Instant quarantined, List<Rows> rows, List<Rows> referring) {}

    /**
     * Rows.
     *
     * @param what a type, a part, a field or a table
     */
    record Rows(String what, long count) {}
}
