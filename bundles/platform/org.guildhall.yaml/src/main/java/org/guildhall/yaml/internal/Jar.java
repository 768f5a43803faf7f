/* Copyright the Guildhall authors. SPDX-License-Identifier: Apache-2.0 */
package org.guildhall.yaml.internal;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.LocalDateTime;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.jar.Attributes;
import java.util.jar.JarFile;
import java.util.jar.Manifest;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.guildhall.api.GuildhallPlugin;
import org.osgi.framework.Constants;

/** A plugin's jar, as the build of one makes it; the same bytes for the same content. */
final class Jar {
    // Without versions: whoever writes the jar is the server that it runs on.
    private static final String IMPORTS = String.join(
            ",",
            "javax.persistence",
            "javax.validation.constraints",
            "org.apache.openjpa.enhance",
            "org.apache.openjpa.util",
            "org.guildhall.api",
            "org.guildhall.model");
    private static final LocalDateTime ALWAYS = LocalDateTime.of(2000, 1, 1, 0, 0);

    private final Map<String, String> headers = new TreeMap<>();
    private final Map<String, byte[]> files = new LinkedHashMap<>();

    Jar(String symbolicName, String version, String plugin) {
        header(Constants.BUNDLE_MANIFESTVERSION, "2");
        header(Constants.BUNDLE_SYMBOLICNAME, symbolicName);
        header(Constants.BUNDLE_VERSION, version);
        header(Constants.BUNDLE_NAME, "Guildhall plugin " + plugin);
        header(Constants.IMPORT_PACKAGE, IMPORTS);
        header(
                Constants.PROVIDE_CAPABILITY,
                GuildhallPlugin.NAMESPACE + ";" + GuildhallPlugin.NAMESPACE + "=" + plugin);
        header(
                Constants.REQUIRE_CAPABILITY,
                "osgi.extender;filter:=\"(&(osgi.extender=" + GuildhallPlugin.NAMESPACE
                        + ")(version>=1.0.0)(!(version>=2.0.0)))\"");
    }

    Jar header(String name, String value) {
        headers.put(name, value);
        return this;
    }

    Jar file(String path, byte[] content) {
        files.put(path, content);
        return this;
    }

    byte[] bytes() {
        Manifest manifest = new Manifest();
        manifest.getMainAttributes().put(Attributes.Name.MANIFEST_VERSION, "1.0");
        headers.forEach(manifest.getMainAttributes()::putValue);
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
            zip.putNextEntry(entry(JarFile.MANIFEST_NAME));
            manifest.write(zip);
            for (Map.Entry<String, byte[]> file : files.entrySet()) {
                zip.putNextEntry(entry(file.getKey()));
                zip.write(file.getValue());
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }

    private static ZipEntry entry(String path) {
        ZipEntry entry = new ZipEntry(path);
        entry.setTimeLocal(ALWAYS);
        return entry;
    }
}
