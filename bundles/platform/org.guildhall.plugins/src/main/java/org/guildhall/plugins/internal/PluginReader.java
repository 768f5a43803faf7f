/* Copyright the Guildhall authors. SPDX-License-Identifier: Apache-2.0 */
package org.guildhall.plugins.internal;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.guildhall.api.GuildhallPlugin;
import org.guildhall.api.platform.ChoiceList;
import org.guildhall.api.platform.PluginModel;
import org.guildhall.api.platform.RecordType;
import org.guildhall.api.platform.RoleOffer;
import org.osgi.framework.Bundle;

/** Reads what a bundle declares, once, when it starts. */
final class PluginReader {
    private PluginReader() {}

    /**
     * The bundle's declarations.
     *
     * @throws IllegalArgumentException with every mistake, in sentences
     */
    static PluginModel read(String name, Bundle bundle) {
        JarFiles files = new JarFiles(bundle);
        files.mistake().ifPresent(mistake -> {
            throw new IllegalArgumentException(mistake);
        });
        Mistakes mistakes = new Mistakes();
        mistakes.checkName(name, RecordType.GRAMMAR, "The plugin");
        List<String> packages = header(bundle, GuildhallPlugin.PACKAGE_HEADER);
        if (packages.size() != 1) {
            throw new IllegalArgumentException(
                    "One package must be annotated @GuildhallPlugin, and the header " + GuildhallPlugin.PACKAGE_HEADER
                            + " names " + packages + ": build the jar with Guildhall's parent.");
        }
        GuildhallPlugin plugin = load(bundle, packages.get(0) + ".package-info").getAnnotation(GuildhallPlugin.class);
        if (plugin.schema() < 1) {
            mistakes.add("The schema of the plugin is " + plugin.schema() + " and must be 1 or more.");
        }
        List<PluginModel.Use> uses = uses(plugin, mistakes);
        Map<String, ChoiceList> choices = files.choices(name, mistakes);
        List<PluginModel.Change> changes = files.changes(name, plugin.schema());
        List<RoleOffer> roles = new OfferedRolesFile(name, uses).read(files);
        EntityReader entities = new EntityReader(name, choices, files.labels(), mistakes);
        List<Class<?>> classes = new ArrayList<>();
        header(bundle, GuildhallPlugin.RECORDS_HEADER).forEach(entity -> classes.add(load(bundle, entity)));
        List<RecordType> types = entities.read(classes);
        mistakes.throwIfAny();
        return new PluginModel(name, plugin.schema(), uses, types, entities.entityNames(), roles, changes);
    }

    private static List<PluginModel.Use> uses(GuildhallPlugin plugin, Mistakes mistakes) {
        return Arrays.stream(plugin.uses())
                .map(uses -> {
                    mistakes.checkName(uses.type(), RecordType.QUALIFIED_GRAMMAR, "A type that the plugin uses");
                    return new PluginModel.Use(
                            uses.type(),
                            uses.verbs().length == 0 ? Set.of() : EnumSet.copyOf(Arrays.asList(uses.verbs())),
                            Set.of(uses.fields()));
                })
                .toList();
    }

    private static List<String> header(Bundle bundle, String name) {
        String header = bundle.getHeaders("").get(name);
        return header == null || header.isBlank()
                ? List.of()
                : Arrays.stream(header.split(",")).map(String::strip).toList();
    }

    private static Class<?> load(Bundle bundle, String name) {
        try {
            return bundle.loadClass(name);
        } catch (ClassNotFoundException | LinkageError e) {
            throw new IllegalArgumentException(
                    "The class " + name + " can't be loaded from the plugin's bundle: " + e.getMessage() + ".", e);
        }
    }
}
