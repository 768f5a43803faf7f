/* Copyright the Guildhall authors. SPDX-License-Identifier: Apache-2.0 */
package org.guildhall.persistence.internal;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertTrue;

import java.util.List;
import java.util.Set;
import org.guildhall.api.Values;
import org.junit.Test;

public class WordsTest {
    @Test
    public void wordsAreRunsOfLettersAndDigitsInTheFormOfSortKeys() {
        assertEquals(Set.of("anna", "maria", "muller"), Words.of("Anna-Maria MÜLLER"));
        assertEquals(Set.of("ada", "example", "org"), Words.of("ada@example.org"));
        assertEquals(Set.of("istanbul"), Words.of("İstanbul"));
        assertEquals(Set.of(), Words.of(" -- "));
    }

    @Test
    public void aWordBeginsAtEveryCharacterThatIsWrittenWithoutBlanks() {
        assertEquals(Set.of("王小明", "小明", "明"), Words.of("王小明"));
    }

    @Test
    public void aLongWordIsCutAndALongTextHasTheFirstOfItsWords() {
        assertEquals(Set.of("x".repeat(64)), Words.of("x".repeat(300)));
        assertTrue(Words.of("王".repeat(1_000)).size() <= 200);
    }

    @Test
    public void theLongestWordLeadsAndOneThatAnotherBeginsWithIsNotAskedFor() {
        assertEquals(List.of("lovelace", "ada"), Words.wanted("Ada Lovelace love"));
        assertEquals(
                "lace is in it, and begins no word of it",
                2,
                Words.wanted("Lovelace lace").size());
        assertEquals(List.of("王小明"), Words.wanted("王小明"));
    }

    @Test
    public void aWordKnowsItsField() {
        Values record = Values.builder()
                .put("name", "Ada")
                .put("emails", List.of(Values.of("address", "ada@example.org")))
                .put("city", null)
                .build();
        assertEquals(
                Set.of(
                        new Words.Word("name", "ada"),
                        new Words.Word("emails.address", "ada"),
                        new Words.Word("emails.address", "example"),
                        new Words.Word("emails.address", "org")),
                Words.of(List.of("name", "city", "emails.address"), record));
    }
}
