/* Copyright the Guildhall authors. SPDX-License-Identifier: Apache-2.0 */
package org.guildhall.records.internal;

import org.guildhall.api.Values;
import org.guildhall.api.platform.FieldKind;
import org.guildhall.api.platform.RecordField;
import org.guildhall.api.platform.RecordType;

/** What a new record has where its maker said nothing: the initial choice of a list. */
final class RecordDefaults {
    private RecordDefaults() {}

    static Values of(RecordType type, Values given) {
        Values.Builder values = Values.builder();
        given.forEach(values::put);
        for (RecordField field : type.fields()) {
            if (field.kind() == FieldKind.CHOICE && !given.has(field.name())) {
                type.choices(field)
                        .flatMap(list -> list.initial())
                        .ifPresent(choice -> values.put(field.name(), choice.name()));
            }
        }
        return values.build();
    }
}
