/* Copyright the Guildhall authors. SPDX-License-Identifier: Apache-2.0 */
package org.guildhall.yaml.internal;

import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.guildhall.api.platform.PluginFiles;
import org.guildhall.api.platform.RecordType;
import org.guildhall.plugins.YamlNode;
import org.osgi.framework.Version;

/** Turns a file into a plugin's jar. */
final class PluginFile {
    private static final Set<String> KEYS =
            Set.of("schema", "name", "version", "uses", "choices", "roles", "types", "changes");
    private static final Pattern NAME =
            Pattern.compile("(?m)^name:[ \t]*[\"']?(" + RecordType.GRAMMAR + ")[\"']?[ \t]*(#.*)?\r?$");

    private PluginFile() {}

    /** The jar that stands for the file; one that says the mistake where the file has one. */
    static byte[] jar(String file, byte[] content) {
        try {
            return read(file, content);
        } catch (IllegalArgumentException e) {
            return failed(file, content, e.getMessage());
        }
    }

    private static byte[] read(String file, byte[] content) {
        YamlNode root = YamlNode.read(file, new ByteArrayInputStream(content));
        Map<String, YamlNode> values = root.map(KEYS);
        for (String key : new String[] {"schema", "name", "version", "types"}) {
            if (!values.containsKey(key)) {
                throw root.mistake("the key " + key + " is missing"
                        + (key.equals("schema") ? ": say schema: 1, and one more with each change of the fields" : ""));
            }
        }
        if (values.get("schema").number() < 1) {
            throw values.get("schema").mistake("the schema must be 1 or more");
        }
        String plugin = Texts.name(values.get("name"));
        Version version = version(values.get("version"));
        EntityWriter entities = new EntityWriter(plugin);
        if (values.containsKey("choices")) {
            entities.words().choices(values.get("choices"));
        }
        values.get("types").map().forEach((name, type) -> {
            Texts.name(values.get("types").key(name));
            entities.write(name, type);
        });
        Map<String, byte[]> classes = new LinkedHashMap<>();
        classes.put(entities.packageName() + ".package-info", PackageWriter.write(entities.packageName(), values));
        classes.putAll(Enhancement.of(entities.classes()));
        Jar jar = new Jar(symbolicName(file), version.toString(), plugin)
                .header("Guildhall-Package", entities.packageName())
                .header("Guildhall-Records", String.join(",", entities.classes().keySet()))
                .header(PluginFiles.FILE_HEADER, file)
                .file("OSGI-INF/guildhall/" + file, content);
        classes.forEach((name, bytes) -> jar.file(name.replace('.', '/') + ".class", bytes));
        entities.words().files().forEach(jar::file);
        return jar.bytes();
    }

    private static byte[] failed(String file, byte[] content, String mistake) {
        // The plugin keeps its name while it can be seen, so that what is put right takes the place of what failed.
        Matcher name = NAME.matcher(new String(content, StandardCharsets.UTF_8));
        String stem = file.substring(0, file.length() - PluginFiles.ENDING.length());
        String plugin = name.find() ? name.group(1) : stem.matches(RecordType.GRAMMAR) ? stem : "unnamed";
        return new Jar(symbolicName(file), "0.0.0", plugin)
                .file(PluginFiles.MISTAKE, mistake.getBytes(StandardCharsets.UTF_8))
                .bytes();
    }

    /** Of the file and not of the plugin: of two files with one plugin, the second is told of. */
    private static String symbolicName(String file) {
        return "guildhall.file." + file.replaceAll("[^A-Za-z0-9_.-]", "_");
    }

    private static Version version(YamlNode node) {
        try {
            return Version.parseVersion(node.text());
        } catch (IllegalArgumentException e) {
            throw node.mistake("the version must be numbers with dots between, such as 1.0.0");
        }
    }
}
