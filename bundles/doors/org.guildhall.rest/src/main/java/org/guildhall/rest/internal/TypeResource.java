/* Copyright the Guildhall authors. SPDX-License-Identifier: Apache-2.0 */
package org.guildhall.rest.internal;

import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.util.Locale;
import javax.ws.rs.GET;
import javax.ws.rs.Path;
import javax.ws.rs.PathParam;
import javax.ws.rs.Produces;
import javax.ws.rs.core.Context;
import javax.ws.rs.core.MediaType;
import javax.ws.rs.core.Response;
import org.guildhall.api.CallContext;
import org.guildhall.api.Problem;
import org.guildhall.api.platform.RecordService;
import org.guildhall.api.platform.RecordType;
import org.guildhall.api.platform.RecordTypes;
import org.guildhall.api.platform.TypeAccess;
import org.guildhall.wire.Json;

/** What record types there are and what they consist of, in the caller's language. */
@Path("/types")
@Produces(MediaType.APPLICATION_JSON)
public final class TypeResource {
    private final RecordService records;
    private final RecordTypes types;

    TypeResource(RecordService records, RecordTypes types) {
        this.records = records;
        this.types = types;
    }

    @GET
    public Response list(@Context CallContext context) {
        return Response.ok(Json.bytes(out -> {
                    out.writeStartObject();
                    out.writeArrayFieldStart("items");
                    for (RecordType type : types.all()) {
                        if (records.access(context, type).verbs().isEmpty()) {
                            continue;
                        }
                        out.writeStartObject();
                        names(out, type, context.locale());
                        out.writeEndObject();
                    }
                    out.writeEndArray();
                    out.writeEndObject();
                }))
                .build();
    }

    @GET
    @Path("/{type}")
    public Response read(@Context CallContext context, @PathParam("type") String typeName) {
        RecordType type = types.get(typeName);
        TypeAccess granted = records.access(context, type);
        if (granted.verbs().isEmpty()) {
            throw Problem.of(Problem.Kind.NOT_FOUND, "type.not-found", typeName);
        }
        Locale locale = context.locale();
        return Response.ok(Json.bytes(out -> {
                    out.writeStartObject();
                    names(out, type, locale);
                    if (!type.title().isEmpty()) {
                        out.writeStringField("title", type.title());
                    }
                    out.writeBooleanField("dataSubject", type.isDataSubject());
                    TypeJson.fields(out, type, granted, "", locale);
                    TypeJson.parts(out, type, granted, locale);
                    TypeJson.names(out, "keys", type.keys());
                    TypeJson.names(out, "listIndexes", type.listIndexes());
                    TypeJson.choices(out, type, locale);
                    TypeJson.texts(out, "events", type.events());
                    TypeJson.verbs(out, granted);
                    TypeJson.operations(out, type, records.operations(context, type), locale);
                    out.writeEndObject();
                }))
                .build();
    }

    private void names(JsonGenerator out, RecordType type, Locale locale) throws IOException {
        out.writeStringField("name", type.name());
        out.writeStringField("plural", types.hasAlias(type) ? type.plural() : null);
        out.writeStringField("label", type.label(locale));
        out.writeStringField("pluralLabel", type.pluralLabel(locale));
    }
}
