/* Copyright the Guildhall authors. SPDX-License-Identifier: Apache-2.0 */
package org.guildhall.plugins.internal;

import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.osgi.util.tracker.BundleTracker;

/**
 * Watches the bundles for the extender. By itself, because the first plugin that is published wakes half of the server,
 * which asks for the extender: nobody asks for this.
 */
@Component(service = PluginTracker.class, immediate = true)
public final class PluginTracker {
    private final BundleTracker<HostedPlugin> tracker;

    @Activate
    public PluginTracker(@Reference PluginExtender extender, BundleContext context) {
        tracker = new BundleTracker<>(context, ~Bundle.UNINSTALLED, extender);
        tracker.open();
    }

    @Deactivate
    void close() {
        tracker.close();
    }
}
