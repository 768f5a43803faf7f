/* Copyright the Guildhall authors. SPDX-License-Identifier: Apache-2.0 */
package org.guildhall.persistence.internal;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.openjpa.enhance.PCRegistry;
import org.guildhall.api.GuildhallPlugin;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.BundleEvent;
import org.osgi.framework.SynchronousBundleListener;
import org.osgi.framework.wiring.BundleWiring;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;

/**
 * Takes the classes of a plugin out of OpenJPA's registry of enhanced classes, which holds their loader, when its bundle
 * is unresolved or uninstalled; not when it stops, because a loaded class does not register a second time. It needs
 * nothing, so that it is there whenever a plugin leaves, with or without a database.
 */
@Component(service = EnhancedLoaders.class, immediate = true)
public final class EnhancedLoaders implements SynchronousBundleListener {
    private final BundleContext context;
    private final Map<Long, ClassLoader> loaders = new ConcurrentHashMap<>();

    @Activate
    public EnhancedLoaders(BundleContext context) {
        this.context = context;
        context.addBundleListener(this);
        for (Bundle bundle : context.getBundles()) {
            if (bundle.getHeaders("").get(GuildhallPlugin.RECORDS_HEADER) != null) {
                remember(bundle);
            }
        }
    }

    /** Captures the loader of a plugin's bundle: once the bundle has left, it can't be asked any more. */
    void remember(Bundle bundle) {
        BundleWiring wiring = bundle.adapt(BundleWiring.class);
        if (wiring != null) {
            loaders.put(bundle.getBundleId(), wiring.getClassLoader());
        }
    }

    @Override
    public void bundleChanged(BundleEvent event) {
        if (event.getType() == BundleEvent.UNRESOLVED || event.getType() == BundleEvent.UNINSTALLED) {
            ClassLoader loader = loaders.remove(event.getBundle().getBundleId());
            if (loader != null) {
                PCRegistry.deRegister(loader);
            }
        }
    }

    @Deactivate
    void close() {
        context.removeBundleListener(this);
    }
}
