/* Copyright the Guildhall authors. SPDX-License-Identifier: Apache-2.0 */
package org.guildhall.api.platform;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import org.osgi.annotation.versioning.ProviderType;

/** Plugins that are files without code. */
@ProviderType
public interface PluginFiles {
    /** How the name of such a file ends. */
    String ENDING = ".plugin.yaml";

    /** The entry of a jar that says why it can't be served, in a sentence. */
    String MISTAKE = "OSGI-INF/guildhall/mistake.txt";

    /** The manifest header with the name of the file, which is an entry of the jar in {@code OSGI-INF/guildhall/}. */
    String FILE_HEADER = "Guildhall-File";

    /**
     * The plugin's jar that stands for a file; the same bytes for the same file. Where the file has a mistake, a jar with
     * the entry {@link #MISTAKE}.
     *
     * @throws IOException when the file can't be read
     */
    InputStream jar(Path file) throws IOException;
}
