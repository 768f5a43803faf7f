/* Copyright the Guildhall authors. SPDX-License-Identifier: Apache-2.0 */
package org.guildhall.plugins.internal;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.guildhall.api.Verb;
import org.guildhall.api.platform.PluginModel;
import org.guildhall.api.platform.RecordType;
import org.guildhall.api.platform.RoleOffer;
import org.guildhall.plugins.YamlNode;

/**
 * Reads roles.yaml, or what stands for it: the roles that a plugin offers. They speak of its own types, and of those that it says it uses: a jar
 * can't bring a role for what is not its business.
 */
final class OfferedRolesFile {
    private static final List<String> SCOPES = List.of("own", "team", "teamAndBelow", "all");
    private static final int MOST_OF_A_NAME = 100;
    private static final int MOST_OF_A_DESCRIPTION = 255;

    private final String plugin;
    private final List<PluginModel.Use> uses;

    OfferedRolesFile(String plugin, List<PluginModel.Use> uses) {
        this.plugin = plugin;
        this.uses = uses;
    }

    /** @throws IllegalArgumentException with the place of the first mistake */
    List<RoleOffer> read(JarFiles files) {
        List<RoleOffer> roles = new ArrayList<>();
        files.yaml("roles").ifPresent(node -> {
            for (YamlNode item : node.list()) {
                RoleOffer role = role(item);
                if (roles.stream().anyMatch(other -> other.name().equals(role.name()))) {
                    throw item.mistake("the role " + role.name() + " is there already");
                }
                roles.add(role);
            }
        });
        return roles;
    }

    private RoleOffer role(YamlNode item) {
        Map<String, YamlNode> values = item.map(Set.of("name", "description", "permissions", "grants"));
        String name = text(item, values, "name", MOST_OF_A_NAME);
        if (name == null) {
            throw item.mistake("the key name is missing");
        }
        List<RoleOffer.Permission> permissions = new ArrayList<>();
        if (values.containsKey("permissions")) {
            values.get("permissions").list().forEach(permission -> permissions.add(permission(permission)));
        }
        List<String> grants = new ArrayList<>();
        if (values.containsKey("grants")) {
            for (String grant : values.get("grants").texts()) {
                if (!grant.matches(RecordType.GRAMMAR)) {
                    throw item.mistake(
                            "the permission " + grant + " must be one of the plugin's own, named without it");
                }
                grants.add(plugin + "." + grant);
            }
        }
        return new RoleOffer(name, text(item, values, "description", MOST_OF_A_DESCRIPTION), permissions, grants);
    }

    private static String text(YamlNode item, Map<String, YamlNode> values, String key, int most) {
        String text = values.containsKey(key) ? values.get(key).text() : null;
        if (text != null && (text.isBlank() || text.length() > most)) {
            throw item.mistake("the " + key + " must have 1 to " + most + " characters");
        }
        return text;
    }

    private RoleOffer.Permission permission(YamlNode item) {
        Map<String, YamlNode> values = item.map(Set.of("type", "verbs", "scope"));
        if (!values.containsKey("type") || !values.containsKey("verbs")) {
            throw item.mistake("the keys type and verbs must be there");
        }
        Set<Verb> verbs = EnumSet.noneOf(Verb.class);
        for (String word : values.get("verbs").texts()) {
            verbs.add(Arrays.stream(Verb.values())
                    .filter(verb -> verb.name().toLowerCase(Locale.ROOT).equals(word))
                    .findFirst()
                    .orElseThrow(() -> item.mistake("the verb " + word + " is unknown")));
        }
        if (verbs.isEmpty()) {
            throw item.mistake("verbs must name one at least");
        }
        String scope = values.containsKey("scope") ? values.get("scope").text() : "all";
        if (!SCOPES.contains(scope)) {
            throw item.mistake("the scope must be one of " + SCOPES);
        }
        return new RoleOffer.Permission(type(item, values.get("type").text()), verbs, scope);
    }

    private String type(YamlNode item, String name) {
        if (name.equals("*") || name.matches(RecordType.GRAMMAR)) {
            return plugin + "." + name;
        }
        if (uses.stream().noneMatch(use -> use.type().equals(name))) {
            throw item.mistake("the type " + name + " must be one of the plugin's own, named without it, or one that it"
                    + " says it uses");
        }
        return name;
    }
}
