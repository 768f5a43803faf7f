/* Copyright the Guildhall authors. SPDX-License-Identifier: Apache-2.0 */
package org.guildhall.rest.internal;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.ws.rs.Consumes;
import javax.ws.rs.DELETE;
import javax.ws.rs.GET;
import javax.ws.rs.HeaderParam;
import javax.ws.rs.PATCH;
import javax.ws.rs.POST;
import javax.ws.rs.PUT;
import javax.ws.rs.Path;
import javax.ws.rs.PathParam;
import javax.ws.rs.Produces;
import javax.ws.rs.core.Context;
import javax.ws.rs.core.EntityTag;
import javax.ws.rs.core.HttpHeaders;
import javax.ws.rs.core.MediaType;
import javax.ws.rs.core.Response;
import javax.ws.rs.core.UriInfo;
import org.guildhall.api.CallContext;
import org.guildhall.api.Ids;
import org.guildhall.api.Problem;
import org.guildhall.api.Query;
import org.guildhall.api.Values;
import org.guildhall.api.platform.Journal;
import org.guildhall.api.platform.RecordService;
import org.guildhall.api.platform.RecordType;
import org.guildhall.api.platform.RecordTypes;
import org.guildhall.wire.Json;

/** Records of every type over HTTP; translates, and decides nothing. */
@Path("/{type}")
@Produces(MediaType.APPLICATION_JSON)
public final class RecordResource {
    private static final Pattern TAG = Pattern.compile("\"([1-9][0-9]{0,17})-[0-9a-f]+\"");

    private final RecordService records;
    private final RecordTypes types;
    private final RecordJson json;

    RecordResource(RecordService records, RecordTypes types) {
        this.records = records;
        this.types = types;
        this.json = new RecordJson(types);
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
        Values stored = records.create(context, type, Json.read(new LimitedBody(body), type), key);
        return made(context, typeName, type, stored);
    }

    private Response made(CallContext context, String typeName, RecordType type, Values stored) {
        return answer(
                context,
                Response.created(URI.create("/" + typeName + "/" + Ids.format((Long) stored.get("id")))),
                type,
                stored);
    }

    private Response answer(CallContext context, Response.ResponseBuilder response, RecordType type, Values stored) {
        return RecordJson.answer(response, type, stored, hidden(context, type)).build();
    }

    private Set<String> hidden(CallContext context, RecordType type) {
        return records.access(context, type).hidden();
    }

    @GET
    public Response list(@Context CallContext context, @Context UriInfo uri, @PathParam("type") String typeName) {
        RecordType type = types.get(typeName);
        Query query = Parameters.query(uri);
        return Response.ok(json.bytes(type, query, records.query(context, type, query)))
                .build();
    }

    @GET
    @Path("/{id}")
    public Response read(
            @Context CallContext context,
            @Context UriInfo uri,
            @PathParam("type") String typeName,
            @PathParam("id") String id,
            @HeaderParam(HttpHeaders.IF_NONE_MATCH) String known) {
        RecordType type = types.get(typeName);
        Set<String> expand = new Parameters(uri, "expand").names("expand");
        Values stored = records.read(context, type, id(type, id));
        if (!expand.isEmpty()) {
            // What it refers to has versions of its own: such an answer has no tag.
            return Response.ok(json.bytes(type, stored, expand, records.expand(context, type, List.of(stored), expand)))
                    .build();
        }
        EntityTag tag = RecordJson.tag(type, stored, hidden(context, type));
        return isKnown(known, tag) ? Response.notModified(tag).build() : answer(context, Response.ok(), type, stored);
    }

    /** Whether a tag is among those of an If-None-Match, be it weakened by a proxy on its way (RFC 9110, 13.1.2). */
    private static boolean isKnown(String known, EntityTag tag) {
        return known != null
                && Arrays.stream(known.split(","))
                        .map(String::strip)
                        .anyMatch(one ->
                                one.equals("*") || one.replaceFirst("^W/", "").equals("\"" + tag.getValue() + "\""));
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
                () -> answer(
                        context,
                        Response.ok(),
                        type,
                        records.update(context, type, number, expectedVersion(match), changes)));
    }

    @PUT
    @Path("/by/{system}/{externalId}")
    @Consumes({"application/merge-patch+json", MediaType.APPLICATION_JSON})
    public Response upsert(
            @Context CallContext context,
            @PathParam("type") String typeName,
            @PathParam("system") String system,
            @PathParam("externalId") String externalId,
            InputStream body)
            throws IOException {
        RecordType type = types.get(typeName);
        RecordService.Upserted upserted =
                records.upsert(context, type, system, externalId, Json.read(new LimitedBody(body), type));
        return upserted.created()
                ? made(context, typeName, type, upserted.record())
                : answer(context, Response.ok(), type, upserted.record());
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
        return answer(context, Response.ok(), type, records.restore(context, type, id(type, id)));
    }

    @POST
    @Path("/{id}/purge")
    public Response purge(
            @Context CallContext context, @PathParam("type") String typeName, @PathParam("id") String id) {
        RecordType type = types.get(typeName);
        records.purge(context, type, id(type, id));
        return Response.noContent().build();
    }

    @GET
    @Path("/{id}/history")
    public Response history(
            @Context CallContext context,
            @Context UriInfo uri,
            @PathParam("type") String typeName,
            @PathParam("id") String id) {
        RecordType type = types.get(typeName);
        Parameters parameters = new Parameters(uri, "limit", "before");
        String before = parameters.text("before");
        int most = parameters.limit();
        if (before != null && !before.matches("[1-9][0-9]{0,17}")) {
            parameters.find("before", "next");
        }
        parameters.throwIfAny();
        List<Journal.Entry> entries =
                records.history(context, type, id(type, id), before == null ? 0 : Long.parseLong(before), most);
        return Response.ok(Json.bytes(out -> {
                    out.writeStartObject();
                    out.writeArrayFieldStart("items");
                    for (Journal.Entry entry : entries) {
                        RecordJson.entry(out, type, entry);
                    }
                    out.writeEndArray();
                    out.writeStringField(
                            "next",
                            entries.size() < most
                                    ? null
                                    : Long.toString(
                                            entries.get(entries.size() - 1).version()));
                    out.writeEndObject();
                }))
                .build();
    }

    /** What stands behind a record's address: its owner, with whom it is shared, its parts and its operations. */
    @Path("/{id}/{action}")
    public ActionResource action(
            @PathParam("type") String typeName, @PathParam("id") String id, @PathParam("action") String action) {
        RecordType type = types.get(typeName);
        return new ActionResource(records, type, id(type, id), action);
    }

    static long id(RecordType type, String id) {
        return Ids.parse(id).orElseThrow(() -> Problem.notFound(type.name(), id));
    }

    /** The version that the caller's If-Match speaks of; 0 for any, and one that no record has for what is no tag of ours. */
    private static long expectedVersion(String match) {
        if (match == null || match.strip().equals("*")) {
            return 0;
        }
        Matcher tag = TAG.matcher(match.strip());
        return tag.matches() ? Long.parseLong(tag.group(1)) : Long.MAX_VALUE;
    }

    private Response unlessStale(CallContext context, RecordType type, long id, Supplier<Response> call) {
        try {
            return call.get();
        } catch (Problem problem) {
            if (!problem.code().equals("record.stale")) {
                throw problem;
            }
            Values current = records.read(context, type, id);
            return Problems.stale(problem, context.locale(), type, current)
                    .tag(RecordJson.tag(type, current, hidden(context, type)))
                    .build();
        }
    }
}
