/* Copyright the Guildhall authors. SPDX-License-Identifier: Apache-2.0 */
package org.guildhall.api.platform;

import java.io.InputStream;
import java.util.List;
import java.util.Set;
import org.guildhall.api.GuildhallPlugin;
import org.osgi.annotation.versioning.ProviderType;
import org.osgi.framework.Bundle;
import org.osgi.framework.wiring.BundleRevision;

/** The plugins of this server and how they are. */
@ProviderType
public interface Plugins {
    /** The names of the plugins that are parts of the platform, and work with its own services. */
    Set<String> PLATFORM = Set.of("security", "webhooks");

    /** The name of the plugin that a bundle declares itself to be, or null. */
    static String nameOf(Bundle bundle) {
        return bundle.adapt(BundleRevision.class).getDeclaredCapabilities(GuildhallPlugin.NAMESPACE).stream()
                .map(declared -> String.valueOf(declared.getAttributes().get(GuildhallPlugin.NAMESPACE)))
                .findFirst()
                .orElse(null);
    }

    /**
     * Every plugin whose bundle is installed, by name, and every jar in the deploy folder that is no bundle: by its file's
     * name, without a version, as one that failed.
     */
    List<Status> all();

    /** Whether the records of a plugin answer. */
    boolean isReady(String plugin);

    /** Whether no plugin is still on its way. */
    boolean settled();

    /**
     * What the deployment of a jar would do; it does nothing.
     *
     * @throws IllegalArgumentException when the jar can't be served; the message says what to do
     */
    Plan plan(InputStream jar);

    /**
     * Grants what a plugin that is here declares to use of other plugins' types; until then it may not. A later version
     * that wants more waits for another grant. Known at once, on other servers within a second.
     *
     * @throws IllegalArgumentException when there is no such plugin, or it declares no use
     */
    void grant(String plugin);

    /** Takes back what was granted to a plugin. */
    void revoke(String plugin);

    /** What the database holds for a plugin; see {@link PluginData#held}. */
    PluginData.Held held(String plugin);

    /**
     * Puts a plugin into quarantine: it is served no more, whatever is deployed, and its data stay as they are. Known at
     * once, on other servers within two seconds.
     *
     * @throws IllegalArgumentException when it can't be put there; the message says why
     */
    void quarantine(String plugin);

    /**
     * Lets a plugin out of quarantine; it is served again where its bundle is here.
     *
     * @throws IllegalArgumentException when it is not in quarantine, or a purge of it has begun
     */
    void release(String plugin);

    /**
     * Deletes all data of a plugin in quarantine, for ever. It takes some seconds at least.
     *
     * @throws IllegalArgumentException when it is not in quarantine, or its bundle is installed
     */
    void purge(String plugin);

    /**
     * Adds a choice to a list of a plugin that is here; it is offered at once, on other servers of the database from their
     * next start.
     *
     * @throws IllegalArgumentException when there is no such list or category, or the choice is there already
     */
    void addChoice(String list, ChoiceList.Option choice);

    /** Where a plugin is in its life. */
    enum State {
        /** Its bundle is installed and not started; the reason says what it lacks. */
        WAITING,
        /** Its tables are brought up to date. */
        MIGRATING,
        /** Its records answer. */
        READY,
        /** The calls in flight are waited for. */
        DRAINING,
        /** Its bundle was stopped. */
        STOPPED,
        /** It can't be served; the reason says what to do. */
        FAILED
    }

    /**
     * A plugin's state.
     *
     * @param schema the number of its schema, 0 while it is not known
     * @param reason why it failed, or what an administrator should know of it; else empty
     * @param uses what it declares to use of other plugins' types
     * @param granted what of it is granted
     */
    record Status(
            String name,
            String bundle,
            String version,
            int schema,
            State state,
            String reason,
            List<String> types,
            List<PluginModel.Use> uses,
            List<PluginModel.Use> granted) {
        /** Whether it wants more than it is granted. */
        public boolean waitsForGrant() {
            return !granted.equals(uses);
        }
    }

    /**
     * What a deployment would do.
     *
     * @param schema the number of the jar's schema
     * @param replaced the plugin that is here now; null where none is
     * @param refusal why it would not be started at all, in a sentence; empty where it would
     * @param changes what is added to the stored types and what is no more in the jar, a sentence each
     * @param ungranted what it would wait for a grant to use
     * @param statements SQL, and lines of comment for what is no single statement
     */
    record Plan(
            String plugin,
            String version,
            int schema,
            Status replaced,
            String refusal,
            List<String> changes,
            List<PluginModel.Use> ungranted,
            List<String> statements) {}
}
