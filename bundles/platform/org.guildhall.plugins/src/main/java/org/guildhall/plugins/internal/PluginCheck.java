/* Copyright the Guildhall authors. SPDX-License-Identifier: Apache-2.0 */
package org.guildhall.plugins.internal;

import java.util.ArrayList;
import java.util.List;
import org.guildhall.api.platform.HealthCheck;
import org.guildhall.api.platform.Plugins;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/** Looks for plugins that can't be served. */
@Component
public final class PluginCheck implements HealthCheck {
    private final Plugins plugins;

    @Activate
    public PluginCheck(@Reference Plugins plugins) {
        this.plugins = plugins;
    }

    @Override
    public List<Finding> check(Limits limits) {
        List<Finding> findings = new ArrayList<>();
        for (Plugins.Status plugin : plugins.all()) {
            if (plugin.state() == Plugins.State.FAILED) {
                findings.add(new Finding(
                        Severity.ERROR,
                        "plugin.failed",
                        "The plugin " + (plugin.name() + " " + plugin.version()).strip() + " can't be served: "
                                + plugin.reason(),
                        "Drop a jar or a file that is put right into deploy, or take it away; its data stay."));
            } else if (plugin.state() == Plugins.State.WAITING
                    && !plugin.reason().isEmpty()) {
                findings.add(new Finding(
                        Severity.ERROR,
                        "plugin.waiting",
                        "The plugin " + plugin.name() + " " + plugin.version() + " can't be started: "
                                + plugin.reason(),
                        "Or take its jar away; its data stay."));
            } else if (plugin.state() == Plugins.State.READY && plugin.waitsForGrant()) {
                findings.add(new Finding(
                        Severity.WARNING,
                        "plugin.not-granted",
                        "The plugin " + plugin.name() + " " + plugin.version()
                                + " wants more of other plugins' types than it is granted.",
                        "See by guildhall:grant --show " + plugin.name() + " what it wants; grant it without --show."));
            } else if (plugin.state() == Plugins.State.READY && !plugin.reason().isEmpty()) {
                findings.add(new Finding(
                        Severity.WARNING,
                        "plugin.notice",
                        "The plugin " + plugin.name() + " " + plugin.version() + " is served, but: " + plugin.reason(),
                        "Tell its author."));
            }
        }
        return findings;
    }
}
