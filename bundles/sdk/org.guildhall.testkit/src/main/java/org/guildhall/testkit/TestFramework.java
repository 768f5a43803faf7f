/* Copyright the Guildhall authors. SPDX-License-Identifier: Apache-2.0 */
package org.guildhall.testkit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Hashtable;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.TimeZone;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.guildhall.api.platform.Plugins;
import org.guildhall.api.platform.RecordService;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.BundleException;
import org.osgi.framework.Constants;
import org.osgi.framework.InvalidSyntaxException;
import org.osgi.framework.ServiceReference;
import org.osgi.framework.launch.Framework;
import org.osgi.framework.launch.FrameworkFactory;
import org.osgi.service.cm.ConfigurationAdmin;

/**
 * The framework with the bundles of the class path. There is one for the JVM: a second one would cost every test class
 * seconds. Packages that the test speaks with are the test's own, and exported by the framework.
 */
final class TestFramework {
    private static final long WAIT_MILLIS = 30_000;

    private static TestFramework running;
    private static Throwable failure;

    private final Framework framework;

    /** The one of this JVM, with every plugin ready. */
    static synchronized TestFramework get() {
        if (failure != null) {
            throw new IllegalStateException("The server of the tests was not started, see the first test", failure);
        }
        if (running == null) {
            try {
                running = inside(TestFramework::new);
            } catch (RuntimeException | AssertionError e) {
                failure = e;
                throw e;
            }
        }
        return running;
    }

    /**
     * Runs something as on a server, where a thread's own class loader knows nothing: here it has everything once more, and
     * OpenJPA would find classes there that are not its own.
     */
    static <T> T inside(Supplier<T> body) {
        Thread thread = Thread.currentThread();
        ClassLoader own = thread.getContextClassLoader();
        thread.setContextClassLoader(ClassLoader.getPlatformClassLoader());
        try {
            return body.get();
        } finally {
            thread.setContextClassLoader(own);
        }
    }

    private TestFramework() {
        TimeZone.setDefault(TimeZone.getTimeZone("UTC"));
        System.getProperties().putIfAbsent("org.slf4j.simpleLogger.defaultLogLevel", "warn");
        try {
            Path folder = Files.createTempDirectory("guildhall-test");
            System.getProperties()
                    .putIfAbsent(
                            "derby.stream.error.file",
                            folder.resolve("derby.log").toString());
            ClassPath classPath = ClassPath.read();
            framework = ServiceLoader.load(FrameworkFactory.class, TestFramework.class.getClassLoader())
                    .findFirst()
                    .orElseThrow(
                            () -> new AssertionError("There is no OSGi framework on the class path: do not exclude "
                                    + "dependencies of org.guildhall.testkit."))
                    .newFramework(Map.of(
                            Constants.FRAMEWORK_STORAGE,
                            folder.resolve("bundles").toString(),
                            Constants.FRAMEWORK_SYSTEMPACKAGES_EXTRA,
                            classPath.shared(),
                            "guildhall.data",
                            folder.toString()));
            Runtime.getRuntime().addShutdownHook(new Thread(() -> stop(folder), "guildhall-test-end"));
            framework.start();
            start(classPath.bundles());
        } catch (IOException | BundleException e) {
            throw new IllegalStateException("The server of the tests can't be started", e);
        }
        awaitPlugins();
    }

    /** In the order of a server's start levels: libraries, settings, the platform, plugins. */
    private void start(List<String> locations) throws BundleException, IOException {
        List<Bundle> bundles = new ArrayList<>();
        for (String location : locations) {
            bundles.add(framework.getBundleContext().installBundle(location));
        }
        start(bundles, 0);
        service(ConfigurationAdmin.class)
                .getConfiguration("org.guildhall.database", null)
                .update(new Hashtable<>(Map.of("url", "jdbc:derby:memory:guildhall;create=true", "poolSize", 20)));
        start(bundles, 1);
        start(bundles, 2);
    }

    private static int level(Bundle bundle) {
        String plugin = Plugins.nameOf(bundle);
        if (plugin != null && !Plugins.PLATFORM.contains(plugin)) {
            return 2;
        }
        return bundle.getSymbolicName().startsWith("org.guildhall.") ? 1 : 0;
    }

    private static void start(List<Bundle> bundles, int level) {
        for (Bundle bundle : bundles) {
            if (level(bundle) != level || bundle.getHeaders("").get(Constants.FRAGMENT_HOST) != null) {
                continue;
            }
            try {
                bundle.start();
            } catch (BundleException e) {
                // Not every library of a test is for a server; what a plugin needs is missed there.
                if (level > 0) {
                    throw new AssertionError(
                            bundle.getSymbolicName() + " can't be started, here or on a server: " + e.getMessage(), e);
                }
            }
        }
    }

    private void awaitPlugins() {
        service(RecordService.class);
        Plugins plugins = service(Plugins.class);
        long end = end();
        while (plugins.all().stream().anyMatch(one -> one.state() != Plugins.State.READY)) {
            for (Plugins.Status one : plugins.all()) {
                if (one.state() == Plugins.State.FAILED || System.nanoTime() > end) {
                    throw new AssertionError("The plugin " + one.name() + " is " + one.state() + ": " + one.reason());
                }
            }
            pause();
        }
        for (Plugins.Status one : plugins.all()) {
            if (!one.uses().isEmpty()) {
                plugins.grant(one.name());
            }
        }
    }

    /** A service of the platform; it is waited for. */
    <T> T service(Class<T> type) {
        long end = end();
        while (true) {
            T service = find(type);
            if (service != null) {
                return service;
            }
            if (System.nanoTime() > end) {
                throw new AssertionError("The server of the tests has no " + type.getName()
                        + ": see the log above; -Dorg.slf4j.simpleLogger.defaultLogLevel=info shows more.");
            }
            pause();
        }
    }

    private <T> T find(Class<T> type) {
        BundleContext context = framework.getBundleContext();
        try {
            // All: a service that is of an internal class, too, is withheld from whoever has that class otherwise, as
            // tests do.
            ServiceReference<?>[] references = context.getAllServiceReferences(type.getName(), null);
            return references == null ? null : type.cast(context.getService(references[0]));
        } catch (InvalidSyntaxException e) {
            throw new IllegalArgumentException(e);
        }
    }

    private static long end() {
        return System.nanoTime() + WAIT_MILLIS * 1_000_000;
    }

    static void pause() {
        try {
            Thread.sleep(5);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    private void stop(Path folder) {
        try {
            framework.stop();
            framework.waitForStop(10_000);
            try (Stream<Path> files = Files.walk(folder)) {
                files.sorted(Comparator.reverseOrder())
                        .forEach(file -> file.toFile().delete());
            }
        } catch (BundleException | InterruptedException | IOException e) {
            throw new IllegalStateException(e);
        } catch (UncheckedIOException goneMeanwhile) {
            // Somebody else tidies the folder of temporary files, too.
        }
    }
}
