/* Copyright the Guildhall authors. SPDX-License-Identifier: Apache-2.0 */
package org.guildhall.plugins.internal;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.Collections;
import java.util.Enumeration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.jar.JarInputStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.guildhall.api.platform.PluginFiles;
import org.guildhall.api.platform.Plugins;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.Constants;
import org.osgi.framework.hooks.resolver.ResolverHook;
import org.osgi.framework.hooks.resolver.ResolverHookFactory;
import org.osgi.framework.wiring.BundleCapability;
import org.osgi.framework.wiring.BundleRequirement;
import org.osgi.framework.wiring.BundleRevision;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Modified;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Lets only those jars be started that are signed by somebody whom the administrator trusts, once he says whom; asked are all
 * but those of the server's own archive. It stands at the resolver, because a bundle that is started has run its code.
 */
@Component(
        service = {JarSignatures.class, ResolverHookFactory.class},
        configurationPid = "org.guildhall.plugins",
        immediate = true)
public final class JarSignatures implements ResolverHookFactory {
    private static final Logger LOG = LoggerFactory.getLogger(JarSignatures.class);
    private static final String OWN = "mvn:[\\w.-]+/[\\w.-]+/[\\w.-]+";

    private final BundleContext context;
    private final Map<Long, Verdict> verdicts = new ConcurrentHashMap<>();
    private volatile SignedJar trusted;

    /** Of a bundle's content of that moment. */
    private record Verdict(long modified, String mistake) {}

    /** etc/org.guildhall.plugins.cfg. */
    public @interface Configuration {
        /** The key store with the certificates of those who are trusted, from the server's home; empty for everybody. */
        String trustStore() default "";

        /** The key store's password. */
        String trustStorePassword() default "changeit";
    }

    @Activate
    public JarSignatures(Configuration configuration, BundleContext context) {
        this.context = context;
        configure(configuration);
    }

    @Modified
    void configure(Configuration configuration) {
        String store = configuration.trustStore().strip();
        trusted = store.isEmpty()
                ? null
                : SignedJar.trusting(
                        Path.of(context.getProperty("karaf.base")).resolve(store), configuration.trustStorePassword());
        verdicts.clear();
    }

    /** Why a bundle must not be started, in a sentence that says what to do; empty where it may. */
    String mistake(Bundle bundle) {
        SignedJar asked = trusted;
        if (asked == null || TrialBundle.isAt(bundle.getLocation())) {
            return "";
        }
        return verdicts.compute(
                        bundle.getBundleId(),
                        (id, verdict) -> verdict != null && verdict.modified() == bundle.getLastModified()
                                ? verdict
                                : new Verdict(
                                        bundle.getLastModified(),
                                        isOwn(bundle) || isFeatures(bundle)
                                                ? ""
                                                : told(bundle, mistake(bundle, asked))))
                .mistake();
    }

