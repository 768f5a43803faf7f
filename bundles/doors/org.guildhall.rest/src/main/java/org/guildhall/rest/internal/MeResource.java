/* Copyright the Guildhall authors. SPDX-License-Identifier: Apache-2.0 */
package org.guildhall.rest.internal;

import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.util.List;
import javax.ws.rs.GET;
import javax.ws.rs.Path;
import javax.ws.rs.Produces;
import javax.ws.rs.core.Context;
import javax.ws.rs.core.MediaType;
import javax.ws.rs.core.Response;
import org.guildhall.api.CallContext;
import org.guildhall.api.Caller;
import org.guildhall.api.Condition;
import org.guildhall.api.Ids;
import org.guildhall.api.Query;
import org.guildhall.api.Values;
import org.guildhall.api.platform.Access;
import org.guildhall.api.platform.RecordService;
import org.guildhall.api.platform.RecordType;
import org.guildhall.api.platform.RecordTypes;
import org.guildhall.wire.Json;

/** Who the caller is, and may do. */
@Path("/me")
@Produces(MediaType.APPLICATION_JSON)
public final class MeResource {
    private final RecordService records;
    private final RecordTypes types;
    private final Access access;

    MeResource(RecordService records, RecordTypes types, Access access) {
        this.records = records;
        this.types = types;
        this.access = access;
    }

    @GET
    public Response me(@Context CallContext context) {
        RecordType users = types.get("security.user");
        // Whoever signs in may know of himself what a list of users would not show.
        CallContext server =
                new CallContext(Caller.SERVER, context.door(), context.requestId(), context.locale(), context.time());
        Values user = records.read(server, users, context.caller().id());
        List<Values> teams = named(server, "security.team", access.teams(context));
        List<Values> roles = named(server, "security.role", access.roles(context));
        return Response.ok(Json.bytes(out -> {
                    out.writeStartObject();
                    out.writeStringField("id", Ids.format(context.caller().id()));
                    for (String field : List.of("name", "displayName", "email", "language")) {
                        out.writeStringField(field, (String) user.get(field));
                    }
                    write(out, "teams", teams);
                    write(out, "roles", roles);
                    TypeJson.texts(
                            out,
                            "permissions",
                            access.permissions(context).stream().sorted().toList());
                    TypeJson.texts(out, "scopes", context.caller().scopes());
                    out.writeEndObject();
                }))
                .build();
    }

    private List<Values> named(CallContext server, String type, List<Long> ids) {
        return ids.isEmpty()
                ? List.of()
                : records.query(
                                server,
                                types.get(type),
                                Query.where(Condition.in("id", ids)).limit(Query.MAX_LIMIT))
                        .items();
    }

    private static void write(JsonGenerator out, String name, List<Values> records) throws IOException {
        out.writeArrayFieldStart(name);
        for (Values record : records) {
            out.writeStartObject();
            out.writeStringField("id", Ids.format((Long) record.get("id")));
            out.writeStringField("name", (String) record.get("name"));
            out.writeEndObject();
        }
        out.writeEndArray();
    }
}
