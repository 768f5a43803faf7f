/* Copyright the Guildhall authors. SPDX-License-Identifier: Apache-2.0 */
package org.guildhall.api;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertTrue;

import java.util.OptionalLong;
import java.util.Random;
import org.junit.Test;

public class IdsTest {
    @Test
    public void anIdComesBackAsItWas() {
        Random random = new Random(1);
        for (int i = 0; i < 10_000; i++) {
            long id = random.nextLong() & Long.MAX_VALUE;
            assertEquals(OptionalLong.of(id), Ids.parse(Ids.format(id)));
        }
        assertEquals("0000000000000", Ids.format(0));
        assertEquals("7ZZZZZZZZZZZZ", Ids.format(Long.MAX_VALUE));
    }

    @Test
    public void textsSortAsTheNumbersDo() {
        assertTrue(Ids.format(1L << 40).compareTo(Ids.format((1L << 40) + 1)) < 0);
        assertTrue(Ids.format(31).compareTo(Ids.format(32)) < 0);
    }

    @Test
    public void whatPeopleMistypeIsReadAsCrockfordSays() {
        assertEquals(Ids.parse("0000000000110"), Ids.parse("ooooooooooilO"));
        assertEquals(Ids.parse("0HZX3W8K2M4QR"), Ids.parse("0hzx3w8k2m4qr"));
    }

    @Test
    public void whatIsNoIdIsRefused() {
        for (String text :
                new String[] {null, "", "1", "00000000000000", "000000000000U", "8000000000000", "000000000000é"}) {
            assertEquals(text, OptionalLong.empty(), Ids.parse(text));
        }
    }
}
