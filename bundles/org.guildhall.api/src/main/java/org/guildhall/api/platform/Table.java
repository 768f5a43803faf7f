/* Copyright the Guildhall authors. SPDX-License-Identifier: Apache-2.0 */
package org.guildhall.api.platform;

import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/**
 * A table as it should be.
 *
 * @param name lower snake case
 * @param primaryKey names of columns
 * @param indexes the indexes besides the primary key
 * @param plugin the column that says what plugin a row is held for, by its name or by that of something of it,
 *     {@code plugin.name}; null for a table that holds nothing for plugins. Such rows are deleted when the plugin is purged
 */
public record Table(String name, List<Column> columns, List<String> primaryKey, List<Index> indexes, String plugin) {
    public Table(String name, List<Column> columns, List<String> primaryKey, List<Index> indexes) {
        this(name, columns, primaryKey, indexes, null);
    }

    /** The same table, whose rows are held for the plugins that a column names. */
    public Table heldFor(String column) {
        return new Table(name, columns, primaryKey, indexes, column);
    }

    /** What a column holds. */
    public enum Type {
        /** Text of a stated length. */
        TEXT,
        /** Text of any length. */
        LONG_TEXT,
        /** A text's sort key, compared by code points. */
        SORT_KEY,
        /** 64 bits. */
        INTEGER,
        DECIMAL,
        BOOLEAN,
        DATE,
        /** Date and time without a zone, to the microsecond; of an instant in UTC. */
        TIMESTAMP
    }

    /**
     * A column.
     *
     * @param length the most characters of a text, the most digits of a decimal; 0 for other types
     * @param scale the digits behind a decimal's point
     */
    public record Column(String name, Type type, int length, int scale, boolean required) {
        public Column(String name, Type type, int length, boolean required) {
            this(name, type, length, 0, required);
        }
    }

    /**
     * An index over columns; its name is derived from the table and the columns.
     *
     * @param unique whether no two rows may share the values; a row with a null among them shares nothing
     * @param columns names of columns; a minus before a name sorts downwards
     */
    public record Index(boolean unique, List<String> columns) {
        public Index(boolean unique, String... columns) {
            this(unique, Arrays.asList(columns));
        }

        @Override
        public String toString() {
            return columns.stream().collect(Collectors.joining(", ", unique ? "unique (" : "(", ")"));
        }
    }
}
