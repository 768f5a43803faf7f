/* Copyright the Guildhall authors. SPDX-License-Identifier: Apache-2.0 */
package org.guildhall.plugins.internal;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.guildhall.api.platform.ChoiceList;
import org.guildhall.api.platform.Labels;
import org.guildhall.api.platform.PluginFiles;
import org.guildhall.api.platform.PluginModel;
import org.guildhall.api.platform.RecordType;
import org.guildhall.plugins.YamlNode;
import org.osgi.framework.Bundle;

/** What a plugin's jar says in files: its words, its choices, and its author's own changes of the schema. */
final class JarFiles {
    private static final String FOLDER = "OSGI-INF/guildhall/";

    private final Function<String, URL> entries;
    private final String pluginFile;

    JarFiles(Bundle bundle) {
        this(bundle::getEntry, bundle.getHeaders("").get(PluginFiles.FILE_HEADER));
    }

    /** @param pluginFile the name of the file that the plugin was made of; null where it was written as code */
    JarFiles(Function<String, URL> entries, String pluginFile) {
        this.entries = entries;
        this.pluginFile = pluginFile;
    }

    /** The words of labels.properties and its translations. */
    Labels labels() {
        return Labels.read(
                language -> open("labels" + (language.equals("en") ? "" : "_" + language) + ".properties")
                        .orElse(null),
                "en",
                "zh");
    }

    /** The lists of choices.yaml by name. */
    Map<String, ChoiceList> choices(String plugin, Mistakes mistakes) {
        Map<String, ChoiceList> lists = new LinkedHashMap<>();
        yaml("choices").ifPresent(node -> node.map().forEach((name, list) -> {
            mistakes.checkName(name, RecordType.GRAMMAR, "A list of choices.yaml");
            lists.put(plugin + "." + name, list(plugin + "." + name, list, mistakes));
        }));
        return lists;
    }

    private ChoiceList list(String name, YamlNode node, Mistakes mistakes) {
        Map<String, YamlNode> values = node.map(Set.of("categories", "choices"));
        List<String> categories =
                values.containsKey("categories") ? values.get("categories").texts() : List.of();
        if (!values.containsKey("choices")) {
            throw node.mistake("the key choices is missing");
        }
        List<ChoiceList.Option> options = new ArrayList<>();
        Set<String> names = new HashSet<>();
        for (YamlNode item : values.get("choices").list()) {
            ChoiceList.Option option = option(item);
            options.add(option);
            mistakes.checkName(option.name(), RecordType.GRAMMAR, "A choice of " + name);
            if (!names.add(option.name())) {
                throw item.mistake("the choice " + option.name() + " is there already");
            }
            if (categories.isEmpty() ? option.category() != null : !categories.contains(option.category())) {
                throw item.mistake(
                        "the choice " + option.name() + " must have one of the list's categories, " + categories);
            }
        }
        for (ChoiceList.Option option : options) {
            if (option.next() != null && !names.containsAll(option.next())) {
                throw node.mistake("the choices that follow " + option.name() + " must be of the list");
            }
        }
        if (options.stream().filter(ChoiceList.Option::initial).count() > 1) {
            throw node.mistake("more than one choice is initial");
        }
        return new ChoiceList(name, categories, options);
    }

    private ChoiceList.Option option(YamlNode item) {
        // Beside code, labels are in files of their own.
        Map<String, YamlNode> values = item.map(
                pluginFile == null
                        ? Set.of("name", "category", "initial", "next")
                        : Set.of("name", "category", "initial", "next", "label"));
        if (!values.containsKey("name")) {
            throw item.mistake("the key name is missing");
        }
        return new ChoiceList.Option(
                values.get("name").text(),
                values.containsKey("category") ? values.get("category").text() : null,
                values.containsKey("initial") && values.get("initial").flag(),
                values.containsKey("next") ? values.get("next").texts() : null,
                Map.of());
    }

