/* Copyright the Guildhall authors. SPDX-License-Identifier: Apache-2.0 */
package org.guildhall.plugins;

import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;
import org.yaml.snakeyaml.error.MarkedYAMLException;
import org.yaml.snakeyaml.error.YAMLException;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.ScalarNode;
import org.yaml.snakeyaml.nodes.SequenceNode;

/** A value of a YAML file, which knows its place: whatever is not as expected is told with line and column. */
public record YamlNode(String file, Node node) {
    private static final int MAX_CHARACTERS = 1 << 20;

    /**
     * The file's one document; closes the stream.
     *
     * @param file the name by which mistakes call the file
     * @throws IllegalArgumentException when it is no YAML
     */
    public static YamlNode read(String file, InputStream stream) {
        LoaderOptions options = new LoaderOptions();
        options.setAllowDuplicateKeys(false);
        options.setMaxAliasesForCollections(0);
        options.setCodePointLimit(MAX_CHARACTERS);
        options.setNestingDepthLimit(20);
        try (InputStreamReader reader = new InputStreamReader(stream, StandardCharsets.UTF_8)) {
            Node node = new Yaml(new SafeConstructor(options)).compose(reader);
            if (node == null) {
                throw new IllegalArgumentException(file + " is empty: delete it, or say something in it.");
            }
            return new YamlNode(file, node);
        } catch (MarkedYAMLException e) {
            throw new IllegalArgumentException(
                    file + " is no YAML at line " + (e.getProblemMark().getLine() + 1) + ", column "
                            + (e.getProblemMark().getColumn() + 1) + ": " + e.getProblem() + ".",
                    e);
        } catch (YAMLException e) {
            throw new IllegalArgumentException(file + " can't be read: " + e.getMessage() + ".", e);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The values of a map by key. */
    public Map<String, YamlNode> map() {
        if (!(node instanceof MappingNode mapping)) {
            throw mistake("a map of keys and values is expected");
        }
        Map<String, YamlNode> map = new LinkedHashMap<>();
        mapping.getValue().forEach(entry -> {
            YamlNode key = new YamlNode(file, entry.getKeyNode());
            if (map.put(key.text(), new YamlNode(file, entry.getValueNode())) != null) {
                throw key.mistake("the key " + key.text() + " is there already");
            }
        });
        return map;
    }

    /** The values of a map that has no other keys than the named ones. */
    public Map<String, YamlNode> map(Set<String> keys) {
        Map<String, YamlNode> map = map();
        map.forEach((key, value) -> {
            if (!keys.contains(key)) {
                throw key(key).mistake("the key " + key + " is unknown; known are "
                        + keys.stream().sorted().toList());
            }
        });
        return map;
    }

    /** A key of a map as a value of its own, for its place. */
    public YamlNode key(String name) {
        return ((MappingNode) node)
                .getValue().stream()
                        .map(entry -> new YamlNode(file, entry.getKeyNode()))
                        .filter(key -> key.text().equals(name))
                        .findFirst()
                        .orElse(this);
    }

    public List<YamlNode> list() {
        if (!(node instanceof SequenceNode sequence)) {
            throw mistake("a list is expected");
        }
        return sequence.getValue().stream()
                .map(item -> new YamlNode(file, item))
                .toList();
    }

    public List<String> texts() {
        return list().stream().map(YamlNode::text).toList();
    }

    public String text() {
        if (!(node instanceof ScalarNode scalar)) {
            throw mistake("a text is expected");
        }
        return scalar.getValue();
    }

    public boolean flag() {
        return switch (text()) {
            case "true" -> true;
            case "false" -> false;
            default -> throw mistake("true or false is expected");
        };
    }

    public int number() {
        if (!text().matches("[0-9]{1,9}")) {
            throw mistake("a whole number is expected");
        }
        return Integer.parseInt(text());
    }

    /** Where the value is: file, line and column. */
    public String place() {
        return file + ", line " + (node.getStartMark().getLine() + 1) + ", column "
                + (node.getStartMark().getColumn() + 1);
    }

    /** A mistake at the value's place. */
    public IllegalArgumentException mistake(String what) {
        return new IllegalArgumentException(place() + ": " + what + ".");
    }
}
