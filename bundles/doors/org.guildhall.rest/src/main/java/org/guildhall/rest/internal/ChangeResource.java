/* Copyright the Guildhall authors. SPDX-License-Identifier: Apache-2.0 */
package org.guildhall.rest.internal;

import javax.ws.rs.GET;
import javax.ws.rs.Path;
import javax.ws.rs.PathParam;
import javax.ws.rs.Produces;
import javax.ws.rs.core.Context;
import javax.ws.rs.core.MediaType;
import javax.ws.rs.core.Response;
import javax.ws.rs.core.UriInfo;
import org.guildhall.api.CallContext;
import org.guildhall.api.Ids;
import org.guildhall.api.platform.RecordEvents;
import org.guildhall.api.platform.RecordEvents.Change;
import org.guildhall.api.platform.RecordEvents.Changes;
import org.guildhall.api.platform.RecordType;
import org.guildhall.api.platform.RecordTypes;
import org.guildhall.wire.Json;

/** What changed among the records of a type, for those who keep a copy of them. */
@Path("/{type}/changes")
@Produces(MediaType.APPLICATION_JSON)
public final class ChangeResource {
    private final RecordEvents events;
    private final RecordTypes types;

    ChangeResource(RecordEvents events, RecordTypes types) {
        this.events = events;
        this.types = types;
    }

    @GET
    public Response changes(@Context CallContext context, @Context UriInfo uri, @PathParam("type") String typeName) {
        RecordType type = types.get(typeName);
        Parameters parameters = new Parameters(uri, "after");
        String after = parameters.text("after");
        Changes changes = events.changes(
                context, type, after == null ? events.last() : EventResource.sequence(parameters, after));
        return Response.ok(Json.bytes(out -> {
                    out.writeStartObject();
                    out.writeArrayFieldStart("items");
                    for (Change change : changes.changes()) {
                        out.writeStartObject();
                        out.writeStringField(
                                "sequence", Long.toString(change.last().sequence()));
                        out.writeStringField(
                                "id", Ids.format(change.last().record().id()));
                        out.writeBooleanField("deleted", change.record() == null);
                        if (change.record() != null) {
                            out.writeFieldName("record");
                            Json.write(out, type, change.record());
                        }
                        out.writeEndObject();
                    }
                    out.writeEndArray();
                    out.writeStringField("next", Long.toString(changes.next()));
                    out.writeBooleanField("more", changes.more());
                    out.writeEndObject();
                }))
                .build();
    }
}
