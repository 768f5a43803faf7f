/* Copyright the Guildhall authors. SPDX-License-Identifier: Apache-2.0 */
package org.guildhall.persistence.internal;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertNotEquals;
import static org.junit.Assert.assertNull;
import static org.junit.Assert.assertTrue;

import org.junit.Test;

public class SortKeyTest {
    @Test
    public void caseAndAccentsMakeNoDifference() {
        assertEquals("muller", SortKey.of("Müller"));
        assertEquals(SortKey.of("MÜLLER"), SortKey.of("mu\u0308ller"));
        assertEquals(SortKey.of("STRASSE"), SortKey.of("Straße"));
        assertEquals(SortKey.of("STRASSE"), SortKey.of("STRAẞE"));
        assertEquals(SortKey.of("ΟΔΥΣΣΕΥΣ"), SortKey.of("οδυσσευς"));
        assertTrue(SortKey.of("οδυσσεια").startsWith(SortKey.of("ΟΔΥΣ")));
        assertEquals(SortKey.of("ﬁne"), SortKey.of("Fine"));
        assertEquals(SortKey.of("Å"), SortKey.of("\u212B"));
        assertNotEquals(SortKey.of("Muller"), SortKey.of("Mueller"));
    }

    @Test
    public void theTurkishIsAreThoseOfEveryLanguage() {
        assertEquals("istanbul", SortKey.of("İSTANBUL"));
        assertEquals("istanbul", SortKey.of("ISTANBUL"));
    }

    @Test
    public void keysAreCutWithoutHalvingACharacter() {
        assertNull(SortKey.of(null));
        assertEquals("", SortKey.of("\u0301"));
        assertEquals("张伟", SortKey.of("张伟"));
        assertEquals(191, SortKey.of("a".repeat(300)).length());
        String cut = SortKey.of("a" + "😀".repeat(150));
        assertEquals(191, cut.length());
        assertEquals(190, SortKey.of("😀".repeat(150)).length());
        assertTrue(cut.codePoints().noneMatch(point -> point >= 0xD800 && point <= 0xDFFF));
        assertTrue(
                "one character may be many letters", SortKey.of("ﷺ".repeat(100)).length() <= 191);
    }
}
