/* Copyright the Guildhall authors. SPDX-License-Identifier: Apache-2.0 */
package org.guildhall.benchmarks;

import java.text.Normalizer;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.TreeSet;

/** Sort keys and words as Guildhall makes them of texts in Latin script. */
final class Keys {
    private static final int KEY_LENGTH = 191;
    private static final int WORD_LENGTH = 64;

    private Keys() {}

    /** The key of a text that has no control characters; null for null. */
    static String of(String text) {
        if (text == null) {
            return null;
        }
        String key = folded(text).stripTrailing();
        return key.length() <= KEY_LENGTH ? key : key.substring(0, KEY_LENGTH).stripTrailing();
    }

    private static String folded(String text) {
        return text.chars().allMatch(unit -> unit < 0x80)
                ? text.toLowerCase(Locale.ROOT)
                : Normalizer.normalize(text, Normalizer.Form.NFKD)
                        .replaceAll("\\p{M}+", "")
                        .toUpperCase(Locale.ROOT)
                        .toLowerCase(Locale.ROOT)
                        .replaceAll("\\p{M}+", "");
    }

    /** The words of a text, each once, in their order. */
    static Iterable<String> words(String text) {
        TreeSet<String> words = new TreeSet<>();
        if (text == null) {
            return words;
        }
        String key = folded(text);
        int start = -1;
        for (int i = 0; i <= key.length(); i++) {
            boolean inWord = i < key.length() && Character.isLetterOrDigit(key.charAt(i));
            if (inWord && start < 0) {
                start = i;
            } else if (!inWord && start >= 0) {
                words.add(key.substring(start, Math.min(i, start + WORD_LENGTH)));
                start = -1;
            }
        }
        return words;
    }

    /** What somebody looks for: the longest words first, none that another begins with. */
    static List<String> wanted(String text) {
        List<String> all = new ArrayList<>();
        words(text).forEach(all::add);
        all.sort(Comparator.comparing(String::length).reversed());
        List<String> wanted = new ArrayList<>();
        for (String word : all) {
            if (wanted.stream().noneMatch(longer -> longer.startsWith(word))) {
                wanted.add(word);
            }
        }
        return wanted;
    }

    /** The least key above all that begin with a prefix. */
    static String behind(String prefix) {
        int last = prefix.length() - 1;
        return prefix.substring(0, last) + (char) (prefix.charAt(last) + 1);
    }
}
