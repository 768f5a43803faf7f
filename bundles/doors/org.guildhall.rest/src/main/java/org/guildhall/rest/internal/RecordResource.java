/* Copyright the Guildhall authors. SPDX-License-Identifier: Apache-2.0 */
package org.guildhall.rest.internal;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.util.List;
import java.util.OptionalLong;
import javax.ws.rs.ClientErrorException;
import javax.ws.rs.Consumes;
import javax.ws.rs.GET;
import javax.ws.rs.POST;
import javax.ws.rs.Path;
import javax.ws.rs.PathParam;
import javax.ws.rs.Produces;
import javax.ws.rs.QueryParam;
import javax.ws.rs.core.Context;
import javax.ws.rs.core.MediaType;
import javax.ws.rs.core.Response;
import org.guildhall.api.CallContext;
import org.guildhall.api.Finding;
import org.guildhall.api.Ids;
import org.guildhall.api.Problem;
import org.guildhall.api.Values;
import org.guildhall.api.platform.RecordService;
import org.guildhall.api.platform.RecordType;
import org.guildhall.wire.Json;

/** Records of every type over HTTP; translates, and decides nothing. */
@Path("/{type}")
@Produces(MediaType.APPLICATION_JSON)
public final class RecordResource {
    static final int MAX_BODY = 1 << 20;
    private static final int DEFAULT_LIMIT = 50;

    private final RecordService records;
    private final RecordTypes types;

    RecordResource(RecordService records, RecordTypes types) {
        this.records = records;
        this.types = types;
    }

    @POST
    @Consumes(MediaType.APPLICATION_JSON)
    public Response create(@Context CallContext context, @PathParam("type") String typeName, InputStream body)
            throws IOException {
        RecordType type = types.get(typeName);
        Values values = Json.read(new LimitedBody(body), type);
        Values stored = records.create(context, type, values);
        return Response.created(URI.create("/" + typeName + "/" + Ids.format((Long) stored.get("id"))))
                .entity(json(type, stored))
                .build();
    }

    @GET
    @Path("/{id}")
    public Response read(@Context CallContext context, @PathParam("type") String typeName, @PathParam("id") String id) {
        RecordType type = types.get(typeName);
        OptionalLong number = Ids.parse(id);
        if (number.isEmpty()) {
            throw Problem.notFound(type.name(), id);
        }
        return Response.ok(json(type, records.read(context, type, number.getAsLong())))
                .build();
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
