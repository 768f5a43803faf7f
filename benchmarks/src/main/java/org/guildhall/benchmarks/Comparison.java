/* Copyright the Guildhall authors. SPDX-License-Identifier: Apache-2.0 */
package org.guildhall.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;
import org.guildhall.benchmarks.Operation.Bound;
import org.guildhall.benchmarks.Operation.Party;

/**
 * Loads the two servers in turn and appends to Markdown tables: a row for each operation on single records, one for each
 * shape of a query, and one for each round. First each server is asked for as much as it can answer, then for half of
 * that.
 *
 * <p>Arguments: {@code database=<name> database.pid=<pid, or empty for one inside the servers> clock.ticks=<in a second>
 * bare.port=... bare.pid=... ours.port=... ours.pid=... administrator.token=... own.token=... contacts=<number>
 * samples=<file of the loader> operations=<regular expression> warmup=<seconds> round=<seconds> rounds=<number>
 * append=<yes, or empty> records=<file> queries=<file> details=<file>}
 */
public final class Comparison {
    private static final int WARMUP_PART = 5;
    private static final int MOST_WARMUPS = 12;
    /** Of the server's CPU time; with more, the rounds would measure the compiler. */
    private static final double WARM_COMPILER_SHARE = 0.05;

    private static final double LEAST_SPEED = 0.5;
    private static final double MOST_COST = 1.5;
    private static final double MOST_COST_OF_SCOPE = 1.3;
    private static final double MOST_COST_OF_APPEND = 1.4;
    private static final double MOST_MILLIS = 25;

    private final Options options;
    /** Of the run before: no two make the same records. */
    private long seed;

    /** Requests a second, and CPU microseconds a request. */
    private record Round(double rate, double serverCpu, double databaseCpu, long[] latencies) {
        double cpu() {
            return serverCpu + databaseCpu;
        }
    }

    /** What came of a party's rounds: medians, and quantiles in milliseconds at half of the rate. */
    private record Figures(double rate, double serverCpu, double databaseCpu, double cpu, double p50, double p99) {
        String cpuText() {
            return String.format(Locale.ROOT, "%.0f (%.0f + %.0f)", cpu, serverCpu, databaseCpu);
        }

        String latencyText() {
            return String.format(Locale.ROOT, "%.1f / %.1f", p50, p99);
        }
    }

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

    private interface Work {
        Load.Result run() throws Exception;
    }

    private Comparison(Options options) {
        this.options = options;
    }

    public static void main(String[] arguments) throws Exception {
        Options options = new Options(arguments);
        Comparison comparison = new Comparison(options);
        for (Operations.Named named : new Operations(options).all()) {
            try {
                comparison.compare(named.making().make());
            } catch (Request.TooExpensive e) {
                comparison.append(
                        "queries",
                        "| %s | %s | | | | | | | | | **not kept**: given up, as too expensive |",
                        options.text("database"),
                        named.name());
            }
        }
    }

    private void compare(Operation operation) throws Exception {
        List<Party> parties = operation.parties();
        for (Party party : parties) {
            warmUp(operation, party);
        }
        int count = options.number("rounds");
        List<List<Round>> saturated = rounds(
                operation, count, parties.stream().map(party -> (double) 0).toList());
        List<Double> halves = saturated.stream()
                .map(rounds -> median(rounds, Round::rate) / 2)
                .toList();
        List<List<Round>> paced = rounds(operation, count, halves);
        List<Figures> figures = new ArrayList<>();
        for (int i = 0; i < parties.size(); i++) {
            figures.add(figures(saturated.get(i), paced.get(i)));
        }
        if (operation.bound() == Bound.RECORD || operation.bound() == Bound.APPEND) {
            summarizeRecord(operation, figures);
        } else {
            summarizeQuery(operation, figures);
        }
    }

    /** For the given time, and then until the JVM has compiled what is hot, or this takes too long. */
    private void warmUp(Operation operation, Party party) throws Exception {
        int atLeast = options.number("warmup");
        int part = Math.min(WARMUP_PART, atLeast);
        int seconds = 0;
        double compilerShare;
        do {
            Ticks before = ticks(party);
            load(party).saturate(part, ++seed);
            Ticks spent = ticks(party).minus(before);
            compilerShare = (double) spent.compiler() / Math.max(1, spent.server());
            seconds += part;
        } while (seconds < atLeast || (compilerShare > WARM_COMPILER_SHARE && seconds < MOST_WARMUPS * atLeast));
        System.err.printf(
                Locale.ROOT,
                "%s, %s: %d s of warm-up, the compiler takes %.0f %% at its end%n",
                operation.name(),
                party.name(),
                seconds,
                100 * compilerShare);
    }

    private Load load(Party party) {
        return new Load(
                options.number(party.ours() ? "ours.port" : "bare.port"),
                options.text(party.own() ? "own.token" : "administrator.token"),
                party.source(),
                party.append() ? "" : "X-Request-Id: " + SwitchedJournal.WITHOUT_APPEND + "\r\n");
    }

    /**
     * Rounds of all parties in turn.
     *
     * @param rates of each party; 0 for as much as it can answer
     */
    private List<List<Round>> rounds(Operation operation, int count, List<Double> rates) throws Exception {
        int parties = operation.parties().size();
        List<List<Round>> rounds = new ArrayList<>();
        operation.parties().forEach(party -> rounds.add(new ArrayList<>()));
        for (int number = 1; number <= count; number++) {
            for (int turn = 0; turn < parties; turn++) {
                // Who goes later may meet work that the others left to the database, so they change places.
                int next = (turn + number - 1) % parties;
                rounds.get(next).add(round(operation, operation.parties().get(next), number, rates.get(next)));
            }
        }
        return rounds;
    }

