/* Copyright the Guildhall authors. SPDX-License-Identifier: Apache-2.0 */
package org.guildhall.yaml.internal;

import java.io.ByteArrayInputStream;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.felix.fileinstall.ArtifactListener;
import org.apache.felix.fileinstall.ArtifactTransformer;
import org.guildhall.api.platform.PluginFiles;
import org.osgi.service.component.annotations.Component;

/** Takes plugins without code from the deploy folder. */
@Component(
        service = {ArtifactListener.class, ArtifactTransformer.class, PluginFiles.class},
        immediate = true)
public final class PluginFileDeployer implements ArtifactTransformer, PluginFiles {
    @Override
    public boolean canHandle(File artifact) {
        return artifact.isFile() && artifact.getName().endsWith(ENDING);
    }

    @Override
    public File transform(File artifact, File folder) throws IOException {
        Path jar = Files.createDirectories(folder.toPath()).resolve(artifact.getName() + ".jar");
        Files.write(jar, write(artifact.toPath()));
        return jar.toFile();
    }

    @Override
    public InputStream jar(Path file) throws IOException {
        return new ByteArrayInputStream(write(file));
    }

    private static byte[] write(Path file) throws IOException {
        return PluginFile.jar(file.getFileName().toString(), Files.readAllBytes(file));
    }
}
