/* Copyright the Guildhall authors. SPDX-License-Identifier: Apache-2.0 */
package org.guildhall.itests.container;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertTrue;

import com.sun.management.HotSpotDiagnosticMXBean;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.lang.management.ManagementFactory;
import java.lang.ref.WeakReference;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.jar.JarEntry;
import java.util.jar.JarInputStream;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import org.guildhall.api.Values;
import org.guildhall.api.platform.PluginFiles;
import org.guildhall.api.platform.Plugins;
import org.guildhall.api.platform.RecordService;
import org.guildhall.api.platform.RecordType;
import org.guildhall.itests.TestDatabase;
import org.junit.Test;
import org.osgi.framework.Bundle;
import org.osgi.framework.Constants;
import org.osgi.framework.wiring.BundleWiring;
import org.osgi.framework.wiring.FrameworkWiring;

/** A plugin that is installed, used, updated and removed again and again leaves nothing behind. */
public class UnloadingInContainer extends Container {
    private static final int CYCLES = 50;
    private static final int FILE_CYCLES = Boolean.getBoolean("guildhall.full") ? 200 : 20;
    private static final String FILE =
            """
            schema: %d
            name: clinic
            version: %1$d.0.0
            choices:
              speciality: {choices: [{name: cardiology}]}
            types:
              practitioner:
                listIndexes: [[name, -speciality]]
                fields:
                  name: {kind: text, length: 100, required: true, searchable: true}
                  speciality: {kind: choice, choices: speciality}
                  email: {kind: email}
            %s""";

    @Test
    public void onDerby() throws Exception {
        // Derby caches the stack trace of an exception that its class loading once threw, and with it one loader.
        int left = cycles(TestDatabase.DERBY);
        assertTrue(left + " loaders are left", left <= 1);
    }

    @Test
    public void onPostgresql() throws Exception {
        if (TestDatabase.available().contains(TestDatabase.POSTGRESQL)) {
            assertEquals(0, cycles(TestDatabase.POSTGRESQL));
        }
    }

    @Test
    public void withoutCode() throws Exception {
        moveTo(TestDatabase.DERBY, 5);
        service(RecordService.class);
        PluginFiles files = service(PluginFiles.class);
        Path file = Files.createTempDirectory("guildhall").resolve("clinic.plugin.yaml");
        List<WeakReference<ClassLoader>> loaders = new ArrayList<>();
        for (int cycle = 0; cycle < FILE_CYCLES; cycle++) {
            Files.writeString(file, FILE.formatted(1, ""));
            Bundle clinic;
            try (InputStream jar = files.jar(file)) {
                clinic = context.installBundle("test:file", jar);
            }
            clinic.start();
            use();
            loaders.add(loader(clinic));
            Files.writeString(file, FILE.formatted(2, "      room: {kind: text}\n"));
            try (InputStream jar = files.jar(file)) {
                clinic.update(jar);
            }
            refresh(clinic);
            use();
            loaders.add(loader(clinic));
            clinic.uninstall();
            refresh(clinic);
        }
        int left = left("files on Derby", loaders);
        assertTrue(left + " loaders are left", left <= 1);
    }

    @Test
    public void aPluginWithAnothersTypesFailsAndHurtsOnlyItself() throws Exception {
        moveTo(TestDatabase.DERBY, 5);
        service(RecordService.class);
        Bundle first = installClinic();
        use();
        Bundle twin;
        try (InputStream jar = new FileInputStream(System.getProperty("guildhall.clinic"))) {
            twin = context.installBundle("test:twin", renamed(jar));
        }
        twin.start();
        Plugins.Status failed = twin();
        for (int i = 0; i < 100 && failed.state() == Plugins.State.MIGRATING; i++) {
            Thread.sleep(50);
            failed = twin();
        }
        assertEquals(Plugins.State.FAILED, failed.state());
        assertTrue(failed.reason(), failed.reason().contains("The plugin is here already, as the bundle"));
        use();
        twin.uninstall();
        use();
        first.uninstall();
    }

