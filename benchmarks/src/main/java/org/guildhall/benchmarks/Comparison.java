/* Copyright the Guildhall authors. SPDX-License-Identifier: Apache-2.0 */
package org.guildhall.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;

/**
 * Loads the two servers in turn and appends to two Markdown tables: one row for each operation, and one for each round.
 *
 * <p>Arguments: {@code database=<name> database.pid=<pid, or empty for one inside the servers> clock.ticks=<in a second>
 * bare.port=... bare.pid=... bare.token=... ours.port=... ours.pid=... ours.token=... warmup=<seconds> round=<seconds>
 * rounds=<number> summary=<file> details=<file>}
 */
public final class Comparison {
    private static final int WARMUP_PART = 5;
    private static final int MOST_WARMUPS = 6;
    /** Of the server's CPU time; with more, the rounds would measure the compiler. */
    private static final double WARM_COMPILER_SHARE = 0.05;

    private final Options options;
    private final Server bare;
    private final Server ours;

    private record Server(String name, long pid, Load load) {
        static Server of(Options options, String name) {
            return new Server(
                    name,
                    options.number(name + ".pid"),
                    new Load(options.number(name + ".port"), options.text(name + ".token")));
        }
    }

    /** Requests a second, CPU microseconds a request, and the cores' share that nothing measured here took. */
    private record Round(double rate, double serverCpu, double databaseCpu, double othersPercent) {}

    private record Ticks(long server, long compiler, long database, long client, long machine) {
        Ticks minus(Ticks before) {
            return new Ticks(
                    server - before.server,
                    compiler - before.compiler,
                    database - before.database,
                    client - before.client,
                    machine - before.machine);
        }
    }

    private Comparison(Options options) {
        this.options = options;
        this.bare = Server.of(options, "bare");
        this.ours = Server.of(options, "ours");
    }

    public static void main(String[] arguments) throws Exception {
        Comparison comparison = new Comparison(new Options(arguments));
        for (Load.Operation operation : Load.Operation.values()) {
            comparison.compare(operation);
        }
    }

    private void compare(Load.Operation operation) throws Exception {
        warmUp(bare, operation);
        warmUp(ours, operation);
        List<Round> bareRounds = new ArrayList<>();
        List<Round> oursRounds = new ArrayList<>();
        for (int number = 1; number <= options.number("rounds"); number++) {
            // Who goes second may meet work that the first left to the database, so they change places.
            if (number % 2 == 1) {
                bareRounds.add(round(bare, operation, number));
                oursRounds.add(round(ours, operation, number));
            } else {
                oursRounds.add(round(ours, operation, number));
                bareRounds.add(round(bare, operation, number));
            }
        }
        summarize(operation, bareRounds, oursRounds);
    }

    /** For the given time, and then until the JVM has compiled what is hot, or this takes too long. */
    private void warmUp(Server server, Load.Operation operation) throws Exception {
        int atLeast = options.number("warmup");
        int seconds = 0;
        double compilerShare;
        do {
            Ticks before = ticks(server);
            server.load().run(operation, WARMUP_PART, -seconds);
            Ticks spent = ticks(server).minus(before);
            compilerShare = (double) spent.compiler() / spent.server();
            seconds += WARMUP_PART;
        } while (seconds < atLeast || (compilerShare > WARM_COMPILER_SHARE && seconds < MOST_WARMUPS * atLeast));
        System.err.printf(
                "%s, %s: %d s of warm-up, the compiler takes %.0f %% at its end%n",
                server.name(), name(operation), seconds, 100 * compilerShare);
    }

    private Round round(Server server, Load.Operation operation, int number) throws Exception {
        Ticks before = ticks(server);
        Load.Result result = server.load().run(operation, options.number("round"), number);
        Ticks spent = ticks(server).minus(before);
        double secondsInTick = 1.0 / options.number("clock.ticks");
        double microsInTick = 1e6 * secondsInTick / result.requests();
        long others = spent.machine() - spent.server() - spent.database() - spent.client();
        double coreSeconds = result.seconds() * Runtime.getRuntime().availableProcessors();
        Round round = new Round(
                result.requests() / result.seconds(),
                spent.server() * microsInTick,
                spent.database() * microsInTick,
                Math.max(0, 100 * others * secondsInTick / coreSeconds));
        append(
                "details",
                "| %s | %s | %d | %s | %d | %.0f | %.0f | %.0f | %.0f | %.0f |",
                options.text("database"),
                name(operation),
                number,
                server.name(),
                result.requests(),
                round.rate(),
                round.serverCpu(),
                spent.compiler() * microsInTick,
                round.databaseCpu(),
                round.othersPercent());
        return round;
    }

    private Ticks ticks(Server server) throws IOException {
        String database = options.text("database.pid");
        return new Ticks(
                Processes.treeTicks(server.pid()),
                Processes.compilerTicks(server.pid()),
                database.isEmpty() ? 0 : Processes.treeTicks(Long.parseLong(database)),
                Processes.treeTicks(ProcessHandle.current().pid()),
                Processes.machineTicks());
    }

    private void summarize(Load.Operation operation, List<Round> bareRounds, List<Round> oursRounds)
            throws IOException {
        double bareRate = median(bareRounds, Round::rate);
        double oursRate = median(oursRounds, Round::rate);
        double bareServer = median(bareRounds, Round::serverCpu);
        double bareDatabase = median(bareRounds, Round::databaseCpu);
        double oursServer = median(oursRounds, Round::serverCpu);
        double oursDatabase = median(oursRounds, Round::databaseCpu);
        append(
                "summary",
                "| %s | %s | %.0f | %.0f | %.2f | %.0f (%.0f + %.0f) | %.0f (%.0f + %.0f) | %.2f | %d |",
                options.text("database"),
                name(operation),
                bareRate,
                oursRate,
                oursRate / bareRate,
                bareServer + bareDatabase,
                bareServer,
                bareDatabase,
                oursServer + oursDatabase,
                oursServer,
                oursDatabase,
                (bareServer + bareDatabase) / (oursServer + oursDatabase),
                Processes.residentMegabytes(ours.pid()));
    }

    private static double median(List<Round> rounds, ToDoubleFunction<Round> value) {
        double[] sorted = rounds.stream().mapToDouble(value).sorted().toArray();
        int middle = sorted.length / 2;
        return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    }

    private static String name(Load.Operation operation) {
        return operation.name().toLowerCase(Locale.ROOT);
    }

    private void append(String file, String format, Object... values) throws IOException {
        String row = String.format(Locale.ROOT, format, values) + "\n";
        System.err.print(row);
        Files.writeString(Path.of(options.text(file)), row, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    }
}
