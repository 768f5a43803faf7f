/* Copyright the Guildhall authors. SPDX-License-Identifier: Apache-2.0 */
package org.guildhall.api;

import java.util.List;

/**
 * What records must be like, as data: for queries, policies and rules. A field is one of the record's
 * ({@code lastName}), or one of a record that it refers to ({@code patient.city}), one reference deep.
 *
 * <p>A value is one of the field's, as in {@link Values}, or the text that a door writes for it ({@code "2026-11-22"} for
 * a date). References also take {@code "@me"}; dates {@code "@today"} and {@code "@today-7d"}; instants those and
 * {@code "@now"}, {@code "@now+2h"}, with the units {@code m h d w} (minutes, hours, days, weeks) and days in UTC.
 *
 * <p>Every condition holds or does not: one on an empty field does not, its {@link Not} does. Texts with a sort key
 * compare without regard to case and accents, others exactly.
 */
public sealed interface Condition {
    /** How a field is compared with a value. */
    enum Operator {
        /** Of several choices: has the choice. */
        EQUAL("==", "eq"),
        LESS("<", "lt"),
        LESS_OR_EQUAL("<=", "le"),
        GREATER(">", "gt"),
        GREATER_OR_EQUAL(">=", "ge");

        private final String sign;
        private final String word;

        Operator(String sign, String word) {
            this.sign = sign;
            this.word = word;
        }

        /** As RSQL writes it. */
        public String sign() {
            return sign;
        }

        /** As JSON writes it. */
        public String word() {
            return word;
        }
    }

    /** The field compares so with the value, which is not null. */
    record Compare(String field, Operator operator, Object value) implements Condition {}

    /** The field equals one of the values, none of which is null. */
    record In(String field, List<?> values) implements Condition {
        public In {
            values = List.copyOf(values);
        }
    }

    /** The text begins with another; for fields with a sort key, languages and countries. */
    record Prefix(String field, String text) implements Condition {}

    /** The field is empty. */
    record IsNull(String field) implements Condition {}

    /** The condition does not hold. */
    record Not(Condition condition) implements Condition {}

    /** All hold; so when there is none. */
    record All(List<Condition> conditions) implements Condition {
        public All {
            conditions = List.copyOf(conditions);
        }
    }

    /** One at least holds. */
    record Any(List<Condition> conditions) implements Condition {
        public Any {
            conditions = List.copyOf(conditions);
        }
    }

    static Condition equal(String field, Object value) {
        return new Compare(field, Operator.EQUAL, value);
    }

    static Condition less(String field, Object value) {
        return new Compare(field, Operator.LESS, value);
    }

    static Condition greater(String field, Object value) {
        return new Compare(field, Operator.GREATER, value);
    }

    static Condition in(String field, List<?> values) {
        return new In(field, values);
    }

    static Condition prefix(String field, String text) {
        return new Prefix(field, text);
    }

    static Condition isNull(String field) {
        return new IsNull(field);
    }

    static Condition not(Condition condition) {
        return new Not(condition);
    }

    static Condition all(Condition... conditions) {
        return new All(List.of(conditions));
    }

    static Condition any(Condition... conditions) {
        return new Any(List.of(conditions));
    }
}
