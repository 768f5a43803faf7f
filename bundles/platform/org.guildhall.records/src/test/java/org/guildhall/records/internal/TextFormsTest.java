/* Copyright the Guildhall authors. SPDX-License-Identifier: Apache-2.0 */
package org.guildhall.records.internal;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertFalse;
import static org.junit.Assert.assertTrue;

import java.util.List;
import org.guildhall.api.platform.FieldKind;
import org.junit.Test;

public class TextFormsTest {
    @Test
    public void addressesOfMailHaveALocalPartAndADomain() {
        fit(
                FieldKind.EMAIL,
                "a@b.co",
                "first.last+tag@sub.example.org",
                "jürgen@müller.example",
                "张伟@例子.中国",
                "o'x@y.ie");
        not(
                FieldKind.EMAIL,
                "",
                "a",
                "a@b",
                "a@@b.co",
                ".a@b.co",
                "a.@b.co",
                "a..b@c.de",
                "a b@c.de",
                "a@-b.de",
                "a@b.de\n",
                "a@b.de, c@d.de",
                "x".repeat(65) + "@b.de");
    }

    @Test(timeout = 2_000)
    public void aLongAddressTakesNoLongTime() {
        not(FieldKind.EMAIL, "a@" + "a-".repeat(120) + "!", "a.".repeat(125) + "!");
    }

    @Test
    public void telephoneNumbersAreDigitsAsPeopleWriteThem() {
        fit(FieldKind.PHONE, "112", "+49 30 123456", "(030) 123-456/78", "555.123.4567 x12", "+1 555 1234567 ext. 99");
        not(FieldKind.PHONE, "", "12", "++49 30 1", "call me", "+49 30 1234; drop", "1".repeat(22));
    }

    @Test
    public void urlsAreAbsoluteAndOfTheWeb() {
        fit(FieldKind.URL, "http://example.org", "https://example.org:8443/a?b=c#d", "HTTPS://EXAMPLE.ORG/");
        not(
                FieldKind.URL,
                "",
                "example.org",
                "/a",
                "javascript:alert(1)",
                "ftp://example.org/",
                "http://",
                "http:///x");
        not(FieldKind.URL, "https://example.org/a b", "data:text/html,x", "file:///etc/passwd");
    }

    @Test
    public void languagesAndCountriesAreOfTheirStandards() {
        fit(FieldKind.LANGUAGE, "de", "de-CH", "zh-Hans-CN", "en-GB-oxendict");
        not(FieldKind.LANGUAGE, "", "german language", "d", "de_CH", "-");
        fit(FieldKind.COUNTRY, "DE", "CN", "TR");
        not(FieldKind.COUNTRY, "", "de", "XX", "DEU", "UK");
    }

    @Test
    public void numbersAreSetIntoTheirText() {
        assertEquals("A-000012", DeclaredDefaults.text("A-{000000}", 12));
        assertEquals("1234567/26", DeclaredDefaults.text("{000}/26", 1_234_567));
    }

    private static void fit(FieldKind kind, String... texts) {
        List.of(texts).forEach(text -> assertTrue(text, TextForms.fits(kind, text)));
    }

    private static void not(FieldKind kind, String... texts) {
        List.of(texts).forEach(text -> assertFalse(text, TextForms.fits(kind, text)));
    }
}
