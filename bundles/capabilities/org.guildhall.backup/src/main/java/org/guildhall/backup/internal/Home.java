/* Copyright the Guildhall authors. SPDX-License-Identifier: Apache-2.0 */
package org.guildhall.backup.internal;

import java.io.IOException;
import java.nio.charset.MalformedInputException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.guildhall.api.platform.Settings;

/**
 * The files of a server that a backup holds beside the database: the settings without their secrets, those that were
 * shipped, by which an upgrade knows what was changed, and the jars.
 *
 * @param data the folder of the server's own files
 */
record Home(Path home, Path data) {
    private static final String DATABASE = "org.guildhall.database.cfg";

    private Path etc() {
        return home.resolve("etc");
    }

    private Path shipped() {
        return data.resolve("runtime").resolve("etc-shipped");
    }

    private Path deploy() {
        return home.resolve("deploy");
    }

    Path databaseSettings() {
        return etc().resolve(DATABASE);
    }

    void copyTo(Path folder) throws IOException {
        copySettings(etc(), folder.resolve("etc"));
        copySettings(shipped(), folder.resolve("etc-shipped"));
        for (Path jar : Folders.list(deploy())) {
            String name = jar.getFileName().toString();
            if (Files.isRegularFile(jar) && !name.startsWith(".")) {
                try {
                    Folders.copy(jar, folder.resolve("deploy").resolve(name));
                } catch (NoSuchFileException e) {
                    // Taken away at this moment: it is no part of the server any more.
                    continue;
                }
            }
        }
    }

    private static void copySettings(Path from, Path to) throws IOException {
        if (!Files.isDirectory(from)) {
            return;
        }
        for (Path file : Folders.files(from)) {
            if (Settings.isSecret(file.getFileName().toString())) {
                continue;
            }
            Path target = to.resolve(from.relativize(file).toString());
            Files.createDirectories(target.getParent());
            try {
                Files.writeString(target, Settings.withoutSecrets(Files.readString(file)));
            } catch (MalformedInputException e) {
                if (Settings.isSettings(file.getFileName().toString())) {
                    String text = Files.readString(file, StandardCharsets.ISO_8859_1);
                    Files.writeString(target, Settings.withoutSecrets(text), StandardCharsets.ISO_8859_1);
                } else {
                    // No text, no settings.
                    Folders.copy(file, target);
                }
            }
        }
    }

    /** @throws IllegalArgumentException when a server has run here */
    void requireEmpty() throws IOException {
        if (Files.exists(data.resolve("runtime").resolve("VERSION"))) {
            throw new IllegalArgumentException("A server has run in " + home
                    + " already: set GUILDHALL_HOME to another folder. Nothing was restored.");
        }
        if (!Folders.list(deploy()).isEmpty()) {
            throw new IllegalArgumentException("The folder " + deploy()
                    + " is not empty: set GUILDHALL_HOME to another folder, or empty it. Nothing was restored.");
        }
    }

    /** Puts back what is not here; gives the files in which secrets have to be set. */
    List<String> restoreFrom(Path folder) throws IOException {
        Path copied = folder.resolve("etc");
        List<String> incomplete = new ArrayList<>();
        for (Path file : Folders.list(copied)) {
            Path name = file.getFileName();
            boolean leftOut = Files.isRegularFile(file)
                    && name.toString().endsWith(".cfg")
                    && Files.readString(file, StandardCharsets.ISO_8859_1).contains(Settings.LEFT_OUT);
            if (leftOut && !Files.exists(etc().resolve(name.toString()))) {
                incomplete.add("etc/" + name);
            }
        }
        Folders.copyMissing(copied, etc());
        Folders.copyMissing(folder.resolve("etc-shipped"), shipped());
        Folders.copyMissing(folder.resolve("deploy"), deploy());
        return incomplete;
    }
}
