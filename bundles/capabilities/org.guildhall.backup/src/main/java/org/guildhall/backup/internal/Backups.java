/* Copyright the Guildhall authors. SPDX-License-Identifier: Apache-2.0 */
package org.guildhall.backup.internal;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.List;
import org.guildhall.api.platform.DatabaseCopies;
import org.osgi.framework.BundleContext;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes backups. One is a folder, written under a hidden name and renamed once it is whole: what failed, or was cut off by a
 * crash, looks like none.
 */
@Component(service = Backups.class, configurationPid = Backups.PID)
public final class Backups {
    static final String PID = "org.guildhall.backup";
    static final String SCHEDULED = "-scheduled";
    private static final Logger LOG = LoggerFactory.getLogger(Backups.class);
    private static final String PREFIX = "guildhall-";
    private static final String NAME = "guildhall-\\d{8}T\\d{6}Z(-\\d+)?";
    private static final String UNFINISHED = ".part";
    private static final Duration ABANDONED = Duration.ofDays(1);
    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmss'Z'").withZone(ZoneOffset.UTC);

    private final DatabaseCopies database;
    private final Home home;
    private final Path program;
    private final Path folder;

    /** etc/org.guildhall.backup.cfg, the part that says where. */
    public @interface Configuration {
        /** Empty for the folder backups of the server's home. */
        String folder() default "";
    }

    /** A backup that was made. */
    record Made(Path path, Manifest manifest, Duration took) {}

    @Activate
    public Backups(BundleContext context, Configuration configuration, @Reference DatabaseCopies database) {
        this.database = database;
        Path base = Path.of(context.getProperty("karaf.base"));
        this.home = new Home(base, Path.of(context.getProperty("guildhall.data")));
        this.program = Path.of(context.getProperty("karaf.home"));
        this.folder = configuration.folder().isEmpty()
                ? base.resolve("backups")
                : base.resolve(configuration.folder().strip());
    }

    Path folder() {
        return folder;
    }

    /**
     * Makes a backup.
     *
     * @param into the folder in which its folder is made
     * @param suffix what its name ends with
     * @throws IllegalStateException when it failed; the message says what to do
     */
    Made make(Path into, String suffix) {
        long began = System.nanoTime();
        Instant made = Instant.now().truncatedTo(ChronoUnit.SECONDS);
        Path whole = free(into.toAbsolutePath().normalize(), PREFIX + TIME.format(made), suffix);
        Path part = whole.resolveSibling("." + whole.getFileName() + UNFINISHED);
        try {
            removeAbandoned(whole.getParent());
            Folders.createPrivate(part);
            Path copy = Files.createDirectory(part.resolve("database"));
            database.copy(copy);
            home.copyTo(part);
            Manifest manifest = Manifest.of(part, made, version(), database.kind(), database.version());
            manifest.write(part);
            Files.move(part, whole, StandardCopyOption.ATOMIC_MOVE);
            Made result = new Made(whole, manifest, Duration.ofNanos(System.nanoTime() - began));
            LOG.info(
                    "The backup {} is made: {} bytes in {} ms",
                    whole,
                    manifest.bytes(),
                    result.took().toMillis());
            return result;
        } catch (IOException | RuntimeException e) {
            try {
                Folders.delete(part);
            } catch (IOException left) {
                e.addSuppressed(left);
            }
            if (e instanceof IOException) {
                throw new IllegalStateException(
                        "The backup could not be written to " + into + ": " + e.getMessage(), e);
            }
            throw (RuntimeException) e;
        }
    }

    private static Path free(Path into, String name, String suffix) {
        Path path = into.resolve(name + suffix);
        for (int i = 2; Files.exists(path) || Files.exists(into.resolve("." + path.getFileName() + UNFINISHED)); i++) {
            path = into.resolve(name + "-" + i + suffix);
        }
        return path;
    }

    private static void removeAbandoned(Path into) throws IOException {
        for (Path path : Folders.list(into)) {
            String name = path.getFileName().toString();
            if (name.matches("\\." + NAME + "(" + SCHEDULED + ")?\\" + UNFINISHED)
                    && Files.getLastModifiedTime(path)
                            .toInstant()
                            .isBefore(Instant.now().minus(ABANDONED))) {
                Folders.delete(path);
            }
        }
    }

    /** The scheduled backups in the folder, the oldest first. */
    List<Path> scheduled() throws IOException {
        return Folders.list(folder).stream()
                .filter(path -> path.getFileName().toString().matches(NAME + SCHEDULED))
                .toList();
    }

    /** When a backup was begun, by its name. */
    static Instant time(Path backup) {
        return TIME.parse(
                backup.getFileName().toString().substring(PREFIX.length(), PREFIX.length() + 16), Instant::from);
    }

    private String version() throws IOException {
        Path file = program.resolve("VERSION");
        return Files.exists(file) ? Files.readString(file).strip() : "unknown";
    }
}
