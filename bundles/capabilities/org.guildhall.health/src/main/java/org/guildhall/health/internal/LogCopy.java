/* Copyright the Guildhall authors. SPDX-License-Identifier: Apache-2.0 */
package org.guildhall.health.internal;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Lines of the log as they may leave the server. What the platform and the libraries under it say is kept; what a plugin
 * says, and the messages of exceptions, may quote a record: only the classes and the places are kept of them.
 */
final class LogCopy {
    static final String LEFT_OUT = "(left out)";
    private static final Pattern HEAD = Pattern.compile(
            "(\\d{4}-\\d\\d-\\d\\dT\\S+ \\| \\w+ +\\| [^|]*\\| [^|]*\\| \\d+ - ([\\w.-]+) - \\S+ \\| )(.*)");
    private static final Pattern KNOWN = Pattern.compile("org\\.guildhall\\.(api|model|derby|persistence|wire|journal"
            + "|security|plugins|records|backup|metrics|health|rest|shell)|org\\.apache\\..*|org\\.ops4j\\..*"
            + "|org\\.eclipse\\..*|com\\.zaxxer\\..*|openjpa|org\\.postgresql\\..*");
    private static final Pattern FRAME =
            Pattern.compile("\\s+(at [\\w.$/@<>~-]+\\(.*\\).*|\\.\\.\\. \\d+ (more|common.*))");
    private static final Pattern THROWN = Pattern.compile(
            "(\\s*(?:(?:Caused by|Suppressed): )?[\\w.$]+(?:Exception|Error|Problem|Throwable)[\\w$]*)(:.*)?");
    private static final Pattern ADDRESS =
            Pattern.compile("[\\w.+-]+@[\\w-]+(\\.[\\w-]+)+|(?<![\\w.])(?!127\\.)(\\d{1,3}\\.){3}\\d{1,3}(?![\\w.])");

    /** From an opening quotation mark to the last closing one: a value may hold some, too. */
    private static final Pattern QUOTED =
            Pattern.compile("(?<![\\p{L}\\p{N}])(['\"])(?:.*\\1(?![\\p{L}\\p{N}])|.*)", Pattern.DOTALL);

    private LogCopy() {}

    /** A sentence without addresses, and without what it quotes: databases quote values so. */
    static String sentence(String text) {
        return QUOTED.matcher(ADDRESS.matcher(text).replaceAll(LEFT_OUT)).replaceAll(LEFT_OUT);
    }

    static String of(String line) {
        Matcher head = HEAD.matcher(line);
        if (head.matches()) {
            return KNOWN.matcher(head.group(2)).matches()
                    ? ADDRESS.matcher(head.group(1)).replaceAll(LEFT_OUT) + sentence(head.group(3))
                    : head.group(1) + LEFT_OUT;
        }
        if (FRAME.matcher(line).matches()) {
            return line;
        }
        Matcher thrown = THROWN.matcher(line);
        return thrown.matches() ? thrown.group(1) : LEFT_OUT;
    }
}
