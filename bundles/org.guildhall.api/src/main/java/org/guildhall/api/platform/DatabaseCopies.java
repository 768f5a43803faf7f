/* Copyright the Guildhall authors. SPDX-License-Identifier: Apache-2.0 */
package org.guildhall.api.platform;

import java.io.IOException;
import java.nio.file.Path;
import org.osgi.annotation.versioning.ProviderType;

/** Copies of the whole database, made while it serves. */
@ProviderType
public interface DatabaseCopies {
    /** What kind of database it is, such as {@code postgresql}: a copy goes back into the same kind only. */
    String kind();

    /** The product and its version, for people. */
    String version();

    /**
     * Writes into an empty folder what was committed at one moment during the call; callers go on meanwhile. What a copy
     * that failed leaves there is of no use.
     *
     * @throws IllegalStateException when it can't be made; the message says what to do
     */
    void copy(Path folder) throws IOException;
}
