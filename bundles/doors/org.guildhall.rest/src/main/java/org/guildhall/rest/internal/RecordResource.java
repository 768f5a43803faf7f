/* Copyright the Guildhall authors. SPDX-License-Identifier: Apache-2.0 */
package org.guildhall.rest.internal;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.ws.rs.ClientErrorException;
import javax.ws.rs.Consumes;
import javax.ws.rs.DELETE;
import javax.ws.rs.GET;
import javax.ws.rs.HeaderParam;
import javax.ws.rs.PATCH;
import javax.ws.rs.POST;
import javax.ws.rs.Path;
import javax.ws.rs.PathParam;
import javax.ws.rs.Produces;
import javax.ws.rs.QueryParam;
import javax.ws.rs.core.Context;
import javax.ws.rs.core.EntityTag;
import javax.ws.rs.core.HttpHeaders;
import javax.ws.rs.core.MediaType;
import javax.ws.rs.core.Request;
import javax.ws.rs.core.Response;
import org.guildhall.api.CallContext;
import org.guildhall.api.Finding;
import org.guildhall.api.Ids;
import org.guildhall.api.Problem;
import org.guildhall.api.Values;
import org.guildhall.api.platform.Journal;
import org.guildhall.api.platform.RecordService;
import org.guildhall.api.platform.RecordType;
import org.guildhall.wire.Json;

/** Records of every type over HTTP; translates, and decides nothing. */
@Path("/{type}")
@Produces(MediaType.APPLICATION_JSON)
public final class RecordResource {
    static final int MAX_BODY = 1 << 20;
    private static final int DEFAULT_LIMIT = 50;
    private static final Pattern TAG = Pattern.compile("\"([1-9][0-9]{0,17})-[0-9a-f]+\"");

    private final RecordService records;
    private final RecordTypes types;

    RecordResource(RecordService records, RecordTypes types) {
        this.records = records;
        this.types = types;
    }

    @POST
    @Consumes(MediaType.APPLICATION_JSON)
    public Response create(
            @Context CallContext context,
            @PathParam("type") String typeName,
            @HeaderParam("Idempotency-Key") String key,
            InputStream body)
            throws IOException {
        RecordType type = types.get(typeName);
        Values values = Json.read(new LimitedBody(body), type);
        Values stored = records.create(context, type, values, key);
        return Response.created(URI.create("/" + typeName + "/" + Ids.format((Long) stored.get("id"))))
                .tag(tag(type, stored))
                .entity(json(type, stored))
                .build();
    }

    @GET
    @Path("/{id}")
    public Response read(
            @Context CallContext context,
            @Context Request request,
            @PathParam("type") String typeName,
            @PathParam("id") String id) {
        RecordType type = types.get(typeName);
        Values stored = records.read(context, type, id(type, id));
        Response.ResponseBuilder unchanged = request.evaluatePreconditions(tag(type, stored));
        return unchanged == null ? ok(type, stored) : unchanged.build();
    }

    @PATCH
    @Path("/{id}")
    @Consumes({"application/merge-patch+json", MediaType.APPLICATION_JSON})
    public Response update(
            @Context CallContext context,
            @PathParam("type") String typeName,
            @PathParam("id") String id,
            @HeaderParam(HttpHeaders.IF_MATCH) String match,
            InputStream body)
            throws IOException {
        RecordType type = types.get(typeName);
        long number = id(type, id);
        Values changes = Json.read(new LimitedBody(body), type);
        return unlessStale(
                context,
                type,
                number,
                () -> ok(type, records.update(context, type, number, expectedVersion(match), changes)));
    }

    @DELETE
    @Path("/{id}")
    public Response delete(
            @Context CallContext context,
            @PathParam("type") String typeName,
            @PathParam("id") String id,
            @HeaderParam(HttpHeaders.IF_MATCH) String match) {
        RecordType type = types.get(typeName);
        long number = id(type, id);
        return unlessStale(context, type, number, () -> {
            records.delete(context, type, number, expectedVersion(match));
            return Response.noContent().build();
        });
    }

    @POST
    @Path("/{id}/restore")
    public Response restore(
            @Context CallContext context, @PathParam("type") String typeName, @PathParam("id") String id) {
        RecordType type = types.get(typeName);
        return ok(type, records.restore(context, type, id(type, id)));
    }

