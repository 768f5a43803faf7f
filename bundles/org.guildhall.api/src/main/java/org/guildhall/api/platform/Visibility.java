/* Copyright the Guildhall authors. SPDX-License-Identifier: Apache-2.0 */
package org.guildhall.api.platform;

import java.util.List;
import java.util.Map;
import java.util.Set;
import org.guildhall.api.Condition;

/** Which records of a type somebody reaches; as data, to become part of a statement. */
public sealed interface Visibility {
    /** Every record. */
    Visibility EVERYTHING = new Rows(true, Set.of(), Set.of(), Set.of(), false, List.of());

    /** No record. */
    Visibility NOTHING = new Rows(false, Set.of(), Set.of(), Set.of(), false, List.of());

    /**
     * Records by their owner, by their team and by being shared; one of these is enough.
     *
     * @param all whether those don't matter
     * @param owners users
     * @param teams teams
     * @param grantees users and teams with whom a record of the type may be shared; empty when none is
     * @param changing whether it must be shared for changing, not only for reading
     * @param conditions what the records must be like besides
     * @param targets what is behind the references that the conditions go through
     */
    record Rows(
            boolean all,
            Set<Long> owners,
            Set<Long> teams,
            Set<Long> grantees,
            boolean changing,
            List<Condition> conditions,
            List<RecordQuery.Target> targets)
            implements Visibility {
        public Rows(
                boolean all,
                Set<Long> owners,
                Set<Long> teams,
                Set<Long> grantees,
                boolean changing,
                List<Condition> conditions) {
            this(all, owners, teams, grantees, changing, conditions, List.of());
        }
    }

    /**
     * Records that hang on others that are reached.
     *
     * @param field the reference to what it hangs on
     * @param parents the types that it may hang on, and which of their records are reached
     */
    record OnParent(String field, Map<RecordType, Visibility> parents) implements Visibility {}

    /** Whether nothing at all is reached, whatever the records are. */
    default boolean isNothing() {
        return this instanceof Rows rows
                ? !rows.all()
                        && rows.owners().isEmpty()
                        && rows.teams().isEmpty()
                        && rows.grantees().isEmpty()
                : ((OnParent) this).parents().isEmpty();
    }

    /** Whether everything is reached. */
    default boolean isEverything() {
        return this instanceof Rows rows && rows.all() && rows.conditions().isEmpty();
    }
}