    private Plugins.Status twin() throws InterruptedException {
        return service(Plugins.class).all().stream()
                .filter(plugin -> plugin.bundle().equals("org.guildhall.twin"))
                .findFirst()
                .orElseThrow();
    }

    /** The same jar as another bundle. */
    private static InputStream renamed(InputStream jar) throws IOException {
        ByteArrayOutputStream copy = new ByteArrayOutputStream();
        try (JarInputStream in = new JarInputStream(jar)) {
            Manifest manifest = in.getManifest();
            manifest.getMainAttributes().putValue(Constants.BUNDLE_SYMBOLICNAME, "org.guildhall.twin");
            try (JarOutputStream out = new JarOutputStream(copy, manifest)) {
                for (JarEntry entry = in.getNextJarEntry(); entry != null; entry = in.getNextJarEntry()) {
                    out.putNextEntry(new JarEntry(entry.getName()));
                    in.transferTo(out);
                }
            }
        }
        return new ByteArrayInputStream(copy.toByteArray());
    }

    private int cycles(TestDatabase database) throws Exception {
        moveTo(database, 5);
        service(RecordService.class);
        List<WeakReference<ClassLoader>> loaders = new ArrayList<>();
        for (int cycle = 0; cycle < CYCLES; cycle++) {
            Bundle clinic = installClinic();
            use();
            if (cycle % 10 == 0) {
                // A neighbour's unit that opens while this plugin is here must not hold it.
                reconnect();
            }
            loaders.add(loader(clinic));
            try (InputStream jar = new FileInputStream(System.getProperty("guildhall.clinic"))) {
                clinic.update(jar);
            }
            refresh(clinic);
            use();
            loaders.add(loader(clinic));
            clinic.uninstall();
            refresh(clinic);
        }
        return left(database.toString(), loaders);
    }

    private static int left(String what, List<WeakReference<ClassLoader>> loaders) throws Exception {
        for (int i = 0; i < 20 && alive(loaders) > 0; i++) {
            System.gc();
            Thread.sleep(100);
        }
        if (alive(loaders) > 0) {
            dumpHeap();
        }
        System.out.println(what + ": " + alive(loaders) + " of " + loaders.size() + " loaders are left");
        return alive(loaders);
    }

    /** Leaves what a heap analyser needs to say who holds the loaders. */
    private static void dumpHeap() throws IOException {
        Path file = Files.createTempFile("guildhall-loaders", ".hprof");
        Files.delete(file);
        ManagementFactory.getPlatformMXBean(HotSpotDiagnosticMXBean.class).dumpHeap(file.toString(), true);
        System.out.println("heap: " + file);
    }

    private void use() throws InterruptedException {
        RecordType practitioner = type("clinic.practitioner");
        RecordService records = service(RecordService.class);
        Values made = records.create(call("cycle"), practitioner, Values.of("name", "Dr. Cycle"), null);
        assertEquals(
                "Dr. Cycle",
                records.read(call("cycle"), practitioner, (Long) made.get("id")).get("name"));
    }

    private static WeakReference<ClassLoader> loader(Bundle bundle) {
        return new WeakReference<>(bundle.adapt(BundleWiring.class).getClassLoader());
    }

    private void refresh(Bundle bundle) throws InterruptedException {
        CountDownLatch done = new CountDownLatch(1);
        context.getBundle(Constants.SYSTEM_BUNDLE_LOCATION)
                .adapt(FrameworkWiring.class)
                .refreshBundles(List.of(bundle), event -> done.countDown());
        assertTrue("refreshed", done.await(30, TimeUnit.SECONDS));
    }

    private static long count(List<WeakReference<ClassLoader>> loaders) {
        return loaders.stream().filter(loader -> loader.get() != null).count();
    }

    private static int alive(List<WeakReference<ClassLoader>> loaders) {
        return Math.toIntExact(count(loaders));
    }
}
