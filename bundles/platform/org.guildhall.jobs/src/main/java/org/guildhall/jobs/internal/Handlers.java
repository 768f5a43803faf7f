/* Copyright the Guildhall authors. SPDX-License-Identifier: Apache-2.0 */
package org.guildhall.jobs.internal;

import java.util.Optional;
import org.guildhall.api.Handles;
import org.guildhall.api.platform.Plugins;
import org.osgi.framework.ServiceReference;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The names of what handlers are for. */
final class Handlers {
    private static final Logger LOG = LoggerFactory.getLogger(Handlers.class);

    private Handlers() {}

    /** {@code plugin.name}. */
    static Optional<String> name(ServiceReference<?> reference) {
        String plugin = Plugins.nameOf(reference.getBundle());
        if (plugin != null && reference.getProperty(Handles.PROPERTY) instanceof String name) {
            return Optional.of(plugin + "." + name);
        }
        LOG.error(
                "{} of {} does nothing: it must be of a plugin's bundle and say by @Handles what it is for",
                reference.getProperty("component.name"),
                reference.getBundle());
        return Optional.empty();
    }

    /** The plugin of a name. */
    static String plugin(String name) {
        return name.substring(0, name.indexOf('.'));
    }
}
