/* Copyright the Guildhall authors. SPDX-License-Identifier: Apache-2.0 */
package org.guildhall.persistence.internal;

import java.text.Normalizer;
import java.util.Locale;
import org.guildhall.api.platform.RecordField;

/**
 * The form in which texts are compared, the same on every database: decomposed (Unicode's NFKD), without marks, without
 * case, cut, and compared by code points.
 */
final class SortKey {
    private SortKey() {}

    /** The key of a text; null for null. */
    static String of(String text) {
        if (text == null) {
            return null;
        }
        // Twice to lower case: through upper case first, so that ß and SS, ς and σ are one.
        String key = isPlain(text)
                ? text.toLowerCase(Locale.ROOT)
                : Normalizer.normalize(text, Normalizer.Form.NFKD)
                        .replaceAll("\\p{M}+", "")
                        .toUpperCase(Locale.ROOT)
                        .toLowerCase(Locale.ROOT)
                        .replaceAll("\\p{M}+", "");
        return cut(key);
    }

    private static boolean isPlain(String text) {
        return text.chars().allMatch(unit -> unit < 0x80);
    }

    private static String cut(String key) {
        if (key.length() <= RecordField.SORT_KEY_LENGTH) {
            return key;
        }
        int end = RecordField.SORT_KEY_LENGTH;
        return key.substring(0, Character.isHighSurrogate(key.charAt(end - 1)) ? end - 1 : end);
    }
}