    /** Why a jar that is not installed would not be started, in a sentence; empty where it would. */
    String mistake(byte[] jar) {
        SignedJar asked = trusted;
        if (asked == null) {
            return "";
        }
        try (JarInputStream in = new JarInputStream(new ByteArrayInputStream(jar))) {
            if (in.getManifest() != null
                    && in.getManifest().getMainAttributes().getValue(PluginFiles.FILE_HEADER) != null) {
                return asked.ofFile();
            }
            return mistake(out -> out.write(jar), asked);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A plugin tells itself why it fails; a library has nobody who does. */
    private static String told(Bundle bundle, String mistake) {
        if (!mistake.isEmpty() && Plugins.nameOf(bundle) == null) {
            LOG.error("The bundle {} can't be started: {}", bundle, mistake);
        }
        return mistake;
    }

    private static String mistake(Bundle bundle, SignedJar asked) {
        if (bundle.getHeaders("").get(PluginFiles.FILE_HEADER) != null) {
            return asked.ofFile();
        }
        try {
            return mistake(
                    out -> {
                        try (ZipOutputStream zip = new ZipOutputStream(out)) {
                            copy(bundle, "/", zip);
                        }
                    },
                    asked);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private interface Content {
        void write(OutputStream out) throws IOException;
    }

    private static String mistake(Content content, SignedJar asked) throws IOException {
        Path copy = Files.createTempFile("guildhall", ".jar");
        try {
            try (OutputStream out = Files.newOutputStream(copy)) {
                content.write(out);
            }
            return asked.mistake(copy);
        } finally {
            Files.delete(copy);
        }
    }

    /** What the framework has, which need not be what is in the folder by now. */
    private static void copy(Bundle bundle, String folder, ZipOutputStream out) throws IOException {
        Enumeration<String> paths = bundle.getEntryPaths(folder);
        for (String path : paths == null ? List.<String>of() : Collections.list(paths)) {
            if (path.endsWith("/")) {
                copy(bundle, path, out);
            } else {
                out.putNextEntry(new ZipEntry(path));
                try (InputStream in = bundle.getEntry(path).openStream()) {
                    in.transferTo(out);
                }
            }
        }
    }

    /** Whether it is what Karaf makes of a features XML: nothing but that file, which names jars that are looked at themselves. */
    private static boolean isFeatures(Bundle bundle) {
        if (!bundle.getLocation().startsWith("feature:")) {
            return false;
        }
        Enumeration<URL> entries = bundle.findEntries("/", "*", true);
        return entries != null
                && Collections.list(entries).stream()
                        .map(URL::getPath)
                        .allMatch(path -> path.endsWith("/")
                                || path.equals("/META-INF/MANIFEST.MF")
                                || path.matches("/META-INF/org\\.apache\\.karaf\\.shell\\.features/[^/]+"));
    }

    /** Whether it is of the server's archive. */
    private boolean isOwn(Bundle bundle) {
        String location = bundle.getLocation();
        if (bundle.getBundleId() == Constants.SYSTEM_BUNDLE_ID) {
            return true;
        }
        if (!location.matches(OWN)) {
            return false;
        }
        Path system = Path.of(context.getProperty("karaf.home"), "system");
        String[] artifact = location.substring("mvn:".length()).split("/");
        Path jar = system.resolve(artifact[0].replace('.', '/'))
                .resolve(artifact[1])
                .resolve(artifact[2])
                .resolve(artifact[1] + "-" + artifact[2] + ".jar")
                .normalize();
        return jar.startsWith(system) && Files.exists(jar);
    }

    @Override
    public ResolverHook begin(Collection<BundleRevision> triggers) {
        return trusted == null ? null : new Hook(triggers);
    }

    /**
     * Keeps what is not trusted from being resolved. That is said of each of its requirements: once one bundle is not
     * resolvable, Felix 7.0.5 resolves no other one whose imports come from bundles that are resolved already, so that
     * only what is asked for itself, and perhaps requires nothing, is told of that way.
     */
    private final class Hook implements ResolverHook {
        private final Collection<BundleRevision> asked;

        Hook(Collection<BundleRevision> asked) {
            this.asked = asked;
        }

        private boolean isUntrusted(BundleRevision revision) {
            return !mistake(revision.getBundle()).isEmpty();
        }

        @Override
        public void filterResolvable(Collection<BundleRevision> candidates) {
            candidates.removeIf(revision -> asked.contains(revision) && isUntrusted(revision));
        }

        @Override
        public void filterSingletonCollisions(
                BundleCapability singleton, Collection<BundleCapability> collisionCandidates) {
            // Every version may collide.
        }

        @Override
        public void filterMatches(BundleRequirement requirement, Collection<BundleCapability> candidates) {
            boolean required = isUntrusted(requirement.getRevision());
            candidates.removeIf(candidate -> required || isUntrusted(candidate.getRevision()));
        }

        @Override
        public void end() {
            // Nothing is kept.
        }
    }
}
