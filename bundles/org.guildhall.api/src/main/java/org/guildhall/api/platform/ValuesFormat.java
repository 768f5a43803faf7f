/* Copyright the Guildhall authors. SPDX-License-Identifier: Apache-2.0 */
package org.guildhall.api.platform;

import org.guildhall.api.Values;
import org.osgi.annotation.versioning.ProviderType;

/** Writes values as the JSON that the doors speak, ids and times in their outer form. */
@ProviderType
public interface ValuesFormat {
    /** A JSON object of the fields that are present. */
    String json(RecordType type, Values values);

    /** The fields of a JSON object that {@link #json} wrote, as far as the type still has them. */
    Values values(RecordType type, String json);

    /** The value that a text stands for in a field; null where it stands for none. */
    Object value(RecordField field, String text);
}
