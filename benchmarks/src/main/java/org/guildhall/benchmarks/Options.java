/* Copyright the Guildhall authors. SPDX-License-Identifier: Apache-2.0 */
package org.guildhall.benchmarks;

import java.util.HashMap;
import java.util.Map;

/** Arguments of the form {@code name=value}. */
final class Options {
    private final Map<String, String> values = new HashMap<>();

    Options(String[] arguments) {
        for (String argument : arguments) {
            String[] pair = argument.split("=", 2);
            values.put(pair[0], pair.length < 2 ? "" : pair[1]);
        }
    }

    String text(String name) {
        String value = values.get(name);
        if (value == null) {
            throw new IllegalArgumentException("The argument " + name + "=... is missing.");
        }
        return value;
    }

    int number(String name) {
        return Integer.parseInt(text(name));
    }
}
