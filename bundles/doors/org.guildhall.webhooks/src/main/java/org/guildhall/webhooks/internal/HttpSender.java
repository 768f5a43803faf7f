/* Copyright the Guildhall authors. SPDX-License-Identifier: Apache-2.0 */
package org.guildhall.webhooks.internal;

import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BiConsumer;
import org.eclipse.jetty.client.HttpClient;
import org.eclipse.jetty.client.api.Request;
import org.eclipse.jetty.client.api.Response;
import org.eclipse.jetty.client.api.Result;
import org.eclipse.jetty.client.http.HttpClientTransportOverHTTP;
import org.eclipse.jetty.client.util.BytesContentProvider;
import org.eclipse.jetty.http.HttpField;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpMethod;
import org.eclipse.jetty.util.HttpCookieStore;
import org.eclipse.jetty.util.Promise;
import org.eclipse.jetty.util.SocketAddressResolver;
import org.eclipse.jetty.util.ssl.SslContextFactory;
import org.eclipse.jetty.util.thread.QueuedThreadPool;
import org.eclipse.jetty.util.thread.ScheduledExecutorScheduler;

/**
 * Sends requests and follows nothing. A name is looked up once for a connection; what it stands for is checked, and the
 * connection goes there: nobody can answer another address the second time. Host and server name stay those of the URL.
 */
final class HttpSender implements AutoCloseable {
    private static final int CONNECT_MILLIS = 5_000;
    private static final int TOTAL_MILLIS = 15_000;
    private static final int IDLE_MILLIS = 30_000;
    private static final int MOST_THREADS = 16;
    private static final int MOST_CONNECTIONS = 64;
    private static final int MOST_OF_AN_ANSWER = 4_096;

    private final AddressGuard guard;
    private final HttpClient client;

    /** A name stands for an address that nothing is sent to. */
    private static final class RefusedAddress extends Exception {
        private static final long serialVersionUID = 1;

        RefusedAddress() {
            super("refused address", null, false, false);
        }
    }

    HttpSender(AddressGuard guard) {
        this(guard, new SslContextFactory.Client());
    }

    HttpSender(AddressGuard guard, SslContextFactory.Client trust) {
        this.guard = guard;
        this.client = new HttpClient(new HttpClientTransportOverHTTP(1), trust);
        QueuedThreadPool threads = new QueuedThreadPool(MOST_THREADS, 2);
        threads.setName("guildhall-webhooks");
        threads.setDaemon(true);
        ScheduledExecutorScheduler scheduler = new ScheduledExecutorScheduler("guildhall-webhooks-time", true);
        client.setExecutor(threads);
        client.setScheduler(scheduler);
        client.setSocketAddressResolver(
                new CheckedAddresses(new SocketAddressResolver.Async(threads, scheduler, CONNECT_MILLIS)));
        client.setConnectTimeout(CONNECT_MILLIS);
        client.setIdleTimeout(IDLE_MILLIS);
        client.setFollowRedirects(false);
        client.setMaxConnectionsPerDestination(MOST_CONNECTIONS);
        client.setDestinationIdleTimeout(IDLE_MILLIS);
        client.setCookieStore(new HttpCookieStore.Empty());
        client.setUserAgentField(new HttpField(HttpHeader.USER_AGENT, "Guildhall-Webhooks"));
        try {
            client.start();
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
        // Neither redirects nor demands for passwords are answered, and nothing is unpacked.
        client.getProtocolHandlers().clear();
        client.getContentDecoderFactories().clear();
    }

    private final class CheckedAddresses implements SocketAddressResolver {
        private final SocketAddressResolver names;

        CheckedAddresses(SocketAddressResolver names) {
            this.names = names;
        }

        @Override
        public void resolve(String host, int port, Promise<List<InetSocketAddress>> promise) {
            names.resolve(host, port, new Promise<>() {
                @Override
                public void succeeded(List<InetSocketAddress> found) {
                    if (found.stream().anyMatch(one -> guard.refuses(one.getAddress()))) {
                        promise.failed(new RefusedAddress());
                    } else {
                        promise.succeeded(found);
                    }
                }

                @Override
                public void failed(Throwable failure) {
                    promise.failed(failure);
                }
            });
        }
    }

    /** A header. */
    record Header(String name, String value) {}

    /**
     * Sends a body.
     *
     * @param answered gets the status, 0 for none, and what went wrong, null for nothing; on a thread that must not be
     *     held up
     */
    void send(URI url, List<Header> headers, byte[] body, BiConsumer<Integer, String> answered) {
        Request request = client.newRequest(url)
                .method(HttpMethod.POST)
                .timeout(TOTAL_MILLIS, TimeUnit.MILLISECONDS)
                .content(new BytesContentProvider("application/json", body));
        headers.forEach(header -> request.header(header.name(), header.value()));
        request.send(new Response.Listener.Adapter() {
            private int length;

            @Override
            public void onContent(Response response, ByteBuffer content) {
                length += content.remaining();
                if (length > MOST_OF_AN_ANSWER) {
                    response.abort(new IllegalStateException("The answer is too long"));
                }
            }

            @Override
            public void onComplete(Result result) {
                int status =
                        result.getResponse() == null ? 0 : result.getResponse().getStatus();
                answered.accept(status, error(status, result.getFailure()));
            }
        });
    }

    /** What the status says counts, also where the rest of the answer is not waited for. */
    private static String error(int status, Throwable failure) {
        if (status >= 200 && status < 300) {
            return null;
        }
        if (status > 0) {
            return "HTTP " + status;
        }
        return failure instanceof RefusedAddress
                ? failure.getMessage()
                : failure instanceof TimeoutException
                        ? "time-out"
                        : failure instanceof ConnectException
                                ? "no connection"
                                : failure == null
                                        ? "no answer"
                                        : failure.getClass().getSimpleName();
    }

    @Override
    public void close() {
        try {
            client.stop();
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }
}
