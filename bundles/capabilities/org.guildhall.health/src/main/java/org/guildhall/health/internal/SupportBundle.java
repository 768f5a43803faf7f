/* Copyright the Guildhall authors. SPDX-License-Identifier: Apache-2.0 */
package org.guildhall.health.internal;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadInfo;
import java.nio.charset.MalformedInputException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.guildhall.api.platform.DatabaseCopies;
import org.guildhall.api.platform.DatabaseState;
import org.guildhall.api.platform.HealthCheck.Finding;
import org.guildhall.api.platform.Plugins;
import org.guildhall.api.platform.Settings;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/** Packs what helps others to help, without secrets and without anybody's data. */
@Component(service = SupportBundle.class)
public final class SupportBundle {
    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmss'Z'").withZone(ZoneOffset.UTC);
    private static final List<String> BUNDLE_STATES =
            List.of("uninstalled", "installed", "resolved", "starting", "stopping", "active");

    private final BundleContext context;
    private final Doctor doctor;
    private final Plugins plugins;
    private final DatabaseState state;
    private final DatabaseCopies database;
    private final Path home;

    @Activate
    public SupportBundle(
            BundleContext context,
            @Reference Doctor doctor,
            @Reference Plugins plugins,
            @Reference DatabaseState state,
            @Reference DatabaseCopies database) {
        this.context = context;
        this.doctor = doctor;
        this.plugins = plugins;
        this.state = state;
        this.database = database;
        this.home = Path.of(context.getProperty("karaf.base"));
    }

    /** Writes the file, whole or not at all; into the folder support of the home when no other is named. */
    Path write(Path folder) throws IOException {
        Path into = folder == null ? home.resolve("support") : folder.toAbsolutePath();
        Files.createDirectories(into);
        Path file = into.resolve("guildhall-support-" + TIME.format(Instant.now()) + ".zip");
        // Of mode 600 from its first byte on.
        Path part = Files.createTempFile(into, ".guildhall-support-", ".part");
        try {
            try (OutputStream out = Files.newOutputStream(part);
                    ZipOutputStream zip = new ZipOutputStream(out, StandardCharsets.UTF_8)) {
                add(zip, "doctor.txt", Findings.text(findings(), doctor.checks()));
                add(zip, "versions.txt", versions());
                add(zip, "plugins.txt", pluginStates());
                add(zip, "bundles.txt", bundles());
                add(zip, "threads.txt", threads());
                addSettings(zip);
                addLogs(zip);
            }
            return Files.move(part, file, StandardCopyOption.ATOMIC_MOVE);
        } finally {
            Files.deleteIfExists(part);
        }
    }

    private static void add(ZipOutputStream zip, String name, String text) throws IOException {
        zip.putNextEntry(new ZipEntry(name));
        zip.write(text.getBytes(StandardCharsets.UTF_8));
        zip.closeEntry();
    }

    private String versions() throws IOException {
        Path version = Path.of(context.getProperty("karaf.home"), "VERSION");
        Runtime machine = Runtime.getRuntime();
        return lines(
                "guildhall "
                        + (Files.exists(version) ? Files.readString(version).strip() : "unknown"),
                "java " + System.getProperty("java.vm.name") + " " + System.getProperty("java.vm.version"),
                "system " + System.getProperty("os.name") + " " + System.getProperty("os.version") + " "
                        + System.getProperty("os.arch"),
                "processors " + machine.availableProcessors(),
                "memory " + (machine.totalMemory() - machine.freeMemory()) + " used of " + machine.maxMemory(),
                "running since "
                        + Instant.ofEpochMilli(
                                ManagementFactory.getRuntimeMXBean().getStartTime()),
                "database " + (state.answers() ? database.version() : database.kind() + ", which is lost"),
                "connections " + state.pool());
    }

    private List<Finding> findings() {
        return doctor.findings().stream()
                .map(one -> new Finding(one.severity(), one.code(), LogCopy.sentence(one.text()), one.advice()))
                .toList();
    }

    private String pluginStates() {
        return lines(plugins.all().stream()
                .map(plugin -> plugin.name() + " " + plugin.version() + ", schema " + plugin.schema() + ", "
                        + plugin.state() + (plugin.reason().isEmpty() ? "" : ": " + LogCopy.sentence(plugin.reason())))
                .toArray(String[]::new));
    }

    private String bundles() {
        return lines(Arrays.stream(context.getBundles())
                .map(bundle -> bundle.getBundleId() + " " + bundle.getSymbolicName() + " " + bundle.getVersion() + " "
                        + state(bundle))
                .toArray(String[]::new));
    }

    private static String state(Bundle bundle) {
        return BUNDLE_STATES.get(Integer.numberOfTrailingZeros(bundle.getState()));
    }

    private static String threads() {
        return Arrays.stream(ManagementFactory.getThreadMXBean().dumpAllThreads(true, true))
                .map(SupportBundle::thread)
                .collect(Collectors.joining("\n"));
    }

    private static String thread(ThreadInfo thread) {
        return "\"" + thread.getThreadName() + "\" " + thread.getThreadState()
                + (thread.getLockInfo() == null
                        ? "\n"
                        : " on " + thread.getLockInfo().getClassName() + " of " + thread.getLockOwnerName() + "\n")
                + Arrays.stream(thread.getStackTrace())
                        .map(frame -> "    at " + frame + "\n")
                        .collect(Collectors.joining());
    }

    private void addSettings(ZipOutputStream zip) throws IOException {
        for (Path file : list(home.resolve("etc"))) {
            String name = file.getFileName().toString();
            if (Settings.isSettings(name) && !Settings.isSecret(name)) {
                add(zip, "etc/" + name, Settings.withoutSecrets(text(file)));
            }
        }
    }

    private static String text(Path file) throws IOException {
        try {
            return Files.readString(file);
        } catch (MalformedInputException e) {
            return Files.readString(file, StandardCharsets.ISO_8859_1);
        }
    }

    private void addLogs(ZipOutputStream zip) throws IOException {
        for (Path file : list(Path.of(context.getProperty("guildhall.data"), "log"))) {
            String name = file.getFileName().toString();
            if (name.matches("guildhall\\.log(\\.\\d+)?")) {
                zip.putNextEntry(new ZipEntry("log/" + name));
                try (BufferedReader reader =
                        new BufferedReader(new InputStreamReader(Files.newInputStream(file), StandardCharsets.UTF_8))) {
                    for (String line = reader.readLine(); line != null; line = reader.readLine()) {
                        zip.write((LogCopy.of(line) + "\n").getBytes(StandardCharsets.UTF_8));
                    }
                }
                zip.closeEntry();
            }
        }
    }

    private static List<Path> list(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(Files::isRegularFile).sorted().toList();
        }
    }

    private static String lines(String... lines) {
        return String.join("\n", lines) + "\n";
    }
}
