/* Copyright the Guildhall authors. SPDX-License-Identifier: Apache-2.0 */
package org.guildhall.api.platform;

import java.math.BigDecimal;
import java.time.Instant;
import java.time.LocalDate;

/** What a field or column holds. */
public enum FieldKind {
    /** Text of a stated length, counted in UTF-16 units: the strictest of the databases. */
    TEXT(String.class),
    /** Text of any length. */
    LONG_TEXT(String.class),
    INTEGER(Long.class),
    DECIMAL(BigDecimal.class),
    BOOLEAN(Boolean.class),
    DATE(LocalDate.class),
    /** A point in time, to the microsecond. */
    INSTANT(Instant.class),
    /** The id of a record. */
    REFERENCE(Long.class);

    private final Class<?> type;

    FieldKind(Class<?> type) {
        this.type = type;
    }

    /** The class of the field's values in {@link org.guildhall.api.Values}. */
    public Class<?> type() {
        return type;
    }
}
