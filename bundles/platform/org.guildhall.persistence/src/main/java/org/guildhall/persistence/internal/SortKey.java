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
        return text == null ? null : cut(unpadded(whole(text)));
    }

    /** The form of a text that is compared, of any length. */
    static String whole(String text) {
        // Through upper case, so that ß and SS are one, and through lower case before, so that ẞ is; the ς of a word's
        // end is
        // a σ, as what begins with it may go on.
        return isPlain(text)
                ? text.toLowerCase(Locale.ROOT)
                : Normalizer.normalize(text, Normalizer.Form.NFKD)
                        .replaceAll("\\p{M}+", "")
                        .toLowerCase(Locale.ROOT)
                        .toUpperCase(Locale.ROOT)
                        .toLowerCase(Locale.ROOT)
                        .replaceAll("\\p{M}+", "")
                        .replace('ς', 'σ');
    }

    /** MariaDB and Derby compare as if the shorter text had blanks behind it: so nothing is below a blank, or ends with one. */
    private static String unpadded(String key) {
        int end = key.length();
        boolean low = false;
        for (int i = 0; i < key.length(); i++) {
            low |= key.charAt(i) < ' ';
        }
        String raised = low ? key.replaceAll("[\\x00-\\x1F]", " ") : key;
        while (end > 0 && raised.charAt(end - 1) == ' ') {
            end--;
        }
        return raised.substring(0, end);
    }

    /** The least key above all that begin with a prefix; null where there is none. */
    static String behind(String prefix) {
        if (prefix.isEmpty()) {
            return null;
        }
        int last = prefix.codePointBefore(prefix.length());
        String before = prefix.substring(0, prefix.length() - Character.charCount(last));
        return last == Character.MAX_CODE_POINT
                ? behind(before)
                : before
                        + Character.toString(
                                last == Character.MIN_SURROGATE - 1 ? Character.MAX_SURROGATE + 1 : last + 1);
    }

    private static boolean isPlain(String text) {
        return text.chars().allMatch(unit -> unit < 0x80);
    }

    private static String cut(String key) {
        if (key.length() <= RecordField.SORT_KEY_LENGTH) {
            return key;
        }
        int end = RecordField.SORT_KEY_LENGTH;
        return unpadded(key.substring(0, Character.isHighSurrogate(key.charAt(end - 1)) ? end - 1 : end));
    }
}
