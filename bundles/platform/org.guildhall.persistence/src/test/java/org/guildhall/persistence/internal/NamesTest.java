/* Copyright the Guildhall authors. SPDX-License-Identifier: Apache-2.0 */
package org.guildhall.persistence.internal;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertNotEquals;

import org.junit.Test;

public class NamesTest {
    @Test
    public void namesAreLowerSnakeCaseInAnyLanguageOfTheHost() {
        assertEquals("first_name", Names.snakeCase("firstName"));
        assertEquals("postal_code", Names.snakeCase("postalCode"));
        assertEquals("vat_id", Names.snakeCase("VATId"));
        assertEquals("id", Names.snakeCase("ID"));
        assertEquals("line2_text", Names.snakeCase("line2Text"));
    }

    @Test
    public void longNamesAreCutAndStayDistinct() {
        String one = Names.shortened("a".repeat(80) + "1");
        String two = Names.shortened("a".repeat(80) + "2");
        assertEquals(60, one.length());
        assertNotEquals(one, two);
        assertEquals("a".repeat(60), Names.shortened("a".repeat(60)));
    }
}
