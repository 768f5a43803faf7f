/* Copyright the Guildhall authors. SPDX-License-Identifier: Apache-2.0 */
package org.guildhall.benchmarks;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/** Eight clients of one server, each with a connection and a thread. */
final class Load {
    private static final int CLIENTS = 8;

    private final int port;
    private final String token;
    private final Source source;
    private final String headers;

    /** Where requests come from; each client has its own numbers. */
    interface Source {
        Client client(SplittableRandom random);

        /** One client's requests. */
        interface Client {
            Request next();
        }
    }

    /**
     * What came back until the end, and how long that took.
     *
     * @param latencies nanoseconds, in no order; 0 where they were not measured
     */
    record Result(long requests, double seconds, long[] latencies) {}

    /** @param headers of every request, each with the end of its line */
    Load(int port, String token, Source source, String headers) {
        this.port = port;
        this.token = token;
        this.source = source;
        this.headers = headers;
    }

    /** Each client sends as soon as it was answered. Fails with the first answer that is not as it should be. */
    Result saturate(int seconds, long seed) throws Exception {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(seconds);
        return run(seed, (connection, requests) -> {
            long sent = 0;
            while (System.nanoTime() < end) {
                requests.next().send(connection);
                sent++;
            }
            return new long[(int) sent];
        });
    }

    /**
     * Requests become due at even distances, whether those before were answered or not, and wait for a free client. Their
     * time counts from when they were due.
     */
    Result pace(double rate, int seconds, long seed) throws Exception {
        long start = System.nanoTime();
        double distance = 1e9 / rate;
        long count = Math.max(1, (long) (rate * seconds));
        AtomicLong next = new AtomicLong();
        return run(seed, (connection, requests) -> {
            long[] latencies = new long[16];
            int sent = 0;
            for (long number = next.getAndIncrement(); number < count; number = next.getAndIncrement()) {
                Request request = requests.next();
                long due = start + (long) (number * distance);
                for (long wait = due - System.nanoTime(); wait > 0; wait = due - System.nanoTime()) {
                    LockSupport.parkNanos(wait);
                }
                request.send(connection);
                if (sent == latencies.length) {
                    latencies = Arrays.copyOf(latencies, 2 * sent);
                }
                latencies[sent++] = System.nanoTime() - due;
            }
            return Arrays.copyOf(latencies, sent);
        });
    }

    private interface Work {
        /** @return as many numbers as requests were answered */
        long[] run(HttpConnection connection, Source.Client requests) throws Exception;
    }

    private Result run(long seed, Work work) throws Exception {
        ExecutorService clients = Executors.newFixedThreadPool(CLIENTS);
        try {
            SplittableRandom random = new SplittableRandom(seed);
            long start = System.nanoTime();
            List<Future<long[]>> running = new ArrayList<>();
            for (int i = 0; i < CLIENTS; i++) {
                Source.Client requests = source.client(random.split());
                Callable<long[]> client = () -> {
                    try (HttpConnection connection = new HttpConnection(port, token, headers)) {
                        return work.run(connection, requests);
                    }
                };
                running.add(clients.submit(client));
            }
            List<long[]> answered = new ArrayList<>();
            for (Future<long[]> client : running) {
                try {
                    answered.add(client.get());
                } catch (ExecutionException e) {
                    throw e.getCause() instanceof IOException cause ? cause : e;
                }
            }
            long[] latencies = answered.stream().flatMapToLong(Arrays::stream).toArray();
            return new Result(latencies.length, (System.nanoTime() - start) / 1e9, latencies);
        } finally {
            clients.shutdownNow();
        }
    }
}
