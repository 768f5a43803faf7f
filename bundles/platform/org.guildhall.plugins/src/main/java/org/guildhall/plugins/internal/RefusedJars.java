/* Copyright the Guildhall authors. SPDX-License-Identifier: Apache-2.0 */
package org.guildhall.plugins.internal;

import java.io.File;
import java.io.IOException;
import java.net.URI;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.jar.Attributes;
import java.util.jar.JarFile;
import java.util.jar.Manifest;
import org.apache.felix.fileinstall.ArtifactInstaller;
import org.apache.felix.fileinstall.ArtifactListener;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.BundleEvent;
import org.osgi.framework.BundleListener;
import org.osgi.framework.Constants;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;

/** Tells of jars in the deploy folder that are no bundles, or a bundle that is here: nobody would hear of them otherwise. */
@Component(
        service = {ArtifactListener.class, ArtifactInstaller.class},
        property = Constants.SERVICE_RANKING + ":Integer=-1000")
public final class RefusedJars implements ArtifactInstaller {
    private final PluginExtender extender;
    private final BundleContext context;
    private final BundleListener departures = this::changed;
    private final Set<File> refused = ConcurrentHashMap.newKeySet();

    @Activate
    public RefusedJars(@Reference PluginExtender extender, BundleContext context) {
        this.extender = extender;
        this.context = context;
        context.addBundleListener(departures);
    }

    @Deactivate
    void stop() {
        context.removeBundleListener(departures);
    }

    /** A jar that was refused beside a bundle that has gone is looked at anew. */
    private void changed(BundleEvent event) {
        if (event.getType() == BundleEvent.UNINSTALLED) {
            refused.forEach(RefusedJars::touch);
        }
    }

    private static void touch(File file) {
        if (file.exists()) {
            file.setLastModified(System.currentTimeMillis());
        }
    }

    @Override
    public boolean canHandle(File artifact) {
        return artifact.isFile() && artifact.getName().endsWith(".jar") && mistake(artifact) != null;
    }

    @Override
    public void install(File artifact) {
        String mistake = mistake(artifact);
        refused.add(artifact);
        if (mistake == null) {
            touch(artifact);
        } else {
            extender.refuse(artifact.getName(), mistake);
        }
    }

    @Override
    public void update(File artifact) {
        install(artifact);
    }

    @Override
    public void uninstall(File artifact) {
        refused.remove(artifact);
        extender.forget(artifact.getName());
        // It is whole by now: File Install gives it to nobody else until it changes once more.
        touch(artifact);
    }

    private String mistake(File file) {
        try (JarFile jar = new JarFile(file)) {
            Manifest manifest = jar.getManifest();
            Attributes headers = manifest == null ? new Attributes() : manifest.getMainAttributes();
            String name = headers.getValue(Constants.BUNDLE_SYMBOLICNAME);
            String version = headers.getValue(Constants.BUNDLE_VERSION);
            if (extendsFramework(headers.getValue(Constants.FRAGMENT_HOST))) {
                return "The jar is a fragment of the framework, which would run unasked and stop the server: take it out of"
                        + " the folder.";
            }
            return name != null && version != null
                    ? twin(file, name.split(";")[0].strip(), version)
                    : "The jar is no bundle: its manifest needs Bundle-SymbolicName and Bundle-Version. Build it with"
                            + " Guildhall's parent.";
        } catch (IOException e) {
            return "The file is no whole jar (" + e.getMessage()
                    + "): copy it anew. It is served as soon as it is whole.";
        }
    }

    private boolean extendsFramework(String host) {
        if (host == null) {
            return false;
        }
        String name = host.split(";")[0].strip();
        return name.equals(Constants.SYSTEM_BUNDLE_SYMBOLICNAME)
                || name.equals(
                        context.getBundle(Constants.SYSTEM_BUNDLE_LOCATION).getSymbolicName());
    }

    /** File Install takes a second file of one bundle for the first, and the bundle away with either of both. */
    private String twin(File file, String name, String version) {
        for (Bundle bundle : context.getBundles()) {
            if (name.equals(bundle.getSymbolicName())
                    && version.strip().equals(bundle.getHeaders("").get(Constants.BUNDLE_VERSION))
                    && isElsewhere(bundle.getLocation(), file)) {
                return "The bundle " + name + " " + version.strip() + " is here already, from " + bundle.getLocation()
                        + ": remove one of both.";
            }
        }
        return null;
    }

    private static boolean isElsewhere(String location, File file) {
        String folder = file.getParentFile().toURI().toString();
        return !location.startsWith(folder)
                || !location.equals(file.toURI().toString()) && new File(URI.create(location)).exists();
    }
}
