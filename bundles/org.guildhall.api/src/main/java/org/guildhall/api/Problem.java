/* Copyright the Guildhall authors. SPDX-License-Identifier: Apache-2.0 */
package org.guildhall.api;

import java.util.List;
import java.util.Locale;
import java.util.ResourceBundle;

/**
 * The one exception that reaches a caller. Each door turns the kind into its protocol's answer; the text comes from the
 * resource bundle {@code org.guildhall.api.problems} in the caller's language and never holds a stack trace, SQL or the
 * name of a class.
 */
public final class Problem extends RuntimeException {
    /** What went wrong, in kinds that every door knows. */
    public enum Kind {
        /** There is no such record or type, or the caller may not see it. */
        NOT_FOUND,
        /** Somebody else changed the record meanwhile. */
        CONFLICT,
        /** The input breaks rules; the findings name each. */
        INVALID,
        /** The caller may not do this. */
        FORBIDDEN,
        /** The question takes more than the server gives to one. */
        TOO_EXPENSIVE,
        /** What the caller goes on from is no longer kept: he begins anew. */
        EXPIRED,
        /** The server can't serve this just now; the same call may succeed in a moment. */
        UNAVAILABLE
    }

    private static final long serialVersionUID = 1;

    private final Kind kind;
    private final String code;
    private final transient List<String> arguments;
    private final transient List<Finding> findings;

    private Problem(Kind kind, String code, List<String> arguments, List<Finding> findings, Throwable cause) {
        super(code, cause);
        this.kind = kind;
        this.code = code;
        this.arguments = arguments;
        this.findings = findings;
    }

    /** What a failure of a plugin's code says, in a line for administrators. */
    public static String line(Throwable failure) {
        String message = failure instanceof Problem problem ? problem.code() : failure.getMessage();
        return failure.getClass().getSimpleName() + (message == null ? "" : ": " + message);
    }

    /** A problem with a stable code and what its text speaks of. */
    public static Problem of(Kind kind, String code, String... arguments) {
        return new Problem(kind, code, List.of(arguments), List.of(), null);
    }

    /** The same with the cause, which is logged and never shown. */
    public static Problem of(Kind kind, String code, Throwable cause, String... arguments) {
        return new Problem(kind, code, List.of(arguments), List.of(), cause);
    }

    /** The same with findings. */
    public static Problem of(Kind kind, String code, List<Finding> findings) {
        return new Problem(kind, code, List.of(), List.copyOf(findings), null);
    }

    /** An input that breaks rules, with all findings at once. */
    public static Problem invalid(List<Finding> findings) {
        return of(Kind.INVALID, "record.invalid", findings);
    }

    public static Problem notFound(String type, String id) {
        return of(Kind.NOT_FOUND, "record.not-found", type, id);
    }

    public Kind kind() {
        return kind;
    }

    /** The stable, documented code. */
    public String code() {
        return code;
    }

    public List<Finding> findings() {
        return findings;
    }

    /** The text for people. */
    public String text(Locale locale) {
        return text(locale, code, arguments);
    }

    /**
     * The text of a code in a language; English where the language has none. A code that is a plugin's own has its text as
     * the first argument.
     */
    public static String text(Locale locale, String code, List<String> arguments) {
        ResourceBundle texts = ResourceBundle.getBundle(
                "org.guildhall.api.problems",
                locale,
                Problem.class.getClassLoader(),
                ResourceBundle.Control.getNoFallbackControl(ResourceBundle.Control.FORMAT_PROPERTIES));
        if (!texts.containsKey(code)) {
            return arguments.isEmpty() ? code : arguments.get(0);
        }
        String pattern = texts.getString(code);
        for (int i = 0; i < arguments.size(); i++) {
            pattern = pattern.replace("{" + i + "}", arguments.get(i));
        }
        return pattern;
    }
}
