/* Copyright the Guildhall authors. SPDX-License-Identifier: Apache-2.0 */
package org.guildhall.benchmarks;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Set;
import java.util.stream.Collectors;

/** What Linux counts of processes, in clock ticks. */
final class Processes {
    /** Positions in /proc/(pid)/stat behind the name, which may hold spaces. */
    private static final int USER_TIME = 11;

    private static final int SYSTEM_TIME = 12;

    private static final int CHILDREN_SYSTEM_TIME = 14;

    private Processes() {}

    /** CPU time of a process, of those below it, and of those that ended and that it waited for. */
    static long treeTicks(long pid) throws IOException {
        while (true) {
            Set<Long> tree = tree(pid);
            long ticks = 0;
            try {
                for (long member : tree) {
                    ticks += ticks(member);
                }
            } catch (NoSuchFileException e) {
                continue;
            }
            // One that ended meanwhile would count twice, in its own and in its parent's times.
            if (tree.equals(tree(pid))) {
                return ticks;
            }
        }
    }

    private static Set<Long> tree(long pid) {
        ProcessHandle root =
                ProcessHandle.of(pid).orElseThrow(() -> new IllegalStateException("There is no process " + pid + "."));
        Set<Long> tree = root.descendants().map(ProcessHandle::pid).collect(Collectors.toSet());
        tree.add(pid);
        return tree;
    }

    /** CPU time of a JVM's compiler threads. */
    static long compilerTicks(long pid) throws IOException {
        long ticks = 0;
        try (DirectoryStream<Path> threads = Files.newDirectoryStream(Path.of("/proc", Long.toString(pid), "task"))) {
            for (Path thread : threads) {
                try {
                    if (Files.readString(thread.resolve("comm")).contains("CompilerThre")) {
                        ticks += ticks(thread.resolve("stat"), SYSTEM_TIME);
                    }
                } catch (IOException e) {
                    // The thread has ended.
                }
            }
        }
        return ticks;
    }

    private static long ticks(long pid) throws IOException {
        return ticks(Path.of("/proc", Long.toString(pid), "stat"), CHILDREN_SYSTEM_TIME);
    }

    private static long ticks(Path file, int last) throws IOException {
        String stat = Files.readString(file);
        String[] values = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
        long ticks = 0;
        for (int i = USER_TIME; i <= last; i++) {
            ticks += Long.parseLong(values[i]);
        }
        return ticks;
    }

    /** Busy time of the whole machine, all cores together. */
    static long machineTicks() throws IOException {
        // cpu user nice system idle iowait irq softirq steal ...
        long[] times = Arrays.stream(Files.readAllLines(Path.of("/proc/stat"))
                        .get(0)
                        .replaceFirst("cpu +", "")
                        .split(" "))
                .mapToLong(Long::parseLong)
                .toArray();
        return times[0] + times[1] + times[2] + times[5] + times[6] + times[7];
    }

    static long residentMegabytes(long pid) throws IOException {
        return Files.readAllLines(Path.of("/proc", Long.toString(pid), "status")).stream()
                .filter(line -> line.startsWith("VmRSS:"))
                .mapToLong(line -> Long.parseLong(line.replaceAll("[^0-9]", "")) / 1_024)
                .findFirst()
                .orElseThrow();
    }
}
