/* Copyright the Guildhall authors. SPDX-License-Identifier: Apache-2.0 */
package org.guildhall.webhooks.internal;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertNull;
import static org.junit.Assert.assertTrue;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import java.io.FileInputStream;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.KeyStore;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import org.eclipse.jetty.util.ssl.SslContextFactory;
import org.junit.Rule;
import org.junit.Test;
import org.junit.rules.TemporaryFolder;

public class HttpSenderTest {
    private static final String PASSWORD = "changeit";

    @Rule
    public final TemporaryFolder folder = new TemporaryFolder();

    private final BlockingQueue<String> received = new LinkedBlockingQueue<>();

    private record Answered(int status, String error) {}

    private static Answered send(HttpSender sender, String url) throws InterruptedException {
        BlockingQueue<Answered> answers = new LinkedBlockingQueue<>();
        sender.send(
                URI.create(url),
                List.of(new HttpSender.Header("webhook-id", "msg_1")),
                "{}".getBytes(StandardCharsets.UTF_8),
                (status, error) -> answers.add(new Answered(status, error)));
        Answered answer = answers.poll(30, TimeUnit.SECONDS);
        assertTrue("no answer", answer != null);
        return answer;
    }

    private HttpServer started(HttpServer server) {
        server.createContext("/", this::answer);
        server.start();
        return server;
    }

    private void answer(HttpExchange exchange) throws IOException {
        try (exchange) {
            received.add(exchange.getRequestHeaders().getFirst("Host") + " "
                    + exchange.getRequestHeaders().getFirst("webhook-id") + " "
                    + new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8));
            String path = exchange.getRequestURI().getPath();
            if (path.equals("/long")) {
                exchange.sendResponseHeaders(200, 0);
                byte[] chunk = new byte[1_024];
                for (int i = 0; i < 100_000; i++) {
                    exchange.getResponseBody().write(chunk);
                }
            } else if (path.equals("/elsewhere")) {
                exchange.getResponseHeaders().add("Location", "/");
                exchange.sendResponseHeaders(302, -1);
            } else if (path.equals("/password")) {
                exchange.getResponseHeaders().add("WWW-Authenticate", "Basic realm=\"x\"");
                exchange.sendResponseHeaders(401, -1);
            } else {
                exchange.sendResponseHeaders(204, -1);
            }
        }
    }

    @Test
    public void oneRequestIsSentAndNothingIsFollowed() throws Exception {
        HttpServer server = started(HttpServer.create(new InetSocketAddress("127.0.0.1", 0), 0));
        String url = "http://localhost:" + server.getAddress().getPort();
        try (HttpSender sender = new HttpSender(new AddressGuard("127.0.0.0/8", "::1"))) {
            assertEquals(new Answered(204, null), send(sender, url + "/"));
            assertEquals(url.substring("http://".length()) + " msg_1 {}", received.poll());
            assertEquals(new Answered(302, "HTTP 302"), send(sender, url + "/elsewhere"));
            assertEquals(new Answered(401, "HTTP 401"), send(sender, url + "/password"));
            assertEquals("what it says first counts", new Answered(200, null), send(sender, url + "/long"));
            assertEquals(3, received.size());
        } finally {
            server.stop(0);
        }
    }

    @Test
    public void whatANameStandsForIsRefused() throws Exception {
        HttpServer server = started(HttpServer.create(new InetSocketAddress("127.0.0.1", 0), 0));
        int port = server.getAddress().getPort();
        try (HttpSender sender = new HttpSender(new AddressGuard())) {
            for (String host : List.of("localhost", "127.0.0.1", "[::1]", "[::ffff:127.0.0.1]")) {
                assertEquals(host, new Answered(0, "refused address"), send(sender, "http://" + host + ":" + port));
            }
            assertEquals(
                    "nobody answers", 0, send(sender, "http://nowhere.invalid/").status());
            assertNull(received.poll());
        } finally {
            server.stop(0);
        }
    }

    @Test
    public void theCertificateMustBeOfTheNameInTheUrl() throws Exception {
        assertEquals(new Answered(204, null), sendTo("localhost"));
        assertEquals("SSLHandshakeException", sendTo("other.example").error());
        assertEquals("only the first arrived", 1, received.size());
    }

    /** Sends to localhost, whose certificate is of a name. */
    private Answered sendTo(String name) throws Exception {
        Path keys = folder.getRoot().toPath().resolve(name + ".p12");
        int made = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "keytool")
                                .toString(),
                        "-genkeypair",
                        "-keyalg",
                        "EC",
                        "-alias",
                        "server",
                        "-dname",
                        "CN=" + name,
                        "-ext",
                        "SAN=dns:" + name,
                        "-keystore",
                        keys.toString(),
                        "-storetype",
                        "PKCS12",
                        "-storepass",
                        PASSWORD)
                .inheritIO()
                .start()
                .waitFor();
        assertEquals(0, made);
        KeyStore store = KeyStore.getInstance("PKCS12");
        try (FileInputStream in = new FileInputStream(keys.toFile())) {
            store.load(in, PASSWORD.toCharArray());
        }
        KeyManagerFactory managers = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        managers.init(store, PASSWORD.toCharArray());
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(managers.getKeyManagers(), null, null);
        HttpsServer server = HttpsServer.create(new InetSocketAddress("127.0.0.1", 0), 0);
        server.setHttpsConfigurator(new HttpsConfigurator(context));
        started(server);
        SslContextFactory.Client trust = new SslContextFactory.Client();
        trust.setTrustStore(store);
        try (HttpSender sender = new HttpSender(new AddressGuard("127.0.0.0/8", "::1"), trust)) {
            return send(sender, "https://localhost:" + server.getAddress().getPort() + "/");
        } finally {
            server.stop(0);
        }
    }
}
