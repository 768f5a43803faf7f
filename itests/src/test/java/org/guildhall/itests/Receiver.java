/* Copyright the Guildhall authors. SPDX-License-Identifier: Apache-2.0 */
package org.guildhall.itests;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
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
