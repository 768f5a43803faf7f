/* Copyright the Guildhall authors. SPDX-License-Identifier: Apache-2.0 */
package org.guildhall.yaml.internal;

import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.TreeMap;
import org.guildhall.plugins.YamlNode;
import org.yaml.snakeyaml.nodes.ScalarNode;

/** What things are called, by language. */
final class Words {
    private final Map<String, Map<String, String>> languages = new TreeMap<>();

    /** Adds the words of a key: a text is English, a map has a text for each language. */
    void add(String key, YamlNode node) {
        if (node == null) {
            return;
        }
        if (node.node() instanceof ScalarNode) {
            put("en", key, node.text());
            return;
        }
        node.map().forEach((language, text) -> {
            if (!language.matches("[a-z]{2,3}")) {
                throw node.key(language)
                        .mistake("\"" + language + "\" must be a language of two or three small letters, such as en");
            }
            put(language, key, text.text());
        });
    }

    /** Adds what choices are called; the rest of their lists is read with the jar. */
    void choices(YamlNode lists) {
        lists.map().forEach((list, node) -> {
            Texts.name(lists.key(list));
            YamlNode choices = node.map().get("choices");
            if (choices != null) {
                for (YamlNode choice : choices.list()) {
                    Map<String, YamlNode> values = choice.map();
                    if (values.containsKey("name")) {
                        add(list + "." + Texts.name(values.get("name")), values.get("label"));
                    }
                }
            }
        });
    }

    private void put(String language, String key, String text) {
        languages.computeIfAbsent(language, one -> new TreeMap<>()).put(key, text);
    }

    /** The files of the jar. */
    Map<String, byte[]> files() {
        Map<String, byte[]> files = new TreeMap<>();
        languages.forEach((language, words) -> {
            StringBuilder lines = new StringBuilder();
            words.forEach((key, text) -> lines.append(key)
                    .append('=')
                    .append(text.strip().replace("\\", "\\\\").replace("\r", "").replace("\n", "\\n"))
                    .append('\n'));
            files.put(
                    "OSGI-INF/guildhall/labels" + (language.equals("en") ? "" : "_" + language) + ".properties",
                    lines.toString().getBytes(StandardCharsets.UTF_8));
        });
        return files;
    }
}
