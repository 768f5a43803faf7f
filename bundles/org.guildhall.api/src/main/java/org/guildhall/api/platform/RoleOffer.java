/* Copyright the Guildhall authors. SPDX-License-Identifier: Apache-2.0 */
package org.guildhall.api.platform;

import java.util.List;
import java.util.Set;
import org.guildhall.api.Verb;

/**
 * A role that a plugin brings, for administrators to give; a service for as long as the plugin is here. Nobody has it by
 * that.
 *
 * @param name the role's name, unless an administrator changes it
 * @param description what it is for; null for none
 * @param permissions what it may do with records of the plugin's own types and of those that it uses
 * @param grants permissions of the plugin beside the verbs, {@code plugin.permission}
 */
public record RoleOffer(String name, String description, List<Permission> permissions, List<String> grants) {
    /**
     * What may be done with records.
     *
     * @param type {@code plugin.record}, or {@code plugin.*}
     * @param scope {@code own}, {@code team}, {@code teamAndBelow} or {@code all}
     */
    public record Permission(String type, Set<Verb> verbs, String scope) {}

    public RoleOffer {
        permissions = List.copyOf(permissions);
        grants = List.copyOf(grants);
    }
}
