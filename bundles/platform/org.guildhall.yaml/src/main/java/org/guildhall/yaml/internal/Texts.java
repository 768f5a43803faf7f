/* Copyright the Guildhall authors. SPDX-License-Identifier: Apache-2.0 */
package org.guildhall.yaml.internal;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.guildhall.api.platform.RecordType;
import org.guildhall.plugins.YamlNode;

/** Reads texts of which not every one is good. */
final class Texts {
    private Texts() {}

    static String name(YamlNode node) {
        if (!node.text().matches(RecordType.GRAMMAR)) {
            throw node.mistake("\"" + node.text()
                    + "\" must be a small letter followed by at most 40 letters and digits" + " of ASCII");
        }
        return node.text();
    }

    /** The name of a type or a list of choices, which may leave the plugin out where it is its own. */
    static String qualified(String plugin, YamlNode node) {
        String name = node.text().contains(".") ? node.text() : plugin + "." + node.text();
        if (!name.matches(RecordType.QUALIFIED_GRAMMAR)) {
            throw node.mistake("\"" + node.text() + "\" must be a name of this plugin's, or plugin and name with a dot"
                    + " between");
        }
        return name;
    }

    /** One of an enumeration, whose constants are written as at the doors: longText for LONG_TEXT. */
    static <E extends Enum<E>> E constant(Class<E> type, YamlNode node) {
        List<String> known = new ArrayList<>();
        for (E constant : type.getEnumConstants()) {
            String outer = outer(constant.name());
            if (outer.equals(node.text())) {
                return constant;
            }
            known.add(outer);
        }
        throw node.mistake("\"" + node.text() + "\" is none of " + String.join(", ", known));
    }

    private static String outer(String constant) {
        String[] words = constant.toLowerCase(Locale.ROOT).split("_");
        return words[0]
                + String.join(
                        "",
                        Arrays.stream(words)
                                .skip(1)
                                .map(word -> word.substring(0, 1).toUpperCase(Locale.ROOT) + word.substring(1))
                                .toList());
    }
}
