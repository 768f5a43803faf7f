/* Copyright the Guildhall authors. SPDX-License-Identifier: Apache-2.0 */
package org.guildhall.plugins.internal;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.UUID;
import java.util.function.Function;
import java.util.jar.JarEntry;
import java.util.jar.JarInputStream;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.BundleException;
import org.osgi.framework.Constants;
import org.osgi.framework.wiring.FrameworkWiring;

/** A jar that is installed under another name, looked at without being started, and taken away again. */
final class TrialBundle {
    private static final String NAME = "guildhall-trial-";
    /** No jar that somebody else installs has one like this. */
    private static final String LOCATION = "guildhall:";

    private TrialBundle() {}

    static boolean is(Bundle bundle) {
        return String.valueOf(bundle.getSymbolicName()).startsWith(NAME);
    }

    static boolean isAt(String location) {
        return location.startsWith(LOCATION);
    }

    static <T> T with(BundleContext context, InputStream jar, Function<Bundle, T> look) {
        Bundle bundle;
        try {
            String name = NAME + UUID.randomUUID();
            bundle = context.installBundle(LOCATION + name, renamed(jar, name));
        } catch (BundleException | IOException e) {
            throw new IllegalArgumentException("The jar is no bundle: " + e.getMessage() + ".", e);
        }
        try {
            if (!context.getBundle(Constants.SYSTEM_BUNDLE_LOCATION)
                    .adapt(FrameworkWiring.class)
                    .resolveBundles(List.of(bundle))) {
                throw new IllegalArgumentException("The jar lacks something that it imports: "
                        + bundle.getHeaders("").get(Constants.IMPORT_PACKAGE) + ".");
            }
            return look.apply(bundle);
        } finally {
            try {
                bundle.uninstall();
            } catch (BundleException e) {
                throw new IllegalStateException(e);
            }
        }
    }

    /** The same jar with another symbolic name: two bundles of one name and version can't be installed. */
    private static InputStream renamed(InputStream jar, String name) throws IOException {
        ByteArrayOutputStream copy = new ByteArrayOutputStream();
        try (JarInputStream in = new JarInputStream(jar)) {
            Manifest manifest = in.getManifest();
            if (manifest == null) {
                throw new IOException("its manifest is missing");
            }
            if (manifest.getMainAttributes().getValue(Constants.FRAGMENT_HOST) != null) {
                // One of the framework would run by being installed.
                throw new IllegalArgumentException("The jar is a fragment of another bundle, and no plugin.");
            }
            manifest.getMainAttributes().putValue(Constants.BUNDLE_SYMBOLICNAME, name);
            try (JarOutputStream out = new JarOutputStream(copy, manifest)) {
                for (JarEntry entry = in.getNextJarEntry(); entry != null; entry = in.getNextJarEntry()) {
                    out.putNextEntry(new JarEntry(entry.getName()));
                    in.transferTo(out);
                }
            }
        }
        return new ByteArrayInputStream(copy.toByteArray());
    }
}
