/* Copyright the Guildhall authors. SPDX-License-Identifier: Apache-2.0 */
package org.guildhall.itests;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.junit.Test;

/** The archive boots by itself: no network, an empty Maven repository, a fresh home; time after time. */
public class BootIT {
    private static final int BOOTS = Boolean.getBoolean("guildhall.full") ? 20 : 2;

    /** Of the CPU time of {@link ReferenceWork}, over all boots: one was seen at 9 and the next at 15 times. */
    private static final double MOST_TIMES = 15;

    @Test
    public void theArchiveBootsWithoutANetworkEveryTime() throws Exception {
        boolean alone = Server.run(List.of("unshare", "-n", "ip", "link", "set", "lo", "up"), Map.of(), 10)
                        .code()
                == 0;
        if (!alone) {
            System.out.println("SKIPPED: cutting the network off takes root, unshare and ip; only Maven is cut off");
        }
        double seconds = 0;
        double reference = 0;
        for (int boot = 1; boot <= BOOTS; boot++) {
            double before = reference();
            Server server = new Server("boot", 18081);
            String script = Server.program().resolve("bin/guildhall").toString();
            String body = (alone ? "ip link set lo up && " : "")
                    + "\"$0\" start && \"$0\" status && cat /proc/$(cat \"$GUILDHALL_HOME/data/guildhall.pid\")/stat && \"$0\" shell guildhall:plugins; code=$?; \"$0\" stop; exit $code";
            List<String> command =
                    alone ? List.of("unshare", "-n", "bash", "-c", body, script) : List.of("bash", "-c", body, script);
            Map<String, String> environment = server.environment(Map.of(
                    Server.JAVA_OPTIONS,
                    "",
                    "HOME",
                    Files.createDirectories(server.home().resolve("user")).toString()));
            Server.Result result = Server.run(command, environment, 180);
            assertEquals("boot " + boot + "\n" + result.output() + server.log(), 0, result.code());
            assertEquals(
                    "ready",
                    result.output()
                            .lines()
                            .filter(line -> line.startsWith("ready ("))
                            .findFirst()
                            .orElse("")
                            .split(" ")[0]);
            double bootSeconds = cpuSeconds(result.output());
            // The machine's speed changes within seconds, so it is asked on both sides.
            double bootReference = (before + reference()) / 2;
            System.out.printf(
                    Locale.ROOT,
                    "boot %d of %d was ready after %.1f CPU-seconds, %.1f times the reference%n",
                    boot,
                    BOOTS,
                    bootSeconds,
                    bootSeconds / bootReference);
            seconds += bootSeconds;
            reference += bootReference;
        }
        double times = seconds / reference;
        assertTrue("boots took " + times + " times the reference", times < MOST_TIMES);
    }

    private static double reference() throws Exception {
        Server.Result done = Server.run(
                List.of(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:+UseSerialGC",
                        "-cp",
                        System.getProperty("java.class.path"),
                        ReferenceWork.class.getName()),
                Map.of(),
                120);
        return Integer.parseInt(done.line("reference").split(" ")[0]) / 1_000.0;
    }

    /** User and system time of a line of /proc/.../stat, in hundredths of a second as Linux counts. */
    private static double cpuSeconds(String output) {
        String[] fields = output.lines()
                .filter(line -> line.contains(" (java) "))
                .findFirst()
                .orElseThrow()
                .replaceFirst(".*\\) ", "")
                .split(" ");
        return (Long.parseLong(fields[11]) + Long.parseLong(fields[12])) / 100.0;
    }
}
