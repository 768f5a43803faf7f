/* Copyright the Guildhall authors. SPDX-License-Identifier: Apache-2.0 */
package org.guildhall.security.internal;

import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.guildhall.api.Verb;

/**
 * What a token is limited to: {@code *}, or record types and verbs as {@code customer.contact},
 * {@code customer.contact:read}, {@code customer.*:read} and {@code *:read}. It narrows what the user may, and gives
 * nothing.
 */
final class TokenScopes {
    private static final Pattern GRAMMAR = Pattern.compile("(" + Permissions.GRAMMAR + ")(:("
            + String.join("|", Stream.of(Verb.values()).map(TokenScopes::word).toList()) + "))?");

    private TokenScopes() {}

    /** The scopes of a text, in which blanks are between them. */
    static List<String> of(String text) {
        return text == null || text.isBlank() ? List.of() : List.of(text.strip().split("\\s+"));
    }

    static boolean areValid(List<String> scopes) {
        return scopes.stream().allMatch(scope -> GRAMMAR.matcher(scope).matches());
    }

    /** Whether the token is limited to nothing. */
    static boolean areEverything(List<String> scopes) {
        return scopes.isEmpty() || scopes.contains(Permissions.ALL);
    }

    static boolean allow(List<String> scopes, String type, Verb verb) {
        return areEverything(scopes) || scopes.stream().anyMatch(scope -> allows(scope, type, verb));
    }

    private static boolean allows(String scope, String type, Verb verb) {
        int colon = scope.indexOf(':');
        return colon < 0
                ? Permissions.covers(scope, type)
                : scope.substring(colon + 1).equals(word(verb)) && Permissions.covers(scope.substring(0, colon), type);
    }

    /** The name of a verb at the doors. */
    static String word(Verb verb) {
        return verb.name().toLowerCase(Locale.ROOT);
    }
}
