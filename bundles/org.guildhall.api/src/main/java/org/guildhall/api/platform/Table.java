/* Copyright the Guildhall authors. SPDX-License-Identifier: Apache-2.0 */
package org.guildhall.api.platform;

import java.util.List;

/**
 * A table as it should be.
 *
 * @param name lower snake case
 * @param primaryKey names of columns
 * @param indexes the indexes besides the primary key
 */
public record Table(String name, List<Column> columns, List<String> primaryKey, List<Index> indexes) {
    /**
     * A column.
     *
     * @param length the most characters of a text, 0 for other kinds
     */
    public record Column(String name, FieldKind kind, int length, boolean required) {}

    /** An index over columns; its name is derived from the table and the columns. */
    public record Index(boolean unique, List<String> columns) {}
}
