/* Copyright the Guildhall authors. SPDX-License-Identifier: Apache-2.0 */
package org.guildhall.security.internal;

import java.util.Collection;
import org.guildhall.api.Problem;
import org.guildhall.api.platform.RecordType;

/** Permissions and the patterns that roles write for them and for record types. */
final class Permissions {
    /** What is needed to change what users may do. */
    static final String GRANT = "security.grant";

    /** What every active user has who has not signed in with a token of narrower scopes. */
    static final String SELF = "security.self";

    /** The pattern of everything. */
    static final String ALL = "*";

    /** What a pattern looks like: {@code plugin.name}, {@code plugin.*} or {@code *}. */
    static final String GRAMMAR = RecordType.QUALIFIED_GRAMMAR + "|" + RecordType.GRAMMAR + "\\.\\*|\\*";

    private static final String OWN_PLUGIN = "security.";

    private Permissions() {}

    /** Whether a pattern stands for a permission. */
    static boolean covers(String pattern, String permission) {
        return pattern.equals(ALL) || pattern.equals(permission) || isPlugin(pattern, permission);
    }

    static boolean cover(Collection<String> patterns, String permission) {
        return patterns.stream().anyMatch(pattern -> covers(pattern, permission));
    }

    /** Whether a pattern stands for a record type; all data is not all power, so that {@code *} leaves users out. */
    static boolean coversType(String pattern, String type) {
        return pattern.equals(ALL) ? !type.startsWith(OWN_PLUGIN) : covers(pattern, type);
    }

    private static boolean isPlugin(String pattern, String name) {
        return pattern.endsWith(".*") && name.startsWith(pattern.substring(0, pattern.length() - 1));
    }

    static Problem grantNeeded() {
        return Problem.of(Problem.Kind.FORBIDDEN, "security.grant-needed", GRANT);
    }
}
