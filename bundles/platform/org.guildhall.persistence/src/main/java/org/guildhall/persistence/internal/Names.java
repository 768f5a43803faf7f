/* Copyright the Guildhall authors. SPDX-License-Identifier: Apache-2.0 */
package org.guildhall.persistence.internal;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.zip.CRC32;

/** How tables and columns are named. */
final class Names {
    /** Words that one of the databases does not take as a name of a table or a column. */
    private static final Set<String> RESERVED = reservedWords();

    private static final int MAX_NAME = 60;

    private Names() {}

    /** A name of at most {@value #MAX_NAME} characters; what is cut is replaced by a checksum of the whole. */
    static String shortened(String name) {
        if (name.length() <= MAX_NAME) {
            return name;
        }
        CRC32 checksum = new CRC32();
        checksum.update(name.getBytes(StandardCharsets.UTF_8));
        return name.substring(0, MAX_NAME - 9) + "_" + String.format(Locale.ROOT, "%08x", checksum.getValue());
    }

    /** The words of a Java name in lower snake case. */
    static String snakeCase(String name) {
        List<String> words = List.of(name.split("(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])"));
        return shortened(
                words.stream().map(word -> word.toLowerCase(Locale.ROOT)).collect(Collectors.joining("_")));
    }

    /** The table of a record or part. */
    static String table(String type) {
        int dot = type.indexOf('.');
        return shortened(snakeCase(type.substring(0, dot)) + "_" + snakeCase(type.substring(dot + 1)));
    }

    /** Whether a name would have to be quoted, which none is. */
    static boolean isUnusable(String name) {
        return RESERVED.contains(name) || !name.matches("[a-z][a-z0-9_]{0,59}");
    }

    private static Set<String> reservedWords() {
        try (BufferedReader lines = new BufferedReader(new InputStreamReader(
                Names.class.getResourceAsStream("reserved-words.txt"), StandardCharsets.US_ASCII))) {
            return lines.lines().collect(Collectors.toUnmodifiableSet());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
