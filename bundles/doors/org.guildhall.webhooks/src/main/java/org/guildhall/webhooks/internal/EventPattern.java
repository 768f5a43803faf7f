/* Copyright the Guildhall authors. SPDX-License-Identifier: Apache-2.0 */
package org.guildhall.webhooks.internal;

import java.util.Set;
import java.util.regex.Pattern;
import org.guildhall.api.RecordEvent;
import org.guildhall.api.platform.RecordType;

/**
 * Which events somebody wants: {@code customer.contact.created}, {@code customer.contact.*}, {@code customer.*}, or
 * {@code *} for all but those of the plugins that govern the server, which want their name.
 */
record EventPattern(String text) {
    private static final Pattern PATTERN = Pattern.compile("\\*|" + RecordType.GRAMMAR + "(\\." + RecordType.GRAMMAR
            + "){0,1}\\.\\*|" + RecordType.QUALIFIED_GRAMMAR + "\\." + RecordType.GRAMMAR);
    private static final Set<String> GOVERNING = Set.of("security", "webhooks");

    static boolean isValid(String text) {
        return PATTERN.matcher(text).matches();
    }

    boolean matches(RecordEvent event) {
        return matchesAll()
                ? isNoGoverning(event.record().type())
                : text.endsWith("*")
                        ? event.type().startsWith(beginning())
                        : event.type().equals(text);
    }

    /** Whether an event of the type may match. */
    boolean concerns(String type) {
        if (matchesAll()) {
            return isNoGoverning(type);
        }
        return text.endsWith("*") ? (type + ".").startsWith(beginning()) : text.startsWith(type + ".");
    }

    private boolean matchesAll() {
        return text.equals("*");
    }

    private String beginning() {
        return text.substring(0, text.length() - 1);
    }

    private static boolean isNoGoverning(String type) {
        return !GOVERNING.contains(type.substring(0, type.indexOf('.')));
    }
}
