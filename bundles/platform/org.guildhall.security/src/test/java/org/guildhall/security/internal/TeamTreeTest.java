/* Copyright the Guildhall authors. SPDX-License-Identifier: Apache-2.0 */
package org.guildhall.security.internal;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertFalse;
import static org.junit.Assert.assertTrue;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.Test;

public class TeamTreeTest {
    private final TeamTree tree = new TeamTree(Map.of(2L, 1L, 3L, 2L, 4L, 2L, 6L, 5L));

    @Test
    public void teamsAndAllBelow() {
        assertEquals(Set.of(2L, 3L, 4L), tree.andBelow(List.of(2L)));
        assertEquals(Set.of(3L, 5L, 6L), tree.andBelow(List.of(3L, 5L)));
        assertEquals(Set.of(), tree.andBelow(List.of()));
    }

    @Test
    public void circlesAreFound() {
        assertFalse(tree.isCircle(3));
        assertTrue(tree.with(1, 4).isCircle(1));
        assertTrue(tree.with(1, 1).isCircle(1));
        assertEquals(Set.of(1L, 2L, 3L, 4L), tree.with(1, 4).andBelow(List.of(2L)));
    }

    @Test
    public void aTeamAboveACircleIsInNone() {
        assertFalse(new TeamTree(Map.of(1L, 2L, 2L, 3L, 3L, 2L)).isCircle(1));
    }

    @Test
    public void depthIsCountedUpAndDown() {
        assertEquals(3, tree.depth(2));
        assertEquals(3, tree.depth(4));
        assertEquals(5, tree.with(1, 7).with(7, 8).depth(2));
        assertEquals(1, tree.depth(9));
    }

    @Test
    public void twentyLevelsAndNoMore() {
        Map<Long, Long> chain = new HashMap<>();
        for (long team = 2; team <= 20; team++) {
            chain.put(team, team - 1);
        }
        TeamTree full = new TeamTree(chain);
        assertEquals(20, full.depth(1));
        assertEquals(20, full.depth(20));
        assertTrue(full.with(1, 99).depth(1) > TeamTree.MAX_DEPTH);
        assertTrue(full.with(21, 20).depth(21) > TeamTree.MAX_DEPTH);
    }
}
