/* Copyright the Guildhall authors. SPDX-License-Identifier: Apache-2.0 */
package org.guildhall.api.platform;

import java.util.List;
import java.util.Map;
import java.util.Set;
import org.guildhall.api.Verb;

/**
 * What a plugin's jar declares, read once when its bundle starts; it holds no class of the plugin.
 *
 * @param name the plugin's name
 * @param schema the number of its schema
 * @param uses what it wants of other plugins' records
 * @param types its record types, without the parts
 * @param entities the names of the entity classes, by the names of records and parts
 * @param roles the roles that it offers
 * @param changes the author's own changes of the schema, in the order in which they are made
 */
public record PluginModel(
        String name,
        int schema,
        List<Use> uses,
        List<RecordType> types,
        Map<String, String> entities,
        List<RoleOffer> roles,
        List<Change> changes) {

    /** What is wanted of another plugin's type; all fields when none is named. */
    public record Use(String type, Set<Verb> verbs, Set<String> fields) {}

    /**
     * A step that can't be derived from the records. Exactly one of {@code rename} and {@code sql} is there.
     *
     * @param schema the number of the schema that it leads to
     * @param rename the renaming of a field
     * @param sql one statement that changes rows, run in a transaction of its own once the tables are up to date
     */
    public record Change(int schema, Rename rename, String sql) {}

    /**
     * A field that has another name now.
     *
     * @param type the record or part, {@code plugin.record}
     */
    public record Rename(String type, String from, String to) {}
}
