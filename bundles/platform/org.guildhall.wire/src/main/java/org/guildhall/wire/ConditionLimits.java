/* Copyright the Guildhall authors. SPDX-License-Identifier: Apache-2.0 */
package org.guildhall.wire;

import org.guildhall.api.Condition;
import org.guildhall.api.Problem;

/** How large a condition of a caller may be: the same in every form, so that what was read can be written and read again. */
final class ConditionLimits {
    static final int MAX_TERMS = 1_000;
    static final int MAX_DEPTH = 16;

    private int terms;

    /** Counts a condition, or a value of a list, before it is read. */
    void count(int depth) {
        if (++terms > MAX_TERMS || depth > MAX_DEPTH) {
            throw Problem.of(
                    Problem.Kind.TOO_EXPENSIVE,
                    "query.too-large",
                    Integer.toString(MAX_TERMS),
                    Integer.toString(MAX_TERMS),
                    Integer.toString(MAX_DEPTH));
        }
    }

    /** Counts a condition and all in it. */
    void countAll(Condition condition, int depth) {
        count(depth);
        if (condition instanceof Condition.Not not) {
            countAll(not.condition(), depth + 1);
        } else if (condition instanceof Condition.All all) {
            all.conditions().forEach(one -> countAll(one, depth + 1));
        } else if (condition instanceof Condition.Any any) {
            any.conditions().forEach(one -> countAll(one, depth + 1));
        } else if (condition instanceof Condition.In in) {
            in.values().forEach(value -> count(depth));
        }
    }
}
