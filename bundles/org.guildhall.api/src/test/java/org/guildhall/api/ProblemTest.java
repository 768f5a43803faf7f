/* Copyright the Guildhall authors. SPDX-License-Identifier: Apache-2.0 */
package org.guildhall.api;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertNotEquals;
import static org.junit.Assert.assertTrue;

import java.io.IOException;
import java.io.InputStreamReader;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Properties;
import org.junit.Test;

public class ProblemTest {
    @Test
    public void everyTextIsThereInBothLanguagesWithTheSamePlaces() throws IOException {
        Properties english = texts("problems.properties");
        Properties chinese = texts("problems_zh.properties");
        assertEquals(english.keySet(), chinese.keySet());
        for (String code : english.stringPropertyNames()) {
            assertNotEquals(code, english.getProperty(code), chinese.getProperty(code));
            for (String place : List.of("{0}", "{1}")) {
                assertEquals(
                        code + " " + place,
                        english.getProperty(code).contains(place),
                        chinese.getProperty(code).contains(place));
            }
        }
    }

    @Test
    public void theHostsLanguageDoesNotMatter() {
        assertEquals("There is no field x.", Problem.text(Locale.FRENCH, "field.unknown", List.of("x")));
        assertTrue(Problem.text(Locale.SIMPLIFIED_CHINESE, "field.unknown", List.of("x"))
                .contains("没有字段 x"));
    }

    private static Properties texts(String file) throws IOException {
        Properties texts = new Properties();
        try (Reader reader = new InputStreamReader(Problem.class.getResourceAsStream(file), StandardCharsets.UTF_8)) {
            texts.load(reader);
        }
        return texts;
    }
}
