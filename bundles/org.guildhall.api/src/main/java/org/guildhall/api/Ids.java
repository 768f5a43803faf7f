/* Copyright the Guildhall authors. SPDX-License-Identifier: Apache-2.0 */
package org.guildhall.api;

import java.util.Arrays;
import java.util.OptionalLong;

/**
 * The outer form of an id: 13 characters of Crockford's base 32 (<a href="https://www.crockford.com/base32.html">
 * crockford.com/base32.html</a>), which sort as the numbers do.
 */
public final class Ids {
    /** The length of an id's text. */
    public static final int LENGTH = 13;

    private static final char[] DIGITS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ".toCharArray();
    private static final byte[] VALUES = new byte[128];

    static {
        Arrays.fill(VALUES, (byte) -1);
        for (byte i = 0; i < DIGITS.length; i++) {
            VALUES[DIGITS[i]] = i;
            VALUES[DIGITS[i] >= 'A' ? DIGITS[i] + ('a' - 'A') : DIGITS[i]] = i;
        }
        VALUES['o'] = VALUES['O'] = 0;
        VALUES['i'] = VALUES['I'] = VALUES['l'] = VALUES['L'] = 1;
    }

    private Ids() {}

    /** The text of an id, which is never negative. */
    public static String format(long id) {
        char[] text = new char[LENGTH];
        for (int i = LENGTH - 1; i >= 0; i--) {
            text[i] = DIGITS[(int) (id & 31)];
            id >>>= 5;
        }
        return new String(text);
    }

    /** The id of a text; empty when the text is none. Small letters, and o, i and l, are read as Crockford says. */
    public static OptionalLong parse(String text) {
        if (text == null || text.length() != LENGTH) {
            return OptionalLong.empty();
        }
        long id = 0;
        for (int i = 0; i < LENGTH; i++) {
            char digit = text.charAt(i);
            int value = digit < VALUES.length ? VALUES[digit] : -1;
            if (value < 0 || (i == 0 && value > 7)) {
                return OptionalLong.empty();
            }
            id = id << 5 | value;
        }
        return OptionalLong.of(id);
    }
}
