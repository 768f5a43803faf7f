/* Copyright the Guildhall authors. SPDX-License-Identifier: Apache-2.0 */
package org.guildhall.rest.internal;

import java.io.IOException;
import java.io.InputStream;
import java.io.PushbackInputStream;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import javax.ws.rs.Consumes;
import javax.ws.rs.DELETE;
import javax.ws.rs.GET;
import javax.ws.rs.NotFoundException;
import javax.ws.rs.PATCH;
import javax.ws.rs.POST;
import javax.ws.rs.Path;
import javax.ws.rs.PathParam;
import javax.ws.rs.Produces;
import javax.ws.rs.core.Context;
import javax.ws.rs.core.MediaType;
import javax.ws.rs.core.Response;
import javax.ws.rs.core.UriInfo;
import org.guildhall.api.CallContext;
import org.guildhall.api.Finding;
import org.guildhall.api.Ids;
import org.guildhall.api.Problem;
import org.guildhall.api.Values;
import org.guildhall.api.platform.FieldKind;
import org.guildhall.api.platform.RecordField;
import org.guildhall.api.platform.RecordOperation;
import org.guildhall.api.platform.RecordPart;
import org.guildhall.api.platform.RecordReader.Share;
import org.guildhall.api.platform.RecordService;
import org.guildhall.api.platform.RecordType;
import org.guildhall.wire.Json;

/** What is done with one record beside reading and writing it, by the name of the action. */
@Produces(MediaType.APPLICATION_JSON)
public final class ActionResource {
    private static final RecordType OWNER = RecordType.of(
                    "rest.owner", List.of(reference("owner", "security.user"), reference("team", "security.team")))
            .build();
    private static final RecordType SHARE = RecordType.of(
                    "rest.share", List.of(reference("with", null), new RecordField("change", FieldKind.BOOLEAN)))
            .build();

    private final RecordService records;
    private final RecordType type;
    private final long id;
    private final String action;

    ActionResource(RecordService records, RecordType type, long id, String action) {
        this.records = records;
        this.type = type;
        this.id = id;
        this.action = action;
    }

    private static RecordField reference(String name, String target) {
        return new RecordField(name, FieldKind.REFERENCE, 0, 0, null, target, null, null, null, null, Set.of());
    }

    @GET
    public Response get(@Context CallContext context, @Context UriInfo uri) {
        if (action.equals("shares")) {
            return shares(context);
        }
        RecordPart part = part();
        Parameters parameters = new Parameters(uri, "limit", "after");
        String after = parameters.text("after");
        OptionalLong last = after == null ? OptionalLong.of(0) : Ids.parse(after);
        if (last.isEmpty()) {
            parameters.find("after", "next");
        }
        int limit = parameters.limit();
        parameters.throwIfAny();
        List<Values> items = records.parts(context, type, id, part, last.getAsLong(), limit + 1);
        List<Values> page = items.subList(0, Math.min(limit, items.size()));
        return Response.ok(Json.bytes(out -> {
                    out.writeStartObject();
                    out.writeArrayFieldStart("items");
                    for (Values item : page) {
                        Json.write(out, part.type(), item);
                    }
                    out.writeEndArray();
                    out.writeStringField(
                            "next",
                            items.size() > limit
                                    ? Ids.format((Long) page.get(limit - 1).get("id"))
                                    : null);
                    out.writeEndObject();
                }))
                .build();
    }