    /** The steps of changes.yaml in their order. */
    List<PluginModel.Change> changes(String plugin, int schema) {
        List<PluginModel.Change> changes = new ArrayList<>();
        yaml("changes").ifPresent(node -> {
            int before = 2;
            for (YamlNode item : node.list()) {
                Map<String, YamlNode> values = item.map(Set.of("schema", "rename", "sql"));
                int number = values.containsKey("schema") ? values.get("schema").number() : 0;
                if (number < before || number > schema) {
                    throw item.mistake("the key schema must rise from 2 to the plugin's schema, which is " + schema);
                }
                before = number;
                if (values.containsKey("rename") == values.containsKey("sql")) {
                    throw item.mistake("one of the keys rename and sql must be there");
                }
                changes.add(new PluginModel.Change(
                        number,
                        values.containsKey("rename") ? rename(plugin, values.get("rename")) : null,
                        values.containsKey("sql") ? values.get("sql").text().strip() : null));
            }
        });
        return changes;
    }

    private static PluginModel.Rename rename(String plugin, YamlNode node) {
        Set<String> keys = Set.of("record", "from", "to");
        Map<String, YamlNode> values = node.map(keys);
        if (!values.keySet().equals(keys)) {
            throw node.mistake("the keys record, from and to must be there");
        }
        return new PluginModel.Rename(
                plugin + "." + values.get("record").text(),
                values.get("from").text(),
                values.get("to").text());
    }

    /** A YAML file of the jar, or what stands for it in the file that the plugin was made of. */
    Optional<YamlNode> yaml(String name) {
        return pluginFile == null
                ? open(name + ".yaml").map(stream -> YamlNode.read(name + ".yaml", stream))
                : whole().map(YamlNode::map).map(keys -> keys.get(name));
    }

    private Optional<YamlNode> whole() {
        return pluginFile == null
                ? Optional.empty()
                : open(pluginFile).map(stream -> YamlNode.read(pluginFile, stream));
    }

    /** The places in the plugin's file of what a sentence speaks of, as another sentence; empty where there is none. */
    String places(String plugin, String sentence) {
        List<String> places = new ArrayList<>();
        if (pluginFile != null && sentence.contains(pluginFile)) {
            return "";
        }
        whole().map(YamlNode::map).ifPresent(root -> {
            root.get("types").map().forEach((name, type) -> {
                String record = plugin + "." + name;
                YamlNode fields = type.map().get("fields");
                List<String> found = fields.map().keySet().stream()
                        .filter(field -> mentions(sentence, "field " + field + " of (the part )?" + record)
                                || mentions(sentence, "field " + field) && mentions(sentence, record))
                        .map(field -> fields.key(field).place())
                        .toList();
                places.addAll(found);
                if (found.isEmpty() && mentions(sentence, record)) {
                    places.add(root.get("types").key(name).place());
                }
            });
            if (places.isEmpty()) {
                Stream.of("changes", "schema")
                        .filter(key -> root.containsKey(key) && mentions(sentence, key))
                        .findFirst()
                        .ifPresent(key -> places.add(root.get(key).place()));
            }
        });
        return places.isEmpty() ? "" : " See " + String.join("; ", places) + ".";
    }

    private static boolean mentions(String sentence, String words) {
        return Pattern.compile("\\b" + words + "\\b").matcher(sentence).find();
    }

    /** Why the jar can't be served, where it says so itself. */
    Optional<String> mistake() {
        URL file = entries.apply(PluginFiles.MISTAKE);
        if (file == null) {
            return Optional.empty();
        }
        try (InputStream stream = file.openStream()) {
            return Optional.of(new String(stream.readAllBytes(), StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Optional<InputStream> open(String name) {
        URL file = entries.apply(FOLDER + name);
        try {
            return file == null ? Optional.empty() : Optional.of(file.openStream());
        } catch (IOException e) {
            throw new UncheckedIOException(name + " of the jar can't be read", e);
        }
    }
}
