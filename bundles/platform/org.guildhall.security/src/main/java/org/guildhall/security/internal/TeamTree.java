/* Copyright the Guildhall authors. SPDX-License-Identifier: Apache-2.0 */
package org.guildhall.security.internal;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The teams that hang under teams. */
final class TeamTree {
    /** The most levels. */
    static final int MAX_DEPTH = 20;

    private final Map<Long, Long> parents;
    private final Map<Long, List<Long>> children = new HashMap<>();

    /** @param parents the teams that hang under another, and under which */
    TeamTree(Map<Long, Long> parents) {
        this.parents = Map.copyOf(parents);
        parents.forEach((team, parent) ->
                children.computeIfAbsent(parent, none -> new ArrayList<>()).add(team));
    }

    /** The same tree with a team under another. */
    TeamTree with(long team, long parent) {
        Map<Long, Long> more = new HashMap<>(parents);
        more.put(team, parent);
        return new TeamTree(more);
    }

    /** The teams and all that hang under them. */
    Set<Long> andBelow(Collection<Long> teams) {
        Set<Long> reached = new LinkedHashSet<>(teams);
        Deque<Long> open = new ArrayDeque<>(teams);
        while (!open.isEmpty()) {
            for (Long child : children.getOrDefault(open.pop(), List.of())) {
                if (reached.add(child)) {
                    open.push(child);
                }
            }
        }
        return reached;
    }

    /** Whether a team hangs under itself. */
    boolean isCircle(long team) {
        Set<Long> above = new LinkedHashSet<>();
        for (Long next = parents.get(team); next != null && above.add(next); next = parents.get(next)) {
            if (next == team) {
                return true;
            }
        }
        return false;
    }

    /** The levels from the topmost team over a team down to the lowest under it; for a team in no circle. */
    int depth(long team) {
        int levels = levels(team);
        for (Long next = parents.get(team); next != null && levels <= MAX_DEPTH; next = parents.get(next)) {
            levels++;
        }
        return levels;
    }

    /** The levels from a team downwards, no further than too many. */
    private int levels(long team) {
        int levels = 0;
        Collection<Long> level = List.of(team);
        while (!level.isEmpty() && levels <= MAX_DEPTH) {
            levels++;
            level = level.stream()
                    .flatMap(one -> children.getOrDefault(one, List.of()).stream())
                    .toList();
        }
        return levels;
    }
}
