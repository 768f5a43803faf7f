/* Copyright the Guildhall authors. SPDX-License-Identifier: Apache-2.0 */
package org.guildhall.metrics.internal;

import java.util.Set;
import java.util.regex.Pattern;
import org.guildhall.api.Problem;
import org.guildhall.api.platform.RecordTypes;

/**
 * By what calls are told apart. Each label is one of few: what a caller makes up is "other".
 *
 * @param status its class, such as {@code 2xx}
 * @param type the record type, or what else the address is of
 */
record CallLabels(String method, String status, String type) {
    private static final String OTHER = "other";
    private static final Set<String> METHODS = Set.of("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS");
    private static final Pattern BEHIND_A_NAME = Pattern.compile("[:;].*");
    private static final Set<String> PLACES = Set.of("types", "me", "events");

    static CallLabels of(String method, int status, String path, RecordTypes types) {
        return new CallLabels(
                METHODS.contains(method) ? method : OTHER,
                status >= 100 && status < 600 ? status / 100 + "xx" : OTHER,
                type(path, types));
    }

    /** @param path as /api/v1/contacts/0SAEWB25M0000 */
    private static String type(String path, RecordTypes types) {
        String[] parts = path == null ? new String[0] : path.split("/", 5);
        if (parts.length < 4) {
            return OTHER;
        }
        String name = BEHIND_A_NAME.matcher(parts[3]).replaceFirst("");
        if (PLACES.contains(name)) {
            return name;
        }
        try {
            return types.get(name).name();
        } catch (Problem nothingOfThatName) {
            return OTHER;
        }
    }
}
