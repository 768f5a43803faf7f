/* Copyright the Guildhall authors. SPDX-License-Identifier: Apache-2.0 */
package org.guildhall.plugins.internal;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import org.guildhall.api.platform.Plugins;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.Constants;
import org.osgi.framework.ServiceEvent;
import org.osgi.framework.ServiceReference;
import org.osgi.framework.hooks.service.EventListenerHook;
import org.osgi.framework.hooks.service.FindHook;
import org.osgi.framework.hooks.service.ListenerHook.ListenerInfo;
import org.osgi.service.component.annotations.Component;

/**
 * Hides from plugins what leads past the pipeline: the database, its drivers, and the services of the platform's own parts.
 * It keeps an author from a mistake; code inside the JVM is trusted.
 */
@Component
public final class ServiceGuard implements FindHook, EventListenerHook {
    private static final String PLATFORM = "org.guildhall.api.platform.";
    private static final List<String> HIDDEN =
            List.of("javax.sql.DataSource", "org.osgi.service.jdbc.DataSourceFactory", "javax.persistence.");

    @Override
    public void find(
            BundleContext context,
            String name,
            String filter,
            boolean allServices,
            Collection<ServiceReference<?>> references) {
        if (isGuarded(context.getBundle())) {
            references.removeIf(ServiceGuard::isHidden);
        }
    }

    @Override
    public void event(ServiceEvent event, Map<BundleContext, Collection<ListenerInfo>> listeners) {
        if (isHidden(event.getServiceReference())) {
            listeners.keySet().removeIf(context -> isGuarded(context.getBundle()));
        }
    }

    private static boolean isGuarded(Bundle bundle) {
        String plugin = bundle == null ? null : Plugins.nameOf(bundle);
        return plugin != null && !Plugins.PLATFORM.contains(plugin);
    }

    private static boolean isHidden(ServiceReference<?> service) {
        for (String name : (String[]) service.getProperty(Constants.OBJECTCLASS)) {
            if (name.startsWith(PLATFORM) || HIDDEN.stream().anyMatch(name::startsWith)) {
                return true;
            }
        }
        return false;
    }
}
