/* Copyright the Guildhall authors. SPDX-License-Identifier: Apache-2.0 */
package org.guildhall.itests;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import java.util.Base64;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** Somebody who receives webhooks and checks their signatures by hand, as the specification says. */
final class Receiver implements AutoCloseable {
    private static final ObjectMapper JSON = new ObjectMapper();

    final BlockingQueue<Message> messages = new LinkedBlockingQueue<>();
    final AtomicInteger calls = new AtomicInteger();
    volatile int status = 204;
    volatile String location;
    private final ExecutorService threads = Executors.newFixedThreadPool(8);
    private final HttpServer http;

    /** What was received, whatever was answered. */
    record Message(String id, String timestamp, List<String> signatures, byte[] raw, int answered) {
        JsonNode body() {
            try {
                return JSON.readTree(raw);
            } catch (IOException e) {
                throw new AssertionError(e);
            }
        }

        JsonNode data() {
            return body().path("data");
        }

        boolean isSignedWith(String secret) {
            assertTrue(secret, secret.startsWith("whsec_"));
            try {
                Mac mac = Mac.getInstance("HmacSHA256");
                mac.init(new SecretKeySpec(Base64.getDecoder().decode(secret.substring(6)), "HmacSHA256"));
                mac.update((id + "." + timestamp + ".").getBytes(StandardCharsets.UTF_8));
                return signatures.contains("v1," + Base64.getEncoder().encodeToString(mac.doFinal(raw)));
            } catch (GeneralSecurityException e) {
                throw new AssertionError(e);
            }
        }
    }

    Receiver() throws IOException {
        http = HttpServer.create(new InetSocketAddress("127.0.0.1", 0), 0);
        http.setExecutor(threads);
        http.createContext("/", this::receive);
        http.start();
    }

    private void receive(HttpExchange exchange) throws IOException {
        try (exchange) {
            byte[] body = exchange.getRequestBody().readAllBytes();
            calls.incrementAndGet();
            int answer = status;
            messages.add(new Message(
                    exchange.getRequestHeaders().getFirst("webhook-id"),
                    exchange.getRequestHeaders().getFirst("webhook-timestamp"),
                    Arrays.asList(exchange.getRequestHeaders()
                            .getFirst("webhook-signature")
                            .split(" ")),
                    body,
                    answer));
            if (location != null) {
                exchange.getResponseHeaders().add("Location", location);
            }
            exchange.sendResponseHeaders(answer, -1);
        }
    }

    /**
     * Asks the library that the specification's authors have written whether each message is signed, and whether it
     * refuses each when something is added.
     */
    static void verifyByNpm(Path home, String secret, Collection<Message> messages)
            throws IOException, InterruptedException {
        Path folder = Files.createDirectories(home.resolve("npm"));
        Server.Result installed;
        try {
            installed = Server.run(
                    List.of("npm", "--prefix", folder.toString(), "install", "standardwebhooks@1.1.1"), Map.of(), 120);
        } catch (IOException e) {
            System.out.println("SKIPPED: the npm library standardwebhooks: " + e.getMessage());
            return;
        }
        assertEquals(installed.output(), 0, installed.code());
        ArrayNode all = JSON.createArrayNode();
        for (Message message : messages) {
            ObjectNode one = all.addObject().put("body", new String(message.raw(), StandardCharsets.UTF_8));
            one.putObject("headers")
                    .put("webhook-id", message.id())
                    .put("webhook-timestamp", message.timestamp())
                    .put("webhook-signature", String.join(" ", message.signatures()));
        }
        JSON.writeValue(folder.resolve("messages.json").toFile(), all);
        Path script = folder.resolve("verify.js");
        Files.writeString(
                script,
                """
                const { Webhook } = require('standardwebhooks');
                const webhook = new Webhook(process.argv[2]);
                let verified = 0, forged = 0;
                for (const message of require('./messages.json')) {
                  webhook.verify(message.body, message.headers);
                  verified++;
                  try { webhook.verify(message.body + ' ', message.headers); forged++; } catch (e) { }
                }
                console.log(`${verified} verified, ${forged} forged`);
                """);
        Server.Result verified = Server.run(List.of("node", script.toString(), secret), Map.of(), 60);
        assertEquals(messages.size() + " verified, 0 forged\n", verified.output());
    }

    int port() {
        return http.getAddress().getPort();
    }

    String url() {
        return "http://127.0.0.1:" + port() + "/hook";
    }

    Message next() throws InterruptedException {
        return next(20);
    }

    Message next(int seconds) throws InterruptedException {
        Message message = messages.poll(seconds, TimeUnit.SECONDS);
        assertTrue("no message in " + seconds + " seconds", message != null);
        long sent = Long.parseLong(message.timestamp());
        assertTrue(message.timestamp(), Math.abs(sent - System.currentTimeMillis() / 1_000) < 60);
        return message;
    }

    void assertNothing() throws InterruptedException {
        Message message = messages.poll(1_500, TimeUnit.MILLISECONDS);
        assertEquals("a message", null, message == null ? null : message.body().toString());
    }

    @Override
    public void close() {
        http.stop(0);
        threads.shutdownNow();
    }
}
