/* Copyright the Guildhall authors. SPDX-License-Identifier: Apache-2.0 */
package org.guildhall.rest.internal;

import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import javax.ws.rs.GET;
import javax.ws.rs.HeaderParam;
import javax.ws.rs.Path;
import javax.ws.rs.Produces;
import javax.ws.rs.core.Context;
import javax.ws.rs.core.HttpHeaders;
import javax.ws.rs.core.Response;
import javax.ws.rs.core.StreamingOutput;
import javax.ws.rs.core.UriInfo;
import org.guildhall.api.CallContext;
import org.guildhall.api.Caller;
import org.guildhall.api.Ids;
import org.guildhall.api.Problem;
import org.guildhall.api.RecordEvent;
import org.guildhall.api.platform.Authentication;
import org.guildhall.api.platform.RecordEvents;
import org.guildhall.api.platform.RecordEvents.Events;
import org.guildhall.api.platform.RecordTypes;
import org.guildhall.wire.Json;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Events as a stream that does not end (server-sent events, WHATWG HTML, section 9.2). */
@Path("/events")
public final class EventResource {
    static final String EVENT_STREAM = "text/event-stream";
    private static final Logger LOG = LoggerFactory.getLogger(EventResource.class);

    /** Each stream has a thread of its own. */
    private static final int MOST_STREAMS = 50;

    private static final long LOOK_MILLIS = 100;
    private static final long ALIVE_NANOS = TimeUnit.SECONDS.toNanos(15);
    private static final long SIGNED_IN_NANOS = TimeUnit.SECONDS.toNanos(10);

    private final RecordEvents events;
    private final RecordTypes types;
    private final Authentication authentication;
    private final Semaphore streams = new Semaphore(MOST_STREAMS);
    private volatile boolean closed;

    EventResource(RecordEvents events, RecordTypes types, Authentication authentication) {
        this.events = events;
        this.types = types;
        this.authentication = authentication;
    }

    /** Ends the streams. */
    void close() {
        closed = true;
    }

    @GET
    @Produces(EVENT_STREAM)
    public Response stream(
            @Context CallContext context,
            @Context UriInfo uri,
            @HeaderParam("Last-Event-ID") String lastEvent,
            @HeaderParam(HttpHeaders.AUTHORIZATION) String authorization) {
        Parameters parameters = new Parameters(uri, "types", "after");
        Set<String> names = new LinkedHashSet<>();
        parameters.names("types").forEach(name -> names.add(types.get(name).name()));
        String after = lastEvent == null ? parameters.text("after") : lastEvent;
        long begin = after == null ? events.last() : sequence(parameters, after);
        // What can't be served is told before the stream begins.
        events.after(context, names, begin);
        if (streams.availablePermits() == 0) {
            throw Problem.of(Problem.Kind.UNAVAILABLE, "events.streams", Integer.toString(MOST_STREAMS));
        }
        // Taken only here: an answer whose caller is gone is never written.
        StreamingOutput body = out -> {
            if (streams.tryAcquire()) {
                try {
                    new Stream(context, authorization, names, out).run(begin);
                } catch (IOException e) {
                    LOG.debug("The reader of a stream has gone", e);
                } finally {
                    streams.release();
                }
            }
        };
        return Response.ok(body, EVENT_STREAM).header("X-Accel-Buffering", "no").build();
    }

    static long sequence(Parameters parameters, String text) {
        if (!text.matches("[0-9]{1,18}")) {
            parameters.find("after", "next");
            parameters.throwIfAny();
        }
        return Long.parseLong(text);
    }

    private final class Stream {
        private final CallContext opened;
        private final String authorization;
        private final Set<String> names;
        private final OutputStream out;
        private Caller caller;
        private long signedIn = System.nanoTime();
        private long sent = System.nanoTime();

        Stream(CallContext opened, String authorization, Set<String> names, OutputStream out) {
            this.opened = opened;
            this.authorization = authorization;
            this.names = names;
            this.out = out;
            this.caller = opened.caller();
        }

        void run(long begin) throws IOException {
            long next = begin;
            send("retry: 2000\n\n".getBytes(StandardCharsets.US_ASCII));
            out.flush();
            while (!closed && isSignedIn()) {
                long told = next < events.last() ? tell(next) : next;
                if (told > next) {
                    next = told;
                } else if (System.nanoTime() - sent > ALIVE_NANOS) {
                    send(":\n\n".getBytes(StandardCharsets.US_ASCII));
                    out.flush();
                } else if (!pause()) {
                    return;
                }
            }
        }

        /** Up to where it is told; no further than before while a plugin is being replaced. */
        private long tell(long next) throws IOException {
            Events some = events.after(context(), names, next);
            for (RecordEvent event : some.events()) {
                send(event);
            }
            boolean silent = some.events().isEmpty()
                    ? some.next() > next
                    : some.next() > some.events().get(some.events().size() - 1).sequence();
            if (silent) {
                // Whoever comes back looks behind what was not for him.
                send(("id: " + some.next() + "\n\n").getBytes(StandardCharsets.US_ASCII));
            }
            out.flush();
            return some.next();
        }

        private boolean pause() {
            try {
                Thread.sleep(LOOK_MILLIS);
                return true;
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return false;
            }
        }

        /** A stream ends when its token does. */
        private boolean isSignedIn() {
            if (System.nanoTime() - signedIn > SIGNED_IN_NANOS) {
                signedIn = System.nanoTime();
                caller = authentication.authenticate(authorization, "").orElse(null);
            }
            return caller != null;
        }

        private CallContext context() {
            return new CallContext(
                    caller,
                    opened.door(),
                    opened.requestId(),
                    opened.locale(),
                    Instant.now().truncatedTo(ChronoUnit.MICROS));
        }

        private void send(RecordEvent event) throws IOException {
            send(("id: " + event.sequence() + "\nevent: " + event.type() + "\ndata: ")
                    .getBytes(StandardCharsets.US_ASCII));
            send(Json.bytes(json -> write(json, event)));
            send("\n\n".getBytes(StandardCharsets.US_ASCII));
        }

        private void send(byte[] bytes) throws IOException {
            out.write(bytes);
            sent = System.nanoTime();
        }
    }

    static void write(JsonGenerator json, RecordEvent event) throws IOException {
        json.writeStartObject();
        json.writeStringField("sequence", Long.toString(event.sequence()));
        json.writeStringField("event", event.type());
        json.writeStringField("type", event.record().type());
        json.writeStringField("id", Ids.format(event.record().id()));
        json.writeNumberField("version", event.version());
        TypeJson.texts(json, "changed", event.changed());
        json.writeStringField("by", Ids.format(event.actor()));
        json.writeStringField("requestId", event.requestId());
        json.writeStringField("at", event.occurredAt().toString());
        json.writeEndObject();
    }
}
