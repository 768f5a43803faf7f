/* Copyright the Guildhall authors. SPDX-License-Identifier: Apache-2.0 */
package org.guildhall.itests;

import aQute.bnd.osgi.Builder;
import aQute.bnd.osgi.Jar;
import aQute.lib.io.IO;
import java.io.File;
import java.io.IOException;
import java.io.StringWriter;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.jar.Manifest;
import java.util.stream.Stream;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileObject;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;
import org.apache.openjpa.conf.OpenJPAConfiguration;
import org.apache.openjpa.conf.OpenJPAConfigurationImpl;
import org.apache.openjpa.enhance.PCEnhancer;

/** A plugin's jar that a test builds from sources, with the compiler, the enhancer and the bnd of the Maven build. */
final class PluginJar {
    private static final String CLASS_PATH = System.getProperty("java.class.path");

    private final Map<String, byte[]> sources = new TreeMap<>();
    private final Map<String, byte[]> resources = new TreeMap<>();
    private final Map<String, String> headers = new TreeMap<>();
    private String name;
    private String version = "1.0.0";
    private boolean enhanced = true;

    private PluginJar(String name) {
        this.name = name;
    }

    /** A plugin without content as yet; the name is the bundle's. */
    static PluginJar named(String name) {
        return new PluginJar(name);
    }

    /** Gives the bundle another name. */
    PluginJar bundle(String symbolicName) {
        name = symbolicName;
        return this;
    }

    /** Leaves the enhancer out, as a build without Guildhall's parent does. */
    PluginJar unenhanced() {
        enhanced = false;
        return this;
    }

    /** Adds an instruction of bnd, such as a header of the manifest. */
    PluginJar header(String header, String value) {
        headers.put(header, value);
        return this;
    }

    PluginJar version(String osgi) {
        version = osgi;
        return this;
    }

    /** Adds the Java files below a folder. */
    PluginJar sources(Path folder) throws IOException {
        for (Path file : files(folder, ".java")) {
            sources.put(folder.relativize(file).toString(), Files.readAllBytes(file));
        }
        return this;
    }

    /** Adds a Java file, in place of an older one with the same path. */
    PluginJar source(String path, String text) {
        sources.put(path, text.getBytes(StandardCharsets.UTF_8));
        return this;
    }

    /** Replaces a text wherever it stands in a Java file; fails the test where it doesn't. */
    PluginJar edit(String path, String text, String replacement) {
        String source = new String(sources.getOrDefault(path, new byte[0]), StandardCharsets.UTF_8);
        if (!source.contains(text)) {
            throw new AssertionError("no \"" + text + "\" in " + path + ":\n" + source);
        }
        return source(path, source.replace(text, replacement));
    }

    /** Adds the files below a folder, if there is one. */
    PluginJar resources(Path folder) throws IOException {
        for (Path file : files(folder, "")) {
            resources.put(folder.relativize(file).toString(), Files.readAllBytes(file));
        }
        return this;
    }

    PluginJar resource(String path, String text) {
        resources.put(path, text.getBytes(StandardCharsets.UTF_8));
        return this;
    }

    /** Builds the jar, which appears whole or not at all. */
    Path build(Path jar) throws Exception {
        Path work = Files.createTempDirectory("guildhall");
        try {
            Path java = write(sources, work.resolve("java"));
            Path classes = write(resources, work.resolve("classes"));
            compile(java, classes);
            if (enhanced) {
                enhance(classes);
            }
            Path writing = jar.resolveSibling("." + jar.getFileName() + ".part");
            pack(classes, writing);
            return Files.move(writing, jar, StandardCopyOption.ATOMIC_MOVE);
        } finally {
            IO.deleteWithException(work);
        }
    }

    private static void compile(Path java, Path classes) throws IOException {
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        StringWriter messages = new StringWriter();
        try (StandardJavaFileManager files = compiler.getStandardFileManager(null, null, StandardCharsets.UTF_8)) {
            List<String> options =
                    List.of("--release", "17", "-g", "-proc:none", "-cp", CLASS_PATH, "-d", classes.toString());
            Iterable<? extends JavaFileObject> units = files.getJavaFileObjectsFromPaths(files(java, ".java"));
            if (!compiler.getTask(messages, files, null, options, null, units).call()) {
                throw new AssertionError(messages);
            }
        }
    }

    private static void enhance(Path classes) throws IOException {
        OpenJPAConfiguration configuration = new OpenJPAConfigurationImpl();
        configuration.setSpecification("jpa");
        configuration.setLog("DefaultLevel=WARN");
        PCEnhancer.Flags flags = new PCEnhancer.Flags();
        flags.addDefaultConstructor = false;
        flags.enforcePropertyRestrictions = true;
        String[] files = files(classes, ".class").stream().map(Path::toString).toArray(String[]::new);
        try (URLClassLoader loader = new PluginLoader(classes)) {
            PCEnhancer.run(configuration, files, flags, null, null, loader);
        } finally {
            configuration.close();
        }
    }

    private void pack(Path classes, Path jar) throws Exception {
        try (Builder builder = new Builder()) {
            Jar content = new Jar(name, classes.toFile());
            content.setManifest(new Manifest());
            builder.setJar(content);
            builder.setClasspath(Arrays.stream(CLASS_PATH.split(File.pathSeparator))
                    .map(File::new)
                    .filter(File::exists)
                    .toList());
            builder.setProperty("Bundle-SymbolicName", name);
            builder.setProperty("Bundle-Version", version);
            builder.setProperty("Guildhall-Package", "${packages;ANNOTATED;org.guildhall.api.GuildhallPlugin}");
            builder.setProperty("Guildhall-Records", "${classes;ANNOTATED;javax.persistence.Entity}");
            headers.forEach(builder::setProperty);
            builder.setProperty("-noextraheaders", "true");
            builder.setProperty("-contract", "!*");
            Jar built = builder.build();
            if (!builder.isOk()) {
                throw new AssertionError(builder.getErrors() + " " + builder.getWarnings());
            }
            built.write(jar.toFile());
        }
    }

    private static Path write(Map<String, byte[]> files, Path folder) throws IOException {
        Files.createDirectories(folder);
        for (Map.Entry<String, byte[]> file : files.entrySet()) {
            Path path = folder.resolve(file.getKey());
            Files.createDirectories(path.getParent());
            Files.write(path, file.getValue());
        }
        return folder;
    }

    private static List<Path> files(Path folder, String ending) throws IOException {
        if (!Files.exists(folder)) {
            return List.of();
        }
        try (Stream<Path> files = Files.walk(folder)) {
            return files.filter(
                            file -> Files.isRegularFile(file) && file.toString().endsWith(ending))
                    .toList();
        }
    }

    /** Looks at home first, as the tests' class path may hold the plugin too. */
    private static final class PluginLoader extends URLClassLoader {
        PluginLoader(Path classes) throws MalformedURLException {
            super(new URL[] {classes.toUri().toURL()}, PluginJar.class.getClassLoader());
        }

        @Override
        protected Class<?> loadClass(String type, boolean resolve) throws ClassNotFoundException {
            synchronized (getClassLoadingLock(type)) {
                boolean own = findLoadedClass(type) == null && findResource(type.replace('.', '/') + ".class") != null;
                return own ? findClass(type) : super.loadClass(type, resolve);
            }
        }

        @Override
        public URL getResource(String path) {
            URL own = findResource(path);
            return own == null ? super.getResource(path) : own;
        }
    }
}
