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
     * @param plugin the plugin's name
     * @param bundle a started bundle
     * @throws IllegalArgumentException when the plugin's entities can't be served; the message says what to do
     */
    Unit open(String plugin, Bundle bundle);

    /** An open unit. */
    @ProviderType
    interface Unit extends AutoCloseable {
        /** The plugin's record types. */
        List<RecordType> types();

        /** Waits for the calls in flight, ten seconds at most, then closes; later calls are UNAVAILABLE. */
        @Override
        void close();
    }
}