    @POST
    @Consumes(MediaType.APPLICATION_JSON)
    public Response post(@Context CallContext context, InputStream body) throws IOException {
        LimitedBody limited = new LimitedBody(body);
        switch (action) {
            case "assign":
                return assign(context, Json.read(limited, OWNER));
            case "share":
                Values share = Json.read(limited, SHARE);
                records.share(context, type, id, new Share(grantee(share), Boolean.TRUE.equals(share.get("change"))));
                return Response.noContent().build();
            case "unshare":
                records.unshare(context, type, id, grantee(Json.read(limited, SHARE)));
                return Response.noContent().build();
            default:
                break;
        }
        Optional<RecordPart> part = type.part(action).filter(one -> !one.nested());
        if (part.isPresent()) {
            Values stored = records.createPart(
                    context, type, id, part.get(), Json.read(limited, part.get().type()));
            return Response.status(Response.Status.CREATED)
                    .entity(RecordJson.bytes(part.get().type(), stored))
                    .build();
        }
        RecordOperation operation = records.operation(type, action).orElseThrow(NotFoundException::new);
        Values input = optional(limited, operation.input());
        return Response.ok(RecordJson.bytes(operation.output(), records.operate(context, type, id, operation, input)))
                .build();
    }

    /** The values of a body, none of no body. */
    private static Values optional(InputStream body, RecordType type) throws IOException {
        PushbackInputStream in = new PushbackInputStream(body);
        int first = in.read();
        if (first < 0) {
            return Values.builder().build();
        }
        in.unread(first);
        return Json.read(in, type);
    }

    private Response assign(CallContext context, Values owner) {
        if (owner.names().isEmpty() || !Set.of("owner", "team").containsAll(owner.names())) {
            throw Problem.invalid(
                    List.of(new Finding("owner", "request.parameter", "owner, team", FieldKind.REFERENCE.example())));
        }
        owner.forEach((name, value) -> {
            if (value != null && !(value instanceof Long)) {
                throw Problem.invalid(List.of(new Finding(name, "field.kind", name, FieldKind.REFERENCE.example())));
            }
        });
        Values stored = records.assign(context, type, id, 0, owner);
        return RecordJson.answer(
                        Response.ok(),
                        type,
                        stored,
                        records.access(context, type).hidden())
                .build();
    }

    /** The user or team that a body speaks of. */
    private static long grantee(Values body) {
        if (body.get("with") instanceof Long grantee
                && (body.get("change") == null || body.get("change") instanceof Boolean)
                && Set.of("with", "change").containsAll(body.names())) {
            return grantee;
        }
        throw Problem.invalid(List.of(
                new Finding("with", "field.kind", "with, change", FieldKind.REFERENCE.example() + ", true | false")));
    }

    private Response shares(CallContext context) {
        List<Share> shares = records.shares(context, type, id);
        return Response.ok(Json.bytes(out -> {
                    out.writeStartObject();
                    out.writeArrayFieldStart("items");
                    for (Share share : shares) {
                        out.writeStartObject();
                        out.writeStringField("with", Ids.format(share.grantee()));
                        out.writeBooleanField("change", share.changing());
                        out.writeEndObject();
                    }
                    out.writeEndArray();
                    out.writeEndObject();
                }))
                .build();
    }

    @GET
    @Path("/{partId}")
    public Response readPart(@Context CallContext context, @PathParam("partId") String partId) {
        RecordPart part = part();
        return Response.ok(RecordJson.bytes(
                        part.type(), records.readPart(context, type, id, part, RecordResource.id(part.type(), partId))))
                .build();
    }

    @PATCH
    @Path("/{partId}")
    @Consumes({"application/merge-patch+json", MediaType.APPLICATION_JSON})
    public Response updatePart(@Context CallContext context, @PathParam("partId") String partId, InputStream body)
            throws IOException {
        RecordPart part = part();
        long number = RecordResource.id(part.type(), partId);
        Values changes = Json.read(new LimitedBody(body), part.type());
        return Response.ok(RecordJson.bytes(part.type(), records.updatePart(context, type, id, part, number, changes)))
                .build();
    }

    @DELETE
    @Path("/{partId}")
    public Response deletePart(@Context CallContext context, @PathParam("partId") String partId) {
        RecordPart part = part();
        records.deletePart(context, type, id, part, RecordResource.id(part.type(), partId));
        return Response.noContent().build();
    }

    private RecordPart part() {
        return type.part(action).filter(part -> !part.nested()).orElseThrow(NotFoundException::new);
    }
}
