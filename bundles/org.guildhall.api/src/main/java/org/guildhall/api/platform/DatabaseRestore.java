/* Copyright the Guildhall authors. SPDX-License-Identifier: Apache-2.0 */
package org.guildhall.api.platform;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import org.osgi.annotation.versioning.ProviderType;

/**
 * Puts copies of databases back, without a server; found by {@link java.util.ServiceLoader}. The configuration is that of
 * etc/org.guildhall.database.cfg.
 */
@ProviderType
public interface DatabaseRestore {
    /**
     * The kind of the configured database, as {@link DatabaseCopies#kind}.
     *
     * @throws IllegalArgumentException when the configuration names none; the message says what to do, here and below
     */
    String kind(Map<String, String> configuration);

    /**
     * Looks whether the configured database can be reached and is empty.
     *
     * @throws IllegalArgumentException when it is not so
     */
    void requireEmpty(Map<String, String> configuration);

    /**
     * Fills the configured database, which is empty.
     *
     * @param folder what {@link DatabaseCopies#copy} filled
     * @throws IllegalStateException when it fails; the message says whether something is left
     */
    void restore(Map<String, String> configuration, Path folder) throws IOException;
}
