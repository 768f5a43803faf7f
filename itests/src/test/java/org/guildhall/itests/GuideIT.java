/* Copyright the Guildhall authors. SPDX-License-Identifier: Apache-2.0 */
package org.guildhall.itests;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertTrue;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.After;
import org.junit.Before;
import org.junit.Test;

/** The guide to the first plugin: its commands run one after another, and print what it shows. */
public class GuideIT {
    private static final Path GUIDE = Path.of("../docs/guide/your-first-plugin.md");
    private static final Pattern BLOCK = Pattern.compile("(?ms)^```(sh|text)\n(.*?)^```$");
    private static final String PORT = Integer.toString(Fork.port(18381));
    private static final int MOST_SECONDS = 400;

    private final Path work = Path.of(System.getProperty("guildhall.work"), "guide")
            .toAbsolutePath()
            .normalize();
    private final Path user = work.resolve("user");

    /** Commands, and what they print; null where the guide does not show it. */
    private record Step(String commands, String shown) {}

    @Before
    public void aUserWithAnArchiveAndTheirOwnRepository() throws IOException {
        Server.delete(work);
        Path archive = Path.of(System.getProperty("guildhall.archive"));
        Files.createDirectories(user);
        Files.createSymbolicLink(user.resolve(archive.getFileName()), archive.toRealPath());
        Path repository = Files.createDirectories(work.resolve("home/.m2/repository"));
        everythingButGuildhall(Path.of(System.getProperty("guildhall.repository")), repository);
        // Maven asks the account for its home, not the environment.
        Path maven = Files.createDirectories(work.resolve("bin")).resolve("mvn");
        Files.writeString(
                maven,
                "#!/bin/sh\nexec " + onPath("mvn")
                        + (System.getProperty("guildhall.maven").equals("offline=true") ? " -o" : "")
                        + " -Dmaven.repo.local=" + repository + " \"$@\"\n");
        assertTrue(maven.toFile().setExecutable(true));
    }

    /** What is in the build's repository need not be fetched again; Guildhall must come from the archive. */
    private static void everythingButGuildhall(Path from, Path to) throws IOException {
        linkAll(from, to, "org");
        linkAll(from.resolve("org"), Files.createDirectories(to.resolve("org")), "guildhall");
    }

    private static void linkAll(Path from, Path to, String except) throws IOException {
        try (Stream<Path> entries = Files.list(from)) {
            for (Path entry : entries.toList()) {
                if (!entry.getFileName().toString().equals(except)) {
                    Files.createSymbolicLink(to.resolve(entry.getFileName()), entry);
                }
            }
        }
    }

    private static Path onPath(String program) {
        return Arrays.stream(System.getenv("PATH").split(File.pathSeparator))
                .map(folder -> Path.of(folder, program))
                .filter(Files::isExecutable)
                .findFirst()
                .orElseThrow(() -> new AssertionError(program + " is not on the path"));
    }

    @After
    public void stop() throws IOException, InterruptedException {
        bash("for program in karaf-distribution-*/bin/guildhall; do $program stop; done", 60);
        // Its links lead into the build's repository, which others walk.
        Server.delete(work.resolve("home"));
    }

    @Test
    public void everyCommandDoesWhatTheGuideShows() throws Exception {
        List<Step> steps = steps(Files.readString(GUIDE).replace("8181", PORT));
        assertTrue("commands are found in the guide", steps.size() >= 10);
        String script = steps.stream()
                .map(step -> "{\n" + step.commands() + "} > ../../printed-" + steps.indexOf(step) + " 2>&1\n")
                .collect(Collectors.joining());
        script = script.replace("../../printed-", work + "/printed-");
        Server.Result result = bash("set -e\n" + script, MOST_SECONDS);
        for (Step step : steps) {
            Path printed = work.resolve("printed-" + steps.indexOf(step));
            assertTrue("not run:\n" + step.commands() + result.output() + tail(steps), Files.exists(printed));
            if (step.shown() != null) {
                String text = plain(Files.readString(printed));
                assertTrue(
                        "the guide shows\n" + step.shown() + "\nfor\n" + step.commands() + "\nwhich printed\n" + text,
                        pattern(step.shown()).matcher(text).matches());
            }
        }
        assertEquals(result.output() + tail(steps), 0, result.code());
    }

    private String tail(List<Step> steps) throws IOException {
        StringBuilder all = new StringBuilder();
        for (int i = 0; i < steps.size() && Files.exists(work.resolve("printed-" + i)); i++) {
            all.append("\n--- ").append(i).append('\n').append(Files.readString(work.resolve("printed-" + i)));
        }
        return all.toString();
    }

    private Server.Result bash(String script, int seconds) throws IOException, InterruptedException {
        return Server.run(
                List.of("bash", "-c", "cd '" + user + "'\n" + script),
                Map.of(
                        "HOME",
                        work.resolve("home").toString(),
                        "PATH",
                        work.resolve("bin") + File.pathSeparator + System.getenv("PATH"),
                        "GUILDHALL_PORT",
                        PORT,
                        Server.JAVA_OPTIONS,
                        System.getProperty("guildhall.java").strip(),
                        "MAVEN_OPTS",
                        System.getProperty("guildhall.java").strip()),
                seconds);
    }

    private static List<Step> steps(String guide) {
        List<Step> steps = new ArrayList<>();
        Matcher block = BLOCK.matcher(guide);
        while (block.find()) {
            if (block.group(1).equals("sh")) {
                steps.add(new Step(block.group(2), null));
            } else {
                steps.set(steps.size() - 1, new Step(steps.get(steps.size() - 1).commands(), block.group(2)));
            }
        }
        return steps;
    }

    /** Three dots stand for anything, also for lines. */
    private static Pattern pattern(String shown) {
        return Pattern.compile(
                Arrays.stream(shown.strip().split("\\.\\.\\.", -1))
                        .map(Pattern::quote)
                        .collect(Collectors.joining(".*")),
                Pattern.DOTALL);
    }

    private static String plain(String printed) {
        return printed.replaceAll("\u001b\\[[0-9;]*m", "").strip();
    }
}
