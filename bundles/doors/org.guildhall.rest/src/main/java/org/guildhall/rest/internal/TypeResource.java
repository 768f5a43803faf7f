/* Copyright the Guildhall authors. SPDX-License-Identifier: Apache-2.0 */
package org.guildhall.rest.internal;

import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.util.Locale;
import java.util.Optional;
import javax.ws.rs.GET;
import javax.ws.rs.Path;
import javax.ws.rs.PathParam;
import javax.ws.rs.Produces;
import javax.ws.rs.core.Context;
import javax.ws.rs.core.MediaType;
import javax.ws.rs.core.Response;
import org.guildhall.api.CallContext;
import org.guildhall.api.platform.FieldKind;
import org.guildhall.api.platform.RecordField;
import org.guildhall.api.platform.RecordType;
import org.guildhall.wire.Json;

/** What record types there are and what they consist of, in the caller's language. */
@Path("/types")
@Produces(MediaType.APPLICATION_JSON)
public final class TypeResource {
    private final RecordTypes types;

    TypeResource(RecordTypes types) {
        this.types = types;
    }

    @GET
    public Response list(@Context CallContext context) {
        return Response.ok(Json.bytes(out -> {
                    out.writeStartObject();
                    out.writeArrayFieldStart("items");
                    for (RecordType type : types.all()) {
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
        Locale locale = context.locale();
        return Response.ok(Json.bytes(out -> {
                    out.writeStartObject();
                    names(out, type, locale);
                    out.writeArrayFieldStart("fields");
                    for (RecordField field : type.fields()) {
                        field(out, type, field, locale);
                    }
                    out.writeEndArray();
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

    private static void field(JsonGenerator out, RecordType type, RecordField field, Locale locale) throws IOException {
        out.writeStartObject();
        out.writeStringField("name", field.name());
        out.writeStringField("kind", kind(field.kind()));
        out.writeStringField("label", type.label(locale, field));
        Optional<String> help = type.help(locale, field);
        if (help.isPresent()) {
            out.writeStringField("help", help.get());
        }
        out.writeBooleanField("required", field.required());
        out.writeBooleanField("readOnly", field.readOnly());
        if (field.length() > 0) {
            out.writeNumberField("length", field.length());
        }
        out.writeEndObject();
    }

    /** {@code longText} for LONG_TEXT. */
    private static String kind(FieldKind kind) {
        String[] words = kind.name().toLowerCase(Locale.ROOT).split("_");
        StringBuilder name = new StringBuilder(words[0]);
        for (int i = 1; i < words.length; i++) {
            name.append(Character.toUpperCase(words[i].charAt(0))).append(words[i].substring(1));
        }
        return name.toString();
    }
}
