/* Copyright the Guildhall authors. SPDX-License-Identifier: Apache-2.0 */
package org.guildhall.plugins.internal;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.guildhall.api.platform.RecordField;
import org.guildhall.api.platform.RecordField.Trait;
import org.guildhall.api.platform.RecordPart;
import org.guildhall.api.platform.RecordType;

/** What a jar adds to the types that the database has, and what it has no more. */
final class TypeChanges {
    private final List<String> changes = new ArrayList<>();

    private TypeChanges() {}

    static List<String> between(String plugin, List<RecordType> stored, List<RecordType> declared) {
        TypeChanges all = new TypeChanges();
        Map<String, RecordType> before = new LinkedHashMap<>();
        stored.stream().filter(type -> type.plugin().equals(plugin)).forEach(type -> before.put(type.name(), type));
        for (RecordType type : declared) {
            all.type(before.remove(type.name()), type);
        }
        before.keySet().forEach(type -> all.changes.add("- type " + type + ", whose data are kept"));
        return all.changes;
    }

    private void type(RecordType before, RecordType type) {
        if (before == null) {
            changes.add("+ type " + type.name() + ", as /" + type.plural());
        }
        Map<String, RecordField> fields = new LinkedHashMap<>();
        Map<String, RecordPart> parts = new LinkedHashMap<>();
        if (before != null) {
            before.fields().forEach(field -> fields.put(field.name(), field));
            before.parts().forEach(part -> parts.put(part.name(), part));
        }
        for (RecordField field : type.fields()) {
            if (fields.remove(field.name()) == null && !field.is(Trait.PLATFORM)) {
                changes.add("+ field " + type.name() + "." + field.name() + ": " + kind(field));
            }
        }
        for (RecordPart part : type.parts()) {
            RecordPart former = parts.remove(part.name());
            if (former == null) {
                changes.add("+ part " + type.name() + "." + part.name());
            }
            type(former == null ? part.type().edit(List.of()).build() : former.type(), part.type());
        }
        fields.keySet()
                .forEach(field -> changes.add(
                        "- field " + type.name() + "." + field + ", whose data are kept, or a renamed one"));
        parts.keySet().forEach(part -> changes.add("- part " + type.name() + "." + part + ", whose data are kept"));
    }

    private static String kind(RecordField field) {
        String kind = field.kind().name().toLowerCase(Locale.ROOT).replace('_', ' ');
        return kind
                + (field.length() > 0 ? " (" + field.length() + ")" : "")
                + (field.target() == null
                        ? ""
                        : " to " + field.target() + ", "
                                + field.onDelete().name().toLowerCase(Locale.ROOT) + " when that is deleted")
                + (field.is(Trait.REQUIRED) ? ", required" : "");
    }
}
