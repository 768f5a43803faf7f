/* Copyright the Guildhall authors. SPDX-License-Identifier: Apache-2.0 */
package org.guildhall.backup.internal;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.HexFormat;
import java.util.Map;
import java.util.TreeMap;

/**
 * What a backup consists of: {@code manifest.json}.
 *
 * @param made when it was begun
 * @param version of the server
 * @param database its kind
 * @param databaseVersion the database's version, for people
 * @param files each file by its path in the backup
 */
record Manifest(Instant made, String version, String database, String databaseVersion, Map<String, Entry> files) {
    static final String FILE = "manifest.json";
    private static final int FORMAT = 1;
    private static final int BUFFER = 1 << 16;

    /** A file's length and its SHA-256. */
    record Entry(long bytes, String sha256) {}

    /** Describes the files in a folder, which are on the disk then, and not in its cache alone. */
    static Manifest of(Path folder, Instant made, String version, String database, String databaseVersion)
            throws IOException {
        Map<String, Entry> files = new TreeMap<>();
        for (Path file : Folders.files(folder)) {
            try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
                channel.force(true);
            }
            files.put(name(folder, file), entry(file));
        }
        return new Manifest(made, version, database, databaseVersion, files);
    }

    private static String name(Path folder, Path file) {
        return folder.relativize(file).toString().replace('\\', '/');
    }

    private static Entry entry(Path file) throws IOException {
        MessageDigest digest;
        try {
            digest = MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
        try (InputStream in = new DigestInputStream(Files.newInputStream(file), digest)) {
            byte[] buffer = new byte[BUFFER];
            long bytes = 0;
            for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
                bytes += read;
            }
            return new Entry(bytes, HexFormat.of().formatHex(digest.digest()));
        }
    }

    long bytes() {
        return files.values().stream().mapToLong(Entry::bytes).sum();
    }

    void write(Path folder) throws IOException {
        ObjectMapper mapper = new ObjectMapper();
        ObjectNode json = mapper.createObjectNode()
                .put("format", FORMAT)
                .put("made", made.toString())
                .put("version", version)
                .put("database", database)
                .put("databaseVersion", databaseVersion);
        ObjectNode list = json.putObject("files");
        files.forEach((name, entry) ->
                list.putObject(name).put("bytes", entry.bytes()).put("sha256", entry.sha256()));
        Path file = folder.resolve(FILE);
        Files.write(file, mapper.writerWithDefaultPrettyPrinter().writeValueAsBytes(json));
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            channel.force(true);
        }
    }

    /** @throws IllegalArgumentException when the folder is no whole backup; the message says why */
    static Manifest read(Path folder) throws IOException {
        Path file = folder.resolve(FILE);
        if (!Files.isRegularFile(file)) {
            throw new IllegalArgumentException(folder + " is no whole backup: it has no " + FILE + ".");
        }
        try {
            JsonNode json = new ObjectMapper().readTree(file.toFile());
            if (!json.path("format").isInt()) {
                throw unreadable(file, null);
            }
            if (json.path("format").asInt() != FORMAT) {
                throw new IllegalArgumentException(
                        file + " is of format " + json.path("format").asText() + ": restore it with the version "
                                + json.path("version").asText() + " of Guildhall, which made it.");
            }
            Map<String, Entry> files = new TreeMap<>();
            json.path("files")
                    .properties()
                    .forEach(one -> files.put(
                            one.getKey(),
                            new Entry(
                                    one.getValue().path("bytes").asLong(),
                                    one.getValue().path("sha256").asText())));
            return new Manifest(
                    Instant.parse(json.path("made").asText()),
                    json.path("version").asText(),
                    json.path("database").asText(),
                    json.path("databaseVersion").asText(),
                    files);
        } catch (JsonProcessingException | java.time.DateTimeException e) {
            throw unreadable(file, e);
        }
    }

    private static IllegalArgumentException unreadable(Path manifest, Exception cause) {
        return new IllegalArgumentException(manifest + " is damaged and can't be read.", cause);
    }

    /** @throws IllegalArgumentException when a file is not as it was written */
    void verify(Path folder) throws IOException {
        for (Map.Entry<String, Entry> file : files.entrySet()) {
            Path path = folder.resolve(file.getKey());
            if (!Files.isRegularFile(path)) {
                throw damaged(folder, file.getKey() + " is missing");
            }
            if (!entry(path).equals(file.getValue())) {
                throw damaged(folder, file.getKey() + " has not the checksum that it was written with");
            }
        }
        for (Path path : Folders.files(folder)) {
            String name = name(folder, path);
            if (!name.equals(FILE) && !files.containsKey(name)) {
                throw damaged(folder, name + " is no part of it");
            }
        }
    }

    private static IllegalArgumentException damaged(Path folder, String how) {
        return new IllegalArgumentException(
                "The backup " + folder + " is damaged: " + how + ". Nothing was restored; take another backup.");
    }
}
