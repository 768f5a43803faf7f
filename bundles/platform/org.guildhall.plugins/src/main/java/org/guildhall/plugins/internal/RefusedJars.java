/* Copyright the Guildhall authors. SPDX-License-Identifier: Apache-2.0 */
package org.guildhall.plugins.internal;

import java.io.File;
import java.io.IOException;
import java.util.jar.Attributes;
import java.util.jar.JarFile;
import java.util.jar.Manifest;
import org.apache.felix.fileinstall.ArtifactInstaller;
import org.apache.felix.fileinstall.ArtifactListener;
import org.osgi.framework.Constants;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/** Tells of jars in the deploy folder that are no bundles, which nobody else would take and nobody would hear of. */
@Component(
        service = {ArtifactListener.class, ArtifactInstaller.class},
        property = Constants.SERVICE_RANKING + ":Integer=-1000")
public final class RefusedJars implements ArtifactInstaller {
    private final PluginExtender extender;

    @Activate
    public RefusedJars(@Reference PluginExtender extender) {
        this.extender = extender;
    }

    @Override
    public boolean canHandle(File artifact) {
        return artifact.isFile() && artifact.getName().endsWith(".jar") && mistake(artifact) != null;
    }

    @Override
    public void install(File artifact) {
        String mistake = mistake(artifact);
        if (mistake != null) {
            extender.refuse(artifact.getName(), mistake);
        }
    }

    @Override
    public void update(File artifact) {
        install(artifact);
    }

    @Override
    public void uninstall(File artifact) {
        extender.forget(artifact.getName());
        if (artifact.exists()) {
            // It is whole by now: File Install gives it to nobody else until it changes once more.
            artifact.setLastModified(System.currentTimeMillis());
        }
    }

    private static String mistake(File file) {
        try (JarFile jar = new JarFile(file)) {
            Manifest manifest = jar.getManifest();
            Attributes headers = manifest == null ? new Attributes() : manifest.getMainAttributes();
            return headers.getValue(Constants.BUNDLE_SYMBOLICNAME) != null
                            && headers.getValue(Constants.BUNDLE_VERSION) != null
                    ? null
                    : "The jar is no bundle: its manifest needs Bundle-SymbolicName and Bundle-Version. Build it with"
                            + " Guildhall's parent.";
        } catch (IOException e) {
            return "The file is no whole jar (" + e.getMessage()
                    + "): copy it anew. It is served as soon as it is whole.";
        }
    }
}
