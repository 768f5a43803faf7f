/* Copyright the Guildhall authors. SPDX-License-Identifier: Apache-2.0 */
package org.guildhall.api.platform;

import java.util.List;
import org.osgi.annotation.versioning.ProviderType;
import org.osgi.framework.Bundle;

/** Opens the persistence unit of a plugin's bundle: one for each, so that it can leave with its bundle. */
@ProviderType
public interface PersistenceUnits {
    /**
     * Brings the plugin's tables up to date and opens its unit.
     *
     * @param bundle a started bundle
     * @throws IllegalArgumentException when the plugin's entities can't be served; the message says what to do
     */
    Unit open(PluginModel plugin, Bundle bundle);

    /**
     * What {@link #open} would do to the database; it does nothing.
     *
     * @param bundle a resolved bundle
     * @return SQL statements, and lines of comment for what is no single statement
     */
    List<String> preview(PluginModel plugin, Bundle bundle);

    /**
     * Every record type that the database has tables of, whether its plugin is here or not; without labels. What another
     * server adds is known within five seconds. For callers that are in no unit of work.
     */
    List<RecordType> stored();

    /** Whether records of a type can be written: its plugin's unit is open on this server. */
    boolean isOpen(RecordType type);

    /** An open unit. */
    @ProviderType
    interface Unit extends AutoCloseable {
        /** What an administrator should know of the plugin's tables, in sentences; empty when all is as declared. */
        List<String> notices();

        /** Waits for the calls in flight, ten seconds at most, then closes; later calls are UNAVAILABLE. */
        @Override
        void close();
    }
}
