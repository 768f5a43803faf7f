/* Copyright the Guildhall authors. SPDX-License-Identifier: Apache-2.0 */
package org.guildhall.itests;

import java.lang.Character.UnicodeScript;
import java.text.Normalizer;
import java.util.Comparator;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;

/** What texts are compared by and which words they have, said once more. */
final class ModelText {
    /** As PostgreSQL and MariaDB order texts. */
    static final Comparator<String> BY_CODE_POINTS = ModelText::byCodePoints;

    /** As Derby orders texts: by UTF-16 units. */
    static final Comparator<String> BY_UNITS = Comparator.naturalOrder();

    private static final int KEY_LENGTH = 191;
    private static final int WORD_LENGTH = 64;

    private ModelText() {}

    private static int byCodePoints(String one, String other) {
        int[] first = one.codePoints().toArray();
        int[] second = other.codePoints().toArray();
        return java.util.Arrays.compare(first, second);
    }

    /** Without case and marks, whatever the text's length. */
    private static String folded(String text) {
        String bare = withoutMarks(Normalizer.normalize(text, Normalizer.Form.NFKD))
                .toLowerCase(Locale.ROOT)
                .toUpperCase(Locale.ROOT)
                .toLowerCase(Locale.ROOT);
        // The sigma at a word's end is no other letter.
        return withoutMarks(bare).replace('\u03C2', '\u03C3');
    }

    private static String withoutMarks(String text) {
        StringBuilder bare = new StringBuilder();
        text.codePoints()
                .filter(character -> switch (Character.getType(character)) {
                    case Character.NON_SPACING_MARK, Character.ENCLOSING_MARK, Character.COMBINING_SPACING_MARK ->
                        false;
                    default -> true;
                })
                .forEach(bare::appendCodePoint);
        return bare.toString();
    }

    /** What a text is compared by: its beginning, no character below a blank, no blank at the end. */
    static String key(String text) {
        StringBuilder key = new StringBuilder();
        folded(text).codePoints().map(character -> Math.max(character, ' ')).forEach(key::appendCodePoint);
        String whole = key.toString().replaceAll(" +$", "");
        int end = Math.min(whole.length(), KEY_LENGTH);
        end -= end > 0 && end < whole.length() && Character.isHighSurrogate(whole.charAt(end - 1)) ? 1 : 0;
        return whole.substring(0, end).replaceAll(" +$", "");
    }

    /** Runs of letters and digits, and of them the rest from each character that is written without blanks. */
    static Set<String> words(String text) {
        Set<String> words = new TreeSet<>();
        for (String run : folded(text).split("[^\\p{L}\\p{Nd}]+")) {
            int place = 0;
            while (place < run.length()) {
                int character = run.codePointAt(place);
                if (place == 0 || isWrittenWithoutBlanks(character)) {
                    words.add(word(run.substring(place)));
                }
                place += Character.charCount(character);
            }
        }
        return words;
    }

    private static String word(String rest) {
        int end = 0;
        while (end < rest.length()) {
            int next = end + Character.charCount(rest.codePointAt(end));
            if (next > WORD_LENGTH) {
                break;
            }
            end = next;
        }
        return rest.substring(0, end);
    }

    private static boolean isWrittenWithoutBlanks(int character) {
        UnicodeScript script = UnicodeScript.of(character);
        return script == UnicodeScript.HAN
                || script == UnicodeScript.HIRAGANA
                || script == UnicodeScript.KATAKANA
                || script == UnicodeScript.THAI;
    }
}
