/* Copyright the Guildhall authors. SPDX-License-Identifier: Apache-2.0 */
package org.guildhall.itests;

import static org.junit.Assert.assertFalse;
import static org.junit.Assert.assertTrue;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.Socket;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.regex.Pattern;

/** Calls the server, and looks into every answer for what only the server's makers should see. */
final class Probe {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final HttpClient HTTP =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private static final Pattern INSIDE = Pattern.compile(
            "\\b(org|java|javax|com|sun|jdk)\\.[a-z]\\w*\\.|\\bSQL|Exception|\\bat [a-z]\\w*\\.|Caused by|[Jj]etty");

    private final Server server;

    Probe(Server server) {
        this.server = server;
    }

    /** Text as it stands in an address. */
    static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
    }

    Server.Answer get(String path) throws IOException, InterruptedException {
        return send(server.request(path));
    }

    Server.Answer post(String path, String json) throws IOException, InterruptedException {
        return send("POST", path, json.getBytes(StandardCharsets.UTF_8));
    }

    Server.Answer put(String path, String json) throws IOException, InterruptedException {
        return send("PUT", path, json.getBytes(StandardCharsets.UTF_8));
    }

    Server.Answer patch(String path, String json) throws IOException, InterruptedException {
        return send("PATCH", path, json.getBytes(StandardCharsets.UTF_8));
    }

    Server.Answer send(String method, String path, byte[] json) throws IOException, InterruptedException {
        return send(body(method, path, "application/json", json));
    }

    /** A call with a body; without its media type for null. */
    HttpRequest.Builder body(String method, String path, String mediaType, byte[] body) {
        HttpRequest.Builder request = server.request(path).method(method, BodyPublishers.ofByteArray(body));
        return mediaType == null ? request : request.header("Content-Type", mediaType);
    }

    Server.Answer send(HttpRequest.Builder request) throws IOException, InterruptedException {
        HttpResponse<byte[]> response = HTTP.send(request.build(), HttpResponse.BodyHandlers.ofByteArray());
        String text = new String(response.body(), StandardCharsets.UTF_8);
        tellsNothingOfTheInside(text);
        assertTrue(text, response.headers().firstValue("X-Request-Id").isPresent());
        boolean json =
                response.headers().firstValue("Content-Type").orElse("").matches("application/(problem\\+)?json.*");
        assertTrue(text, json || text.isEmpty());
        return new Server.Answer(
                response.statusCode(), json ? JSON.readTree(text) : JSON.missingNode(), response.headers());
    }

    /** What the server answers to bytes that no client would send: all of it, with the status line. */
    String raw(String head, byte[] body) throws IOException {
        try (Socket socket = new Socket("127.0.0.1", server.port())) {
            socket.setSoTimeout(10_000);
            String call =
                    head.replace("\n", "\r\n") + "\r\nHost: localhost\r\nConnection: close\r\nAuthorization: Bearer "
                            + server.token() + "\r\n\r\n";
            socket.getOutputStream().write(call.getBytes(StandardCharsets.UTF_8));
            socket.getOutputStream().write(body);
            socket.shutdownOutput();
            String answer = new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            tellsNothingOfTheInside(answer);
            return answer;
        }
    }

    private static void tellsNothingOfTheInside(String text) {
        assertFalse(text, INSIDE.matcher(text).find());
    }
}
