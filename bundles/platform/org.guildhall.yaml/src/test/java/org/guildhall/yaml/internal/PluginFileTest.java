/* Copyright the Guildhall authors. SPDX-License-Identifier: Apache-2.0 */
package org.guildhall.yaml.internal;

import static org.junit.Assert.assertArrayEquals;
import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.jar.Attributes;
import java.util.jar.JarEntry;
import java.util.jar.JarInputStream;
import org.guildhall.api.platform.PluginFiles;
import org.junit.Test;

public class PluginFileTest {
    private static final String HEAD = "schema: 1\nname: odd\nversion: 1.0.0\ntypes:\n";
    private static final String THING = HEAD + "  thing:\n    fields:\n";

    @Test
    public void aFileIsTheJarThatABuildWouldMake() throws IOException {
        byte[] jar = jar(THING + "      name: {kind: text, label: {en: \"A\\\\B\\nC\", zh: 名}}\n");
        assertArrayEquals(jar, jar(THING + "      name: {kind: text, label: {en: \"A\\\\B\\nC\", zh: 名}}\n"));
        try (JarInputStream stream = new JarInputStream(new ByteArrayInputStream(jar))) {
            Attributes manifest = stream.getManifest().getMainAttributes();
            assertEquals("guildhall.file.odd.plugin.yaml", manifest.getValue("Bundle-SymbolicName"));
            assertEquals("1.0.0", manifest.getValue("Bundle-Version"));
            assertEquals("guildhall.odd", manifest.getValue("Guildhall-Package"));
            assertEquals("guildhall.odd.Thing", manifest.getValue("Guildhall-Records"));
            assertEquals("guildhall.plugin;guildhall.plugin=odd", manifest.getValue("Provide-Capability"));
        }
        Map<String, String> files = files(jar);
        assertEquals(
                Set.of(
                        "guildhall/odd/package-info.class",
                        "guildhall/odd/Thing.class",
                        "OSGI-INF/guildhall/labels.properties",
                        "OSGI-INF/guildhall/labels_zh.properties",
                        "OSGI-INF/guildhall/odd.plugin.yaml"),
                files.keySet());
        assertEquals("thing.name=A\\\\B\\nC\n", files.get("OSGI-INF/guildhall/labels.properties"));
        assertEquals("thing.name=名\n", files.get("OSGI-INF/guildhall/labels_zh.properties"));
        assertTrue(
                "enhanced",
                files.get("guildhall/odd/Thing.class").contains("org/apache/openjpa/enhance/PersistenceCapable"));
    }

    @Test
    public void aMistakeIsToldWithItsPlace() throws IOException {
        told("", "odd.plugin.yaml is empty");
        told("schema: [\n", "odd.plugin.yaml is no YAML at line 2, column 1");
        told("name: odd\nversion: 1.0.0\n", "line 1, column 1: the key schema is missing: say schema: 1");
        told(HEAD.replace("schema: 1", "schema: 0"), "line 1, column 9: the schema must be 1 or more");
        told(HEAD.replace("schema: 1", "schema: one"), "line 1, column 9: a whole number is expected");
        told(HEAD.replace("1.0.0", "new"), "line 3, column 10: the version must be numbers");
        told(HEAD.replace("types", "tables"), "line 4, column 1: the key tables is unknown; known are [changes,");
        told(HEAD, "line 4, column 7: a map of keys and values is expected");
        told(HEAD + "  Thing: {fields: {}}\n", "line 5, column 3: \"Thing\" must be a small letter");
        told(HEAD + "  thing: {feilds: {}}\n", "line 5, column 11: the key feilds is unknown");
        told(HEAD + "  thing: {title: a}\n", "line 5, column 10: the key fields is missing");
        told(HEAD + "  thing: {keys: [a], fields: {}}\n", "line 5, column 18: a list is expected");
        told(HEAD + "  thing: {partOf: {type: a}, fields: {}}\n", "line 5, column 19: the key field is missing");
        told(HEAD + "  thing: {emits: [Done], fields: {}}\n", "line 5, column 19: \"Done\" must be a small letter");
        told(
                HEAD + "  thing: {label: {english: a}, fields: {}}\n",
                "line 5, column 19: \"english\" must be a language");
        told(
                THING + "      name: {kind: string}\n",
                "line 7, column 20: \"string\" is none of text, longText, integer");
        told(THING + "      name: {length: 5}\n", "line 7, column 13: the key kind is missing");
        told(THING + "      name: text\n", "line 7, column 13: a map of keys and values is expected");
        told(THING + "      name: {kind: date, length: 5}\n", "line 7, column 26: the key length is unknown");
        told(THING + "      name: {kind: text, length: 300}\n", "line 7, column 34: the length must be from 1 to 255");
        told(THING + "      name: {kind: text}\n      name: {kind: date}\n", "line 8, column 7: the key name is there");
        told(THING + "      last_name: {kind: text}\n", "line 7, column 7: \"last_name\" must be a small letter");
        told(THING + "      other: {kind: reference}\n", "line 7, column 14: the key to is missing");
        told(THING + "      other: {kind: reference, to: a.b.c}\n", "line 7, column 36: \"a.b.c\" must be a name");
        told(THING + "      name: {kind: text, required: yes}\n", "line 7, column 36: true or false is expected");
        told(
                THING + "      name: {kind: text, personal: erase}\n",
                "line 7, column 36: \"erase\" is none of blank, keep");
        told(THING + "      a: {kind: decimal, digits: 2, scale: 4}\n", "line 7, column 44: the scale is the digits");
        told("uses: [{type: a.b, verbs: [look]}]\n" + HEAD + "  {}\n", "line 1, column 28: \"look\" is none of");
        told("uses: [{type: contact}]\n" + HEAD + "  {}\n", "line 1, column 15: \"contact\" must be a name");
    }

    @Test
    public void aFileThatFailsKeepsItsPluginsName() throws IOException {
        assertEquals("shop", plugin("name: shop # ours\nschema: [\n"));
        assertEquals("shop", plugin("name: \"shop\"\r\nschema: [\r\n"));
        assertEquals("odd", plugin("name: Shop\n"));
    }

    private static String plugin(String yaml) throws IOException {
        try (JarInputStream stream = new JarInputStream(new ByteArrayInputStream(jar(yaml)))) {
            String capability = stream.getManifest().getMainAttributes().getValue("Provide-Capability");
            return capability.substring(capability.indexOf('=') + 1);
        }
    }

    private static void told(String yaml, String sentence) throws IOException {
        Map<String, String> files = files(jar(yaml));
        assertEquals(yaml, Set.of(PluginFiles.MISTAKE), files.keySet());
        String told = files.get(PluginFiles.MISTAKE);
        assertTrue(sentence + "\n" + told, told.contains(sentence));
    }

    private static byte[] jar(String yaml) {
        return PluginFile.jar("odd.plugin.yaml", yaml.getBytes(StandardCharsets.UTF_8));
    }

    private static Map<String, String> files(byte[] jar) throws IOException {
        Map<String, String> files = new TreeMap<>();
        try (JarInputStream stream = new JarInputStream(new ByteArrayInputStream(jar))) {
            for (JarEntry entry = stream.getNextJarEntry(); entry != null; entry = stream.getNextJarEntry()) {
                files.put(entry.getName(), new String(stream.readAllBytes(), StandardCharsets.UTF_8));
            }
        }
        return files;
    }
}
