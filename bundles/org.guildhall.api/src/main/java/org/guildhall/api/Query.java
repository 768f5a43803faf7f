/* Copyright the Guildhall authors. SPDX-License-Identifier: Apache-2.0 */
package org.guildhall.api;

import java.util.List;
import java.util.Set;

/**
 * A question for a page of records. Immutable; the methods give changed copies.
 *
 * @param filter what the records must be like; null for all
 * @param quickFind words that the record's searchable fields hold, each one or its beginning; null for none
 * @param sort the order; empty for that of ids, which is the order of making, and for the best words first with
 *     {@code quickFind}. Empty fields come last in either direction; ids decide between equals
 * @param limit the most records of the page, from 1 to {@value #MAX_LIMIT}
 * @param cursor {@code next} of the page before; null for the first page
 * @param count whether the records are counted, up to {@value #MAX_COUNT}
 * @param binned whether it asks for the records in the bin instead of the live ones
 * @param fields the fields and parts that come back besides id and version; null for all
 * @param expand fields that refer to records, which come with the record
 */
public record Query(
        Condition filter,
        String quickFind,
        List<Sort> sort,
        int limit,
        String cursor,
        boolean count,
        boolean binned,
        Set<String> fields,
        Set<String> expand) {
    /** The most records of one page. */
    public static final int MAX_LIMIT = 200;

    /** How many a page has when nothing is said. */
    public static final int DEFAULT_LIMIT = 50;

    /** Up to here counts are exact. */
    public static final int MAX_COUNT = 10_000;

    /** Every live record, a page at a time. */
    public static final Query ALL = new Query(null, null, List.of(), DEFAULT_LIMIT, null, false, false, null, Set.of());

    /** One field of an order. */
    public record Sort(String field, boolean descending) {
        /** Reads {@code name} or {@code -name}. */
        public static Sort of(String text) {
            return text.startsWith("-") ? new Sort(text.substring(1), true) : new Sort(text, false);
        }

        @Override
        public String toString() {
            return (descending ? "-" : "") + field;
        }
    }

    public Query {
        sort = List.copyOf(sort);
        fields = fields == null ? null : Set.copyOf(fields);
        expand = Set.copyOf(expand);
    }

    public static Query where(Condition condition) {
        return ALL.filter(condition);
    }

    public Query filter(Condition condition) {
        return new Query(condition, quickFind, sort, limit, cursor, count, binned, fields, expand);
    }

    public Query quickFind(String words) {
        return new Query(filter, words, sort, limit, cursor, count, binned, fields, expand);
    }

    /** @param names names of fields; a minus before one sorts downwards */
    public Query sortedBy(String... names) {
        return new Query(
                filter,
                quickFind,
                List.of(names).stream().map(Sort::of).toList(),
                limit,
                cursor,
                count,
                binned,
                fields,
                expand);
    }

    public Query limit(int most) {
        return new Query(filter, quickFind, sort, most, cursor, count, binned, fields, expand);
    }

    public Query after(String next) {
        return new Query(filter, quickFind, sort, limit, next, count, binned, fields, expand);
    }

    public Query counted() {
        return new Query(filter, quickFind, sort, limit, cursor, true, binned, fields, expand);
    }

    public Query inTheBin() {
        return new Query(filter, quickFind, sort, limit, cursor, count, true, fields, expand);
    }

    public Query only(Set<String> names) {
        return new Query(filter, quickFind, sort, limit, cursor, count, binned, names, expand);
    }

    public Query expanding(Set<String> names) {
        return new Query(filter, quickFind, sort, limit, cursor, count, binned, fields, names);
    }
}
