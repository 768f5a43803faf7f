/* Copyright the Guildhall authors. SPDX-License-Identifier: Apache-2.0 */
package org.guildhall.plugins.internal;

import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.Constants;
import org.osgi.framework.namespace.PackageNamespace;
import org.osgi.framework.wiring.BundleRequirement;
import org.osgi.framework.wiring.BundleRevision;
import org.osgi.framework.wiring.FrameworkWiring;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.runtime.ServiceComponentRuntime;
import org.osgi.service.component.runtime.dto.ComponentDescriptionDTO;

/** What a bundle has and lacks: its components, the packages that it imports, and a signature. */
@Component(service = BundleComponents.class)
public final class BundleComponents {
    private static final String HEADER = "Service-Component";
    private static final long LONGEST_NANOS = TimeUnit.SECONDS.toNanos(3);

    private final ServiceComponentRuntime runtime;
    private final FrameworkWiring wiring;
    private final JarSignatures signatures;

    @Activate
    public BundleComponents(
            @Reference ServiceComponentRuntime runtime, @Reference JarSignatures signatures, BundleContext context) {
        this.runtime = runtime;
        this.signatures = signatures;
        this.wiring = context.getBundle(Constants.SYSTEM_BUNDLE_LOCATION).adapt(FrameworkWiring.class);
    }

    /** Waits until the components of a started bundle are known; they may be told of its start after us. */
    void await(Bundle bundle) {
        String header = bundle.getHeaders("").get(HEADER);
        int declared = header == null || header.isBlank() ? 0 : header.split(",").length;
        long end = System.nanoTime() + LONGEST_NANOS;
        while (!areThere(bundle, declared) && System.nanoTime() < end) {
            try {
                Thread.sleep(5);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return;
            }
        }
    }

    private boolean areThere(Bundle bundle, int declared) {
        List<ComponentDescriptionDTO> known = List.copyOf(runtime.getComponentDescriptionDTOs(bundle));
        return known.size() >= declared
                && known.stream()
                        .filter(one -> one.defaultEnabled && !"require".equals(one.configurationPolicy))
                        .noneMatch(one ->
                                runtime.getComponentConfigurationDTOs(one).isEmpty());
    }

    /** Why a bundle must not be started, in a sentence; empty where it may. */
    String untrusted(Bundle bundle) {
        return signatures.mistake(bundle);
    }

    /** Why a jar would not be started, in a sentence; empty where it would. */
    String untrusted(byte[] jar) {
        return signatures.mistake(jar);
    }

    /** What an installed bundle lacks to be started, in a sentence; empty when it lacks no package. */
    String missing(Bundle bundle) {
        BundleRevision revision = bundle.adapt(BundleRevision.class);
        if (bundle.getState() != Bundle.INSTALLED || revision == null) {
            return "";
        }
        String packages = revision.getDeclaredRequirements(PackageNamespace.PACKAGE_NAMESPACE).stream()
                .filter(requirement ->
                        !"optional".equals(requirement.getDirectives().get("resolution")))
                .filter(requirement -> wiring.findProviders(requirement).isEmpty())
                .map(BundleComponents::filter)
                .collect(Collectors.joining(", "));
        return packages.isEmpty()
                ? ""
                : "Nothing offers what it imports: " + packages
                        + ". Deploy what does, or build it with Guildhall's parent.";
    }

    private static String filter(BundleRequirement requirement) {
        return requirement.getDirectives().getOrDefault("filter", requirement.toString());
    }
}
