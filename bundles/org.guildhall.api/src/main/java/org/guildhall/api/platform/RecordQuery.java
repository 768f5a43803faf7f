/* Copyright the Guildhall authors. SPDX-License-Identifier: Apache-2.0 */
package org.guildhall.api.platform;

import java.util.List;
import java.util.Set;
import org.guildhall.api.Condition;
import org.guildhall.api.Query.Sort;
import org.guildhall.api.Values;

/**
 * A question to the store, checked and complete: every field is there and may be asked for, every value is of its field's
 * class.
 *
 * @param filter what the records must be like; null for all
 * @param targets the types behind the references that the filter goes through, and what is reached of them
 * @param words what words of the record begin with, the one to begin with first; see {@link RecordReader#words}
 * @param searched the fields whose words count, those of parts as {@code part.field}; null for all
 * @param sort the order; ids decide between equals
 * @param visibility which records are reached
 * @param binned whether it asks for the records in the bin
 * @param fields what is read besides id and version; null for everything
 * @param after where the page before ended; null for the first page
 * @param limit the most records
 */
public record RecordQuery(
        Condition filter,
        List<Target> targets,
        List<String> words,
        Set<String> searched,
        List<Sort> sort,
        Visibility visibility,
        boolean binned,
        Set<String> fields,
        List<Object> after,
        int limit) {
    /**
     * What a filter goes through.
     *
     * @param field the reference
     * @param type what it refers to
     */
    public record Target(String field, RecordType type, Visibility visibility) {}

    /**
     * Records, and what {@link #after} takes behind each of them.
     */
    public record Rows(List<Values> records, List<List<Object>> places) {}
}
