/* Copyright the Guildhall authors. SPDX-License-Identifier: Apache-2.0 */
package org.guildhall.persistence.internal;

import java.io.File;
import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** Runs the programs that come with a database. */
final class Programs implements AutoCloseable {
    private static final int MOST_LINES = 5;

    private final String folder;
    private final Set<Process> running = ConcurrentHashMap.newKeySet();
    private volatile boolean closed;

    /**
     * A program.
     *
     * @param names the names it may have, the present one first
     * @param advice what to install where it is missing
     */
    record Program(List<String> names, String advice) {}

    /** What goes into a program and comes out of it. */
    @FunctionalInterface
    interface Streams {
        void pass(Process process) throws IOException;
    }

    /** @param folder where they are looked for; empty for the path */
    Programs(String folder) {
        this.folder = folder;
    }

    /**
     * Runs a program to its end.
     *
     * @param environment no place for a password: its files are
     * @throws IllegalStateException when it is missing, or says that it failed
     */
    void run(Program program, List<String> arguments, Map<String, String> environment, Streams streams)
            throws IOException {
        List<String> command = new ArrayList<>(List.of(find(program).toString()));
        command.addAll(arguments);
        Path errors = Files.createTempFile("guildhall-", ".txt");
        try {
            ProcessBuilder builder = new ProcessBuilder(command).redirectError(errors.toFile());
            builder.environment().putAll(environment);
            Process process = builder.start();
            running.add(process);
            try {
                int code = end(process, streams);
                if (closed || code != 0) {
                    throw new IllegalStateException(program.names().get(0)
                            + (closed ? " was ended, because the server stops." : " failed: " + lastLines(errors)));
                }
            } finally {
                process.destroyForcibly();
                running.remove(process);
            }
        } finally {
            Files.deleteIfExists(errors);
        }
    }

    private static int end(Process process, Streams streams) throws IOException {
        try {
            try {
                streams.pass(process);
            } catch (IOException e) {
                // A program that gives up closes its end: what it says is told rather than that.
                process.destroy();
                if (process.waitFor() == 0) {
                    throw e;
                }
            }
            return process.waitFor();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("The server stops.", e);
        }
    }

    private Path find(Program program) {
        String places = folder.isEmpty() ? System.getenv().getOrDefault("PATH", "") : folder;
        return program.names().stream()
                .flatMap(name -> Arrays.stream(places.split(File.pathSeparator)).map(place -> Path.of(place, name)))
                .filter(Files::isExecutable)
                .findFirst()
                .orElseThrow(() -> new IllegalStateException(program.names().get(0) + " was not found "
                        + (folder.isEmpty() ? "on the path" : "in " + folder) + ": " + program.advice()
                        + ", or say by \"tools\" in etc/org.guildhall.database.cfg in which folder it is."));
    }

    private static String lastLines(Path file) throws IOException {
        List<String> lines = Arrays.stream(new String(Files.readAllBytes(file), Charset.defaultCharset()).split("\\R"))
                .filter(line -> !line.isBlank())
                .toList();
        return lines.isEmpty()
                ? "it gave no reason"
                : String.join("\n", lines.subList(Math.max(0, lines.size() - MOST_LINES), lines.size()));
    }

    /** Ends what runs. */
    @Override
    public void close() {
        closed = true;
        running.forEach(Process::destroy);
    }
}
