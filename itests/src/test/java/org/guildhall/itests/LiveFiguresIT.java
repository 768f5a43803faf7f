/* Copyright the Guildhall authors. SPDX-License-Identifier: Apache-2.0 */
package org.guildhall.itests;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.AfterClass;
import org.junit.Test;
import org.junit.runners.Parameterized;

/** What plugins cost, in the long run only: the time until a jar answers, what others notice of it, and memory. */
public class LiveFiguresIT extends PluginTests {
    private static final int LIVE = 20;
    private static final int MANY = 50;
    private static final int DROPS = 10;
    private static final int CYCLES = Integer.getInteger("guildhall.cycles", 1_000);
    private static final int WARM = 10;
    private static final int CALLERS = 4;
    private static final long QUIET_MILLIS = 3_000;
    private static final long LONGEST_NANOS = 60_000_000_000L;
    private static final double MEGABYTE = 1_048_576;
    private static final StringBuilder FIGURES = new StringBuilder();

    @Parameterized.Parameters(name = "{0}")
    public static List<TestDatabase> databases() {
        return TestDatabase.inTurn(TestDatabase.DERBY);
    }

    @AfterClass
    public static void tellFigures() {
        System.out.print(FIGURES);
    }

    /** A plugin with two types. */
    private static Path pair(String name) throws Exception {
        String type = Character.toUpperCase(name.charAt(0)) + name.substring(1);
        String fields = "@Searchable @Size(max = 100) private String name; private Integer size; private Money price;";
        return plugin(name, 1)
                .source(name + "/" + type + "A.java", record(name, "", type + "A", fields))
                .source(name + "/" + type + "B.java", record(name, "", type + "B", fields))
                .build(jar(name));
    }

    /** The milliseconds from a jar's drop until its records answer. */
    private static long drop(Path jar, String name) throws Exception {
        long began = System.nanoTime();
        server.deploy(jar, name + ".jar");
        while (server.get("/api/v1/" + name + "As").status() != 200) {
            if (System.nanoTime() - began > LONGEST_NANOS) {
                throw new AssertionError(name + " does not answer: " + server.log());
            }
            Thread.sleep(20);
        }
        return (System.nanoTime() - began) / 1_000_000;
    }

    private static void takeAway(String name) throws Exception {
        Files.delete(server.home().resolve("deploy").resolve(name + ".jar"));
        while (server.get("/api/v1/" + name + "As").status() != 404) {
            Thread.sleep(20);
        }
    }

    private interface Step {
        void run() throws Exception;
    }

    /** The microseconds that calls to another plugin's records take meanwhile. */
    private static List<Long> meanwhile(String contact, Step step) throws Exception {
        Queue<Long> micros = new ConcurrentLinkedQueue<>();
        LiveUpdateIT.Load load = new LiveUpdateIT.Load(CALLERS, () -> {
            long began = System.nanoTime();
            Server.Answer answer = micros.size() % 5 == 0
                    ? server.post("/api/v1/contacts", "{\"lastName\":\"Load\"}")
                    : server.get("/api/v1/contacts/" + contact);
            micros.add((System.nanoTime() - began) / 1_000);
            return answer.status() < 300 ? null : answer.status() + " " + answer.body();
        });
        try {
            step.run();
        } finally {
            load.end();
        }
        assertEquals(List.of(), List.copyOf(load.failures));
        return List.copyOf(micros);
    }

    /** The milliseconds that 99 of 100 calls take at most. */
    private static double percentile99(List<Long> micros) {
        return micros.stream().sorted().toList().get(micros.size() * 99 / 100) / 1_000.0;
    }

