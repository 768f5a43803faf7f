/* Copyright the Guildhall authors. SPDX-License-Identifier: Apache-2.0 */
package org.guildhall.api.platform;

import java.io.InputStream;
import java.util.List;
import org.guildhall.api.GuildhallPlugin;
import org.osgi.annotation.versioning.ProviderType;
import org.osgi.framework.Bundle;
import org.osgi.framework.wiring.BundleRevision;

/** The plugins of this server and how they are. */
@ProviderType
public interface Plugins {
    /** The name of the plugin that a bundle declares itself to be, or null. */
    static String nameOf(Bundle bundle) {
        return bundle.adapt(BundleRevision.class).getDeclaredCapabilities(GuildhallPlugin.NAMESPACE).stream()
                .map(declared -> String.valueOf(declared.getAttributes().get(GuildhallPlugin.NAMESPACE)))
                .findFirst()
                .orElse(null);
    }

    /** Every plugin whose bundle is started, by name. */
    List<Status> all();

    /** Whether the records of a plugin answer. */
    default boolean isReady(String plugin) {
        return all().stream().anyMatch(status -> status.name().equals(plugin) && status.state() == State.READY);
    }

    /** Whether no plugin is still on its way. */
    boolean settled();

    /**
     * The SQL that the deployment of a jar would run, which it does not.
     *
     * @throws IllegalArgumentException when the jar can't be served; the message says what to do
     */
    List<String> preview(InputStream jar);

    /**
     * Adds a choice to a list of a plugin that is here; it is offered at once, on other servers of the database from their
     * next start.
     *
     * @throws IllegalArgumentException when there is no such list or category, or the choice is there already
     */
    void addChoice(String list, ChoiceList.Option choice);

    /** Where a plugin is in its life. */
    enum State {
        /** Its tables are brought up to date. */
        MIGRATING,
        /** Its records answer. */
        READY,
        /** The calls in flight are waited for. */
        DRAINING,
        /** It can't be served; the reason says what to do. */
        FAILED
    }

    /**
     * A plugin's state.
     *
     * @param schema the number of its schema, 0 while it is not known
     * @param reason why it failed, or what an administrator should know of it; else empty
     */
    record Status(
            String name,
            String bundle,
            String version,
            int schema,
            State state,
            String reason,
            List<String> types,
            List<PluginModel.Use> uses) {}
}
