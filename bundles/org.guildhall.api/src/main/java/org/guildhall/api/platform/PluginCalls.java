/* Copyright the Guildhall authors. SPDX-License-Identifier: Apache-2.0 */
package org.guildhall.api.platform;

import java.util.Collection;
import java.util.function.Supplier;
import org.osgi.annotation.versioning.ProviderType;
import org.osgi.framework.Bundle;
import org.osgi.framework.ServiceReference;

/**
 * Lets no plugin leave in the middle of a call that needs it, and no call in while one leaves. A plugin that is replaced
 * leaves and comes back: calls wait for it meanwhile.
 */
@ProviderType
public interface PluginCalls {
    /** How long calls wait for a plugin that is being replaced, and a plugin that leaves for the calls in flight. */
    long PATIENCE_MILLIS = 10_000;

    /**
     * Runs a call that needs plugins; each is held until it ends. It is run again where it asks in its middle for a
     * plugin that is leaving, so what it does must be undone when it throws.
     *
     * @param waits whether it waits for a plugin that is leaving
     * @throws org.guildhall.api.Problem UNAVAILABLE when a plugin is leaving and is not waited for, or not back in time
     */
    <T> T call(Collection<String> plugins, boolean waits, Supplier<T> body);

    /** Holds more plugins until the call that runs on this thread ends. */
    void need(Collection<String> plugins);

    /** Whether a plugin is leaving, and it is not known yet whether it comes back. */
    boolean isLeaving(String plugin);

    /**
     * Waits until a plugin is back or gone.
     *
     * @throws org.guildhall.api.Problem UNAVAILABLE when it is neither in time, or too many wait
     */
    void await(String plugin);

    /** Lets no call to a plugin in any more, and waits until those in flight have ended, for so long and no longer. */
    void leave(String plugin);

    /** {@link #leave} for the plugin of a service that is unregistered because its bundle stops; else nothing. */
    default void leaveWith(ServiceReference<?> service) {
        Bundle bundle = service.getBundle();
        String plugin = bundle == null || bundle.getState() != Bundle.STOPPING ? null : Plugins.nameOf(bundle);
        if (plugin != null) {
            leave(plugin);
        }
    }

    /** Lets the calls go on that wait for a plugin: it is back, or it is gone. */
    void settle(String plugin);
}