    private Round round(Operation operation, Party party, int number, double rate) throws Exception {
        int seconds = options.number("round");
        Work work = rate == 0
                ? () -> load(party).saturate(seconds, ++seed)
                : () -> load(party).pace(rate, seconds, ++seed);
        Ticks before = ticks(party);
        Load.Result result = work.run();
        Ticks spent = ticks(party).minus(before);
        double secondsInTick = 1.0 / options.number("clock.ticks");
        double microsInTick = 1e6 * secondsInTick / result.requests();
        long others = spent.machine() - spent.server() - spent.database() - spent.client();
        double coreSeconds = result.seconds() * Runtime.getRuntime().availableProcessors();
        Round round = new Round(
                result.requests() / result.seconds(),
                spent.server() * microsInTick,
                spent.database() * microsInTick,
                result.latencies());
        append(
                "details",
                "| %s | %s | %s | %d | %s | %d | %.0f | %.0f | %.0f | %.0f | %.0f |",
                options.text("database"),
                operation.name(),
                rate == 0 ? "all" : "half",
                number,
                party.name(),
                result.requests(),
                round.rate(),
                round.serverCpu(),
                spent.compiler() * microsInTick,
                round.databaseCpu(),
                Math.max(0, 100 * others * secondsInTick / coreSeconds));
        return round;
    }

    private Ticks ticks(Party party) throws IOException {
        long server = options.number(party.ours() ? "ours.pid" : "bare.pid");
        String database = options.text("database.pid");
        return new Ticks(
                Processes.treeTicks(server),
                Processes.compilerTicks(server),
                database.isEmpty() ? 0 : Processes.treeTicks(Long.parseLong(database)),
                Processes.treeTicks(ProcessHandle.current().pid()),
                Processes.machineTicks());
    }

    private static Figures figures(List<Round> saturated, List<Round> paced) {
        long[] latencies = paced.stream()
                .flatMapToLong(round -> Arrays.stream(round.latencies()))
                .sorted()
                .toArray();
        return new Figures(
                median(saturated, Round::rate),
                median(saturated, Round::serverCpu),
                median(saturated, Round::databaseCpu),
                median(saturated, Round::cpu),
                quantile(latencies, 0.5),
                quantile(latencies, 0.99));
    }

    private static double quantile(long[] sorted, double part) {
        int at = (int) Math.ceil(part * sorted.length) - 1;
        return sorted[Math.max(0, at)] / 1e6;
    }

    private static double median(List<Round> rounds, ToDoubleFunction<Round> value) {
        double[] sorted = rounds.stream().mapToDouble(value).sorted().toArray();
        int middle = sorted.length / 2;
        return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    }

    private void summarizeRecord(Operation operation, List<Figures> figures) throws IOException {
        Figures bare = figures.get(0);
        Figures ours = figures.get(1);
        double speed = bare.cpu() / ours.cpu();
        List<String> broken = new ArrayList<>();
        if (speed < LEAST_SPEED) {
            broken.add(String.format(Locale.ROOT, "CPU %.2f < %.1f", speed, LEAST_SPEED));
        }
        String append = "";
        if (operation.bound() == Bound.APPEND) {
            double cost = ours.cpu() / figures.get(2).cpu();
            append = String.format(Locale.ROOT, "%.2f", cost);
            if (cost > MOST_COST_OF_APPEND) {
                broken.add(String.format(Locale.ROOT, "append %.2f > %.1f", cost, MOST_COST_OF_APPEND));
            }
        }
        append(
                "records",
                "| %s | %s | %.0f | %.0f | %.2f | %s | %s | %.2f | %s | %s | %s | %d | %s |",
                options.text("database"),
                operation.name(),
                bare.rate(),
                ours.rate(),
                ours.rate() / bare.rate(),
                bare.cpuText(),
                ours.cpuText(),
                speed,
                append,
                bare.latencyText(),
                ours.latencyText(),
                Processes.residentMegabytes(options.number("ours.pid")),
                verdict(String.join("; ", broken)));
    }

    private void summarizeQuery(Operation operation, List<Figures> figures) throws IOException {
        Figures bare = figures.get(0);
        Figures ours = figures.get(1);
        double cost = ours.cpu() / bare.cpu();
        List<String> broken = new ArrayList<>();
        if (ours.p99() >= MOST_MILLIS) {
            broken.add(String.format(Locale.ROOT, "p99 %.0f ms >= %.0f ms", ours.p99(), MOST_MILLIS));
        }
        if (cost > MOST_COST) {
            broken.add(String.format(Locale.ROOT, "CPU %.2f > %.1f", cost, MOST_COST));
        }
        String scope = "";
        if (operation.bound() == Bound.SCOPE) {
            double ofAll = ours.cpu() / figures.get(2).cpu();
            scope = String.format(Locale.ROOT, "%.2f", ofAll);
            if (ofAll > MOST_COST_OF_SCOPE) {
                broken.add(String.format(Locale.ROOT, "own / all %.2f > %.1f", ofAll, MOST_COST_OF_SCOPE));
            }
        }
        append(
                "queries",
                "| %s | %s | %.0f | %.0f | %s | %s | %.2f | %s | %s | %s | %s |",
                options.text("database"),
                operation.name(),
                bare.rate(),
                ours.rate(),
                bare.cpuText(),
                ours.cpuText(),
                cost,
                scope,
                bare.latencyText(),
                ours.latencyText(),
                verdict(String.join("; ", broken)));
    }

    private static String verdict(String broken) {
        return broken.isEmpty() ? "kept" : "**not kept**: " + broken;
    }

    private void append(String file, String format, Object... values) throws IOException {
        String row = String.format(Locale.ROOT, format, values) + "\n";
        System.err.print(row);
        Files.writeString(Path.of(options.text(file)), row, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    }
}
