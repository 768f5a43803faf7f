/* Copyright the Guildhall authors. SPDX-License-Identifier: Apache-2.0 */
package org.guildhall.plugins.internal;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.Collections;
import java.util.Enumeration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
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
        if (asked == null || isOwn(bundle)) {
            return "";
        }
        return verdicts.compute(
                        bundle.getBundleId(),
                        (id, verdict) -> verdict != null && verdict.modified() == bundle.getLastModified()
                                ? verdict
                                : new Verdict(bundle.getLastModified(), told(bundle, mistake(bundle, asked))))
                .mistake();
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
            Path copy = Files.createTempFile("guildhall", ".jar");
            try {
                try (ZipOutputStream out = new ZipOutputStream(Files.newOutputStream(copy))) {
                    copy(bundle, "/", out);
                }
                return asked.mistake(copy);
            } finally {
                Files.delete(copy);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
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

    /** Whether it is of the server's archive, or is looked at without being started. */
    private boolean isOwn(Bundle bundle) {
        String location = bundle.getLocation();
        if (bundle.getBundleId() == Constants.SYSTEM_BUNDLE_ID || TrialBundle.isAt(location)) {
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
        return trusted == null ? null : new Hook();
    }

    private final class Hook implements ResolverHook {
        @Override
        public void filterResolvable(Collection<BundleRevision> candidates) {
            candidates.removeIf(revision -> !mistake(revision.getBundle()).isEmpty());
        }

        @Override
        public void filterSingletonCollisions(
                BundleCapability singleton, Collection<BundleCapability> collisionCandidates) {
            // Every version may collide.
        }

        @Override
        public void filterMatches(BundleRequirement requirement, Collection<BundleCapability> candidates) {
            // What may be started may be used.
        }

        @Override
        public void end() {
            // Nothing is kept.
        }
    }
}
