/* Copyright the Guildhall authors. SPDX-License-Identifier: Apache-2.0 */
package org.guildhall.itests;

import static org.junit.Assert.assertArrayEquals;
import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertThrows;
import static org.junit.Assert.assertTrue;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.jar.Attributes;
import java.util.jar.JarFile;
import org.apache.openjpa.enhance.PersistenceCapable;
import org.guildhall.clinic.Practitioner;
import org.junit.Rule;
import org.junit.Test;
import org.junit.rules.TemporaryFolder;

/** A plugin that a test builds is as good as one that Maven builds. */
public class PluginJarTest {
    private static final Path CLINIC = Path.of("../bundles/sdk/org.guildhall.clinic/src/main");
    private static final String PRACTITIONER = "org/guildhall/clinic/Practitioner.java";

    @Rule
    public final TemporaryFolder folder = new TemporaryFolder();

    @Test
    public void aChangedPluginIsBuiltAsMavenDoes() throws Exception {
        String resource = "OSGI-INF/guildhall/test.properties";
        Path path = clinic().version("2.0.0")
                .edit(PRACTITIONER, "extends StoredRecord {", "extends StoredRecord {\n    private String room;")
                .resource(resource, "room = Büro")
                .build(folder.getRoot().toPath().resolve("clinic.jar"));

        try (JarFile jar = new JarFile(path.toFile());
                JarFile maven = new JarFile(new File(Practitioner.class
                        .getProtectionDomain()
                        .getCodeSource()
                        .getLocation()
                        .toURI()))) {
            JavaClass practitioner = new ClassFileImporter().importJar(jar).get(Practitioner.class.getName());
            assertTrue(practitioner.getInterfaces().stream()
                    .anyMatch(type -> type.getName().equals(PersistenceCapable.class.getName())));
            assertTrue(practitioner
                    .tryGetMethod("pcGetroom", Practitioner.class.getName())
                    .isPresent());

            Attributes manifest = jar.getManifest().getMainAttributes();
            assertEquals("2.0.0", manifest.getValue("Bundle-Version"));
            assertEquals("org.guildhall.clinic", manifest.getValue("Guildhall-Package"));
            assertTrue(manifest.getValue("Provide-Capability").contains("guildhall.plugin;guildhall.plugin=clinic"));
            for (String header : List.of(
                    "Bundle-SymbolicName",
                    "Provide-Capability",
                    "Guildhall-Records",
                    "Import-Package",
                    "Private-Package",
                    "Provide-Capability",
                    "Require-Capability")) {
                assertEquals(
                        header, maven.getManifest().getMainAttributes().getValue(header), manifest.getValue(header));
            }
            assertEquals(
                    "room = Büro",
                    new String(jar.getInputStream(jar.getEntry(resource)).readAllBytes(), StandardCharsets.UTF_8));
        }
        assertArrayEquals(new String[] {"clinic.jar"}, folder.getRoot().list());
    }

    @Test
    public void whatCannotBeBuiltFailsTheTest() throws IOException {
        PluginJar plugin = clinic();
        assertThrows(AssertionError.class, () -> plugin.edit(PRACTITIONER, "no such text", ""));

        plugin.edit(PRACTITIONER, "extends StoredRecord {", "extends StoredRecord {\n    private Strin room;");
        Path jar = folder.getRoot().toPath().resolve("clinic.jar");
        String messages =
                assertThrows(AssertionError.class, () -> plugin.build(jar)).getMessage();
        assertTrue(messages, messages.contains("Strin"));
        assertArrayEquals(new String[0], folder.getRoot().list());
    }

    private static PluginJar clinic() throws IOException {
        return PluginJar.named("org.guildhall.clinic")
                .sources(CLINIC.resolve("java"))
                .resources(CLINIC.resolve("resources"));
    }
}
