/* Copyright the Guildhall authors. SPDX-License-Identifier: Apache-2.0 */
package org.guildhall.rest.internal;

import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import javax.ws.rs.GET;
import javax.ws.rs.Path;
import javax.ws.rs.Produces;
import javax.ws.rs.core.Context;
import javax.ws.rs.core.MediaType;
import javax.ws.rs.core.Response;
import org.guildhall.api.CallContext;
import org.guildhall.api.Problem;
import org.guildhall.api.platform.Access;
import org.guildhall.api.platform.PluginModel;
import org.guildhall.api.platform.Plugins;
import org.guildhall.wire.Json;

/** What plugins there are and how they are; for who may know that. */
@Path("/plugins")
@Produces(MediaType.APPLICATION_JSON)
public final class PluginResource {
    private static final String PERMISSION = "server.plugins";

    private final Plugins plugins;
    private final Access access;

    PluginResource(Plugins plugins, Access access) {
        this.plugins = plugins;
        this.access = access;
    }

    @GET
    public Response list(@Context CallContext context) {
        if (!access.allows(context, PERMISSION)) {
            throw Problem.of(Problem.Kind.FORBIDDEN, "access.permission", PERMISSION);
        }
        List<Plugins.Status> all = plugins.all();
        return Response.ok(Json.bytes(out -> {
                    out.writeStartObject();
                    out.writeArrayFieldStart("items");
                    for (Plugins.Status plugin : all) {
                        write(out, plugin);
                    }
                    out.writeEndArray();
                    out.writeEndObject();
                }))
                .build();
    }

    private static void write(JsonGenerator out, Plugins.Status plugin) throws IOException {
        out.writeStartObject();
        out.writeStringField("name", plugin.name());
        out.writeStringField("bundle", plugin.bundle());
        out.writeStringField("version", plugin.version());
        if (plugin.schema() > 0) {
            out.writeNumberField("schema", plugin.schema());
        }
        out.writeStringField("state", plugin.state().name().toLowerCase(Locale.ROOT));
        out.writeStringField("reason", plugin.reason().isEmpty() ? null : plugin.reason());
        TypeJson.texts(out, "types", plugin.types());
        TypeJson.texts(
                out, "uses", plugin.uses().stream().map(PluginModel.Use::type).toList());
        out.writeBooleanField("waitsForGrant", plugin.waitsForGrant());
        out.writeEndObject();
    }
}