    @GET
    @Path("/{id}/history")
    public Response history(
            @Context CallContext context,
            @PathParam("type") String typeName,
            @PathParam("id") String id,
            @QueryParam("limit") String limit,
            @QueryParam("before") String before) {
        RecordType type = types.get(typeName);
        if (before != null && !before.matches("[1-9][0-9]{0,17}")) {
            throw parameter("before", "next");
        }
        int most = limit(limit);
        List<Journal.Entry> entries =
                records.history(context, type, id(type, id), before == null ? 0 : Long.parseLong(before), most);
        return Response.ok(Json.bytes(out -> {
                    out.writeStartObject();
                    out.writeArrayFieldStart("items");
                    for (Journal.Entry entry : entries) {
                        out.writeStartObject();
                        out.writeNumberField("version", entry.version());
                        out.writeStringField("verb", entry.verb());
                        out.writeStringField("at", entry.occurredAt().toString());
                        out.writeStringField("by", Ids.format(entry.actor()));
                        out.writeStringField("requestId", entry.requestId());
                        out.writeFieldName("from");
                        out.writeRawValue(entry.former());
                        out.writeFieldName("to");
                        out.writeRawValue(entry.changes());
                        out.writeEndObject();
                    }
                    out.writeEndArray();
                    out.writeStringField(
                            "next",
                            entries.size() < most
                                    ? null
                                    : Long.toString(entries.get(most - 1).version()));
                    out.writeEndObject();
                }))
                .build();
    }

    private static long id(RecordType type, String id) {
        return Ids.parse(id).orElseThrow(() -> Problem.notFound(type.name(), id));
    }

    private static Response ok(RecordType type, Values stored) {
        return Response.ok(json(type, stored)).tag(tag(type, stored)).build();
    }

    /** Another for another version, and for another shape of the type. */
    private static EntityTag tag(RecordType type, Values stored) {
        return new EntityTag(stored.get("version") + "-" + type.revision());
    }

    /** The version that the caller's If-Match speaks of; 0 for any, and one that no record has for what is no tag of ours. */
    private static long expectedVersion(String match) {
        if (match == null || match.strip().equals("*")) {
            return 0;
        }
        Matcher tag = TAG.matcher(match.strip());
        return tag.matches() ? Long.parseLong(tag.group(1)) : Long.MAX_VALUE;
    }

    private interface Call {
        Response run();
    }

    private Response unlessStale(CallContext context, RecordType type, long id, Call call) {
        try {
            return call.run();
        } catch (Problem problem) {
            if (!problem.code().equals("record.stale")) {
                throw problem;
            }
            Values current = records.read(context, type, id);
            return Problems.stale(problem, context.locale(), type, current)
                    .tag(tag(type, current))
                    .build();
        }
    }

    @GET
    public Response list(
            @Context CallContext context,
            @PathParam("type") String typeName,
            @QueryParam("limit") String limit,
            @QueryParam("after") String after) {
        RecordType type = types.get(typeName);
        RecordService.Page page = records.list(context, type, after(after), limit(limit));
        return Response.ok(Json.bytes(out -> {
                    out.writeStartObject();
                    out.writeArrayFieldStart("items");
                    for (Values item : page.items()) {
                        Json.write(out, type, item);
                    }
                    out.writeEndArray();
                    out.writeStringField("next", page.next() == 0 ? null : Ids.format(page.next()));
                    out.writeEndObject();
                }))
                .build();
    }

    private static int limit(String limit) {
        if (limit == null) {
            return DEFAULT_LIMIT;
        }
        if (limit.matches("[0-9]{1,3}")) {
            int number = Integer.parseInt(limit);
            if (number >= 1 && number <= RecordService.MAX_LIMIT) {
                return number;
            }
        }
        throw parameter("limit", "1.." + RecordService.MAX_LIMIT);
    }

    private static long after(String after) {
        if (after == null) {
            return 0;
        }
        return Ids.parse(after).orElseThrow(() -> parameter("after", "next"));
    }

    private static Problem parameter(String name, String expected) {
        return Problem.invalid(List.of(new Finding(name, "request.parameter", name, expected)));
    }

    private static byte[] json(RecordType type, Values values) {
        return Json.bytes(out -> Json.write(out, type, values));
    }

    /** Ends a body that is too large with 413. */
    private static final class LimitedBody extends FilterInputStream {
        private int left = MAX_BODY;

        LimitedBody(InputStream body) {
            super(body);
        }

        @Override
        public int read() throws IOException {
            int value = super.read();
            count(value < 0 ? 0 : 1);
            return value;
        }

        @Override
        public int read(byte[] buffer, int offset, int length) throws IOException {
            int read = super.read(buffer, offset, length);
            count(Math.max(read, 0));
            return read;
        }

        private void count(int read) {
            left -= read;
            if (left < 0) {
                throw new ClientErrorException(Response.Status.REQUEST_ENTITY_TOO_LARGE);
            }
        }
    }
}