    @Test
    public void aDropIsQuickAndOthersHardlyNoticeIt() throws Exception {
        String contact = created("contacts", "{\"lastName\":\"Other\"}").id();
        drop(pair("warm"), "warm");
        meanwhile(contact, () -> Thread.sleep(2 * QUIET_MILLIS));
        takeAway("warm");
        Memory none = Memory.now();
        List<Path> jars = new ArrayList<>();
        for (int i = 0; i < MANY; i++) {
            jars.add(pair("live" + i));
        }
        for (int i = 0; i < LIVE; i++) {
            drop(jars.get(i), "live" + i);
        }
        List<Long> quiet = new ArrayList<>();
        List<Long> dropping = new ArrayList<>();
        List<Long> took = new ArrayList<>();
        List<Double> quietRounds = new ArrayList<>();
        List<Double> droppingRounds = new ArrayList<>();
        for (int round = 0; round < DROPS; round++) {
            String name = "live" + (LIVE + round);
            Path jar = jars.get(LIVE + round);
            List<Long> before = meanwhile(contact, () -> Thread.sleep(QUIET_MILLIS));
            List<Long> during = meanwhile(contact, () -> took.add(drop(jar, name)));
            quiet.addAll(before);
            dropping.addAll(during);
            quietRounds.add(percentile99(before));
            droppingRounds.add(percentile99(during));
        }
        double ratio = percentile99(dropping) / percentile99(quiet);
        FIGURES.append(
                        "%s: dropped with %d plugins live and %d callers: answers after %s ms; 99 of 100 calls take %.1f ms"
                                .formatted(database, LIVE, CALLERS, took, percentile99(dropping)))
                .append(
                        " (%d calls; by drop %s), without a drop %.1f ms (%d calls; by round %s): %.2f times; failed: none%n"
                                .formatted(
                                        dropping.size(),
                                        droppingRounds,
                                        percentile99(quiet),
                                        quiet.size(),
                                        quietRounds,
                                        ratio));
        for (int i = LIVE + DROPS; i < MANY; i++) {
            drop(jars.get(i), "live" + i);
        }
        Memory many = Memory.now();
        FIGURES.append("%s: %d plugins of two types each cost %s%n".formatted(database, MANY, many.minus(none)));
        for (int i = 0; i < MANY; i++) {
            takeAway("live" + i);
        }
        FIGURES.append("%s: of which stay when they are taken away %s%n"
                .formatted(database, Memory.now().minus(none)));
        assertTrue("answered after " + took, took.stream().allMatch(millis -> millis < 3_000));
        // The noise of the machine is what rounds without a drop differ by.
        double noisiest = quietRounds.stream().mapToDouble(one -> one).max().orElseThrow();
        assertTrue(FIGURES.toString(), percentile99(dropping) <= 1.5 * Math.max(noisiest, percentile99(quiet)));
        assertTrue(FIGURES.toString(), many.total() - none.total() < MANY * 4 * MEGABYTE);
    }

    @Test
    public void deployedAndRemovedAgainAndAgainItLeavesNothing() throws Exception {
        Path jar = pair("cycle");
        Memory warm = null;
        for (int cycle = 1; cycle <= WARM + CYCLES; cycle++) {
            drop(jar, "cycle");
            created("cycleAs", "{\"name\":\"made in " + cycle + "\"}");
            takeAway("cycle");
            if (cycle == WARM) {
                warm = Memory.now();
            } else if (cycle > WARM && (cycle - WARM) % Math.max(1, CYCLES / 4) == 0) {
                FIGURES.append("%s: %d cycles of deploy, use and remove leave %s%n"
                        .formatted(database, cycle - WARM, Memory.now().minus(warm)));
            }
        }
        Memory left = Memory.now();
        // Derby keeps the stack trace of an exception, and with it one loader.
        assertTrue(FIGURES.toString(), left.loaders() - warm.loaders() <= 1);
        assertTrue(FIGURES.toString(), left.total() - warm.total() < 8 * MEGABYTE);
    }

    /** Of the server after a collection: bytes of living objects and of classes, resident ones, and bundles' class loaders. */
    private record Memory(long heap, long metaspace, long resident, long loaders) {
        private static final String LOADER = "org.apache.felix.framework.BundleWiringImpl$BundleClassLoader";

        static Memory now() throws Exception {
            // What only finalizers and reference queues hold goes with the second.
            jcmd("GC.run");
            Thread.sleep(500);
            String histogram = jcmd("GC.class_histogram");
            return new Memory(
                    number(histogram, "(?m)^Total +\\d+ +(\\d+)"),
                    1_024 * number(jcmd("GC.heap_info"), "Metaspace +used (\\d+)K"),
                    1_024
                            * number(
                                    Files.readString(Path.of("/proc", Long.toString(server.pid()), "status")),
                                    "VmRSS:\\s+(\\d+) kB"),
                    number(histogram, "(?m)^ +\\d+: +(\\d+) +\\d+ +" + Pattern.quote(LOADER) + "( |$)"));
        }

        private static String jcmd(String command) throws Exception {
            Server.Result result = Server.run(
                    List.of(
                            Path.of(System.getProperty("java.home"), "bin", "jcmd")
                                    .toString(),
                            Long.toString(server.pid()),
                            command),
                    Map.of(),
                    60);
            assertEquals(result.output(), 0, result.code());
            return result.output();
        }

        private static long number(String text, String pattern) {
            Matcher found = Pattern.compile(pattern).matcher(text);
            assertTrue(pattern + " is not in " + text, found.find());
            return Long.parseLong(found.group(1));
        }

        long total() {
            return heap + metaspace;
        }

        String minus(Memory other) {
            return "%.1f MB of heap, %.1f MB of metaspace (resident: %.1f MB), %d class loaders"
                    .formatted(
                            (heap - other.heap) / MEGABYTE,
                            (metaspace - other.metaspace) / MEGABYTE,
                            (resident - other.resident) / MEGABYTE,
                            loaders - other.loaders);
        }
    }
}
