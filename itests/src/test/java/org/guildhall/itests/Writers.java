/* Copyright the Guildhall authors. SPDX-License-Identifier: Apache-2.0 */
package org.guildhall.itests;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;

/** Make contacts as fast as they can until they are ended or their server is gone. */
final class Writers {
    private static final int EACH = 4;

    private final Queue<String> acknowledged = new ConcurrentLinkedQueue<>();
    private final List<Thread> threads = new ArrayList<>();
    private volatile boolean running = true;

    /** Some for each of the servers. */
    Writers(String json, Server... servers) {
        for (Server server : servers) {
            for (int i = 0; i < EACH; i++) {
                Thread thread = new Thread(() -> write(server, json));
                thread.start();
                threads.add(thread);
            }
        }
    }

    private void write(Server server, String json) {
        while (running) {
            try {
                Server.Answer made = server.post("/api/v1/contacts", json);
                if (made.status() == 201) {
                    acknowledged.add(made.id());
                }
            } catch (IOException | InterruptedException e) {
                // The server is gone: what it did not acknowledge is open.
                return;
            }
        }
    }

    /** The ids of what was acknowledged, once they have ended. */
    Set<String> end() throws InterruptedException {
        running = false;
        for (Thread thread : threads) {
            thread.join();
        }
        if (acknowledged.isEmpty()) {
            throw new AssertionError("nothing was acknowledged");
        }
        return new HashSet<>(acknowledged);
    }

    /** Ends a server's process under them, later with each round; gives what was acknowledged. */
    static Set<String> killed(Server server, String json, int round) throws IOException, InterruptedException {
        Writers writers = new Writers(json, server);
        Thread.sleep(1_500 + 150L * round);
        server.kill();
        return writers.end();
    }
}
