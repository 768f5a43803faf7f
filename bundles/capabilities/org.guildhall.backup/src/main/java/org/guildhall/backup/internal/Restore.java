/* Copyright the Guildhall authors. SPDX-License-Identifier: Apache-2.0 */
package org.guildhall.backup.internal;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.ServiceLoader;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.guildhall.api.platform.DatabaseRestore;

/** {@code guildhall restore}: fills an empty home and an empty database from a backup; no server runs meanwhile. */
public final class Restore {
    private static final Pattern VARIABLE = Pattern.compile("\\$\\{(env:)?([^}:]+)}");
    private static final Pattern VERSION = Pattern.compile("^\\d{1,9}(\\.\\d{1,9})*");
    private static final int REFUSED = 1;

    private final Path backup;
    private final Home home;
    private final DatabaseRestore database;

    private Restore(Path backup, Home home, DatabaseRestore database) {
        this.backup = backup;
        this.home = home;
        this.database = database;
    }

    /** Arguments are the backup's folder and the home; the property guildhall.data is the server's. */
    public static void main(String... arguments) throws IOException {
        Path home = Path.of(arguments[1]);
        try {
            new Restore(
                            Path.of(arguments[0]).toAbsolutePath().normalize(),
                            new Home(home, Path.of(System.getProperty("guildhall.data"))),
                            ServiceLoader.load(DatabaseRestore.class)
                                    .findFirst()
                                    .orElseThrow())
                    .run();
        } catch (IllegalArgumentException | IllegalStateException e) {
            System.err.println("guildhall: " + e.getMessage());
            System.exit(REFUSED);
        }
    }

    private void run() throws IOException {
        Manifest manifest = Manifest.read(backup);
        requireVersion(manifest.version());
        manifest.verify(backup);
        System.out.println("verified: " + manifest.files().size() + " files, " + manifest.bytes() + " bytes, made "
                + manifest.made() + " by version " + manifest.version());
        home.requireEmpty();
        Map<String, String> settings = settings(manifest);
        String kind = database.kind(settings);
        if (!kind.equals(manifest.database())) {
            throw new IllegalArgumentException("The backup is of a " + manifest.database() + " database ("
                    + manifest.databaseVersion() + "), and " + home.databaseSettings() + " names a " + kind
                    + " one. Nothing was restored.");
        }
        database.requireEmpty(settings);
        database.restore(settings, backup.resolve("database"));
        List<String> incomplete = home.restoreFrom(backup);
        System.out.println("restored: " + home.home());
        incomplete.forEach(
                file -> System.out.println("secrets are not in a backup; set them before the start in: " + file));
    }

    /** A backup goes into the version that made it or a newer one, which brings tables up to date. */
    private static void requireVersion(String made) throws IOException {
        Path file = Path.of(System.getProperty("karaf.home", ""), "VERSION");
        String here = Files.exists(file) ? Files.readString(file).strip() : "";
        if (Arrays.compare(numbers(made), numbers(here)) > 0) {
            throw new IllegalArgumentException("The backup was made by version " + made + ", and this is version " + here
                    + ": restore it with that version or a newer one. Nothing was restored.");
        }
    }

    /** The numbers that a version begins with. */
    private static int[] numbers(String version) {
        return VERSION.matcher(version)
                .results()
                .findFirst()
                .map(found -> Arrays.stream(found.group().split("\\."))
                        .mapToInt(Integer::parseInt)
                        .toArray())
                .orElse(new int[0]);
    }

    /** The settings of the database: those of the home, or those of a backup of Derby, which knows no password. */
    private Map<String, String> settings(Manifest manifest) throws IOException {
        Path file = home.databaseSettings();
        if (!Files.exists(file)) {
            file = backup.resolve("etc").resolve(file.getFileName().toString());
            if (!manifest.database().equals("derby") || !Files.exists(file)) {
                throw new IllegalArgumentException("Write " + home.databaseSettings()
                        + " first, with url, user and .password of an empty " + manifest.database()
                        + " database; the backup's own, without the password, is " + file + ".");
            }
        }
        Properties properties = new Properties();
        try (InputStream in = Files.newInputStream(file)) {
            properties.load(in);
        }
        Map<String, String> settings = new HashMap<>();
        properties.forEach((name, value) -> settings.put((String) name, resolved((String) value)));
        return settings;
    }

    private static String resolved(String value) {
        return VARIABLE.matcher(value.strip()).replaceAll(variable -> {
            String found = variable.group(1) == null
                    ? System.getProperty(variable.group(2))
                    : System.getenv(variable.group(2));
            return Matcher.quoteReplacement(found == null ? variable.group() : found);
        });
    }
}
