/* Copyright the Guildhall authors. SPDX-License-Identifier: Apache-2.0 */
package org.guildhall.benchmarks;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

/** Eight clients of one server, each with a connection and a thread, each sending as soon as it was answered. */
final class Load {
    private static final int CLIENTS = 8;
    private static final String CONTACTS = "/api/v1/contacts";
    /** As many for every server, so that a faster one does not read from a wider set. */
    private static final int IDS_READ = 10_000;

    enum Operation {
        CREATE,
        READ
    }

    /** What came back until the end, and how long that took. */
    record Result(long requests, double seconds) {}

    private final int port;
    private final String token;
    private final List<String> ids = new ArrayList<>();

    Load(int port, String token) {
        this.port = port;
        this.token = token;
    }

    /** Fails with the first answer that is not as it should be. */
    Result run(Operation operation, int seconds, long seed) throws Exception {
        ExecutorService clients = Executors.newFixedThreadPool(CLIENTS);
        try {
            SplittableRandom random = new SplittableRandom(seed);
            long start = System.nanoTime();
            long end = start + TimeUnit.SECONDS.toNanos(seconds);
            List<Future<Long>> running = new ArrayList<>();
            for (int i = 0; i < CLIENTS; i++) {
                SplittableRandom own = random.split();
                Callable<Long> client = operation == Operation.CREATE ? () -> create(end, own) : () -> read(end, own);
                running.add(clients.submit(client));
            }
            long requests = 0;
            for (Future<Long> client : running) {
                requests += client.get();
            }
            return new Result(requests, (System.nanoTime() - start) / 1e9);
        } finally {
            clients.shutdownNow();
        }
    }

    private long create(long end, SplittableRandom random) throws IOException {
        Contacts contacts = new Contacts(random);
        List<String> created = new ArrayList<>();
        try (HttpConnection connection = new HttpConnection(port, token)) {
            while (System.nanoTime() < end) {
                HttpConnection.Response response = connection.post(CONTACTS, contacts.next());
                String[] parts = response.body().split("\"id\":\"", 2);
                if (response.status() != 201 || parts.length < 2) {
                    throw new IOException("Create was answered " + response);
                }
                created.add(parts[1].substring(0, parts[1].indexOf('"')));
            }
        }
        synchronized (ids) {
            ids.addAll(created);
        }
        return created.size();
    }

    private long read(long end, SplittableRandom random) throws IOException {
        long requests = 0;
        int known = Math.min(IDS_READ, ids.size());
        try (HttpConnection connection = new HttpConnection(port, token)) {
            while (System.nanoTime() < end) {
                String id = ids.get(random.nextInt(known));
                HttpConnection.Response response = connection.get(CONTACTS + "/" + id);
                if (response.status() != 200 || !response.body().contains("\"id\":\"" + id + "\"")) {
                    throw new IOException("Read of " + id + " was answered " + response);
                }
                requests++;
            }
        }
        return requests;
    }
}
