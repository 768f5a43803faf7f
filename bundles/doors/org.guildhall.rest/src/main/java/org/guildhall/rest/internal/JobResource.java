/* Copyright the Guildhall authors. SPDX-License-Identifier: Apache-2.0 */
package org.guildhall.rest.internal;

import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import javax.ws.rs.GET;
import javax.ws.rs.POST;
import javax.ws.rs.Path;
import javax.ws.rs.PathParam;
import javax.ws.rs.Produces;
import javax.ws.rs.core.Context;
import javax.ws.rs.core.MediaType;
import javax.ws.rs.core.Response;
import javax.ws.rs.core.UriInfo;
import org.guildhall.api.CallContext;
import org.guildhall.api.Ids;
import org.guildhall.api.Problem;
import org.guildhall.api.platform.Access;
import org.guildhall.api.platform.Jobs;
import org.guildhall.wire.Json;

/** Jobs, as those see them who began them; administrators see all. */
@Path("/jobs")
@Produces(MediaType.APPLICATION_JSON)
public final class JobResource {
    private static final int LINES = 100;

    private final Jobs jobs;
    private final Access access;

    JobResource(Jobs jobs, Access access) {
        this.jobs = jobs;
        this.access = access;
    }

    @GET
    public Response list(@Context CallContext context, @Context UriInfo uri) {
        Parameters parameters = new Parameters(uri, "limit");
        int limit = parameters.limit();
        parameters.throwIfAny();
        List<Jobs.Status> last =
                jobs.last(isAdministrator(context) ? 0 : context.caller().id(), limit);
        return Response.ok(Json.bytes(out -> {
                    out.writeStartObject();
                    out.writeArrayFieldStart("items");
                    for (Jobs.Status job : last) {
                        out.writeStartObject();
                        write(out, job);
                        out.writeEndObject();
                    }
                    out.writeEndArray();
                    out.writeEndObject();
                }))
                .build();
    }

    @GET
    @Path("/{id}")
    public Response read(@Context CallContext context, @PathParam("id") String id) {
        Jobs.Status job = job(context, id);
        List<Jobs.Line> lines = jobs.log(job.id(), LINES);
        return Response.ok(Json.bytes(out -> {
                    out.writeStartObject();
                    write(out, job);
                    out.writeArrayFieldStart("log");
                    for (Jobs.Line line : lines) {
                        out.writeStartObject();
                        out.writeStringField("at", line.at().toString());
                        out.writeStringField("text", line.text());
                        out.writeEndObject();
                    }
                    out.writeEndArray();
                    out.writeEndObject();
                }))
                .build();
    }

    @POST
    @Path("/{id}/cancel")
    public Response cancel(@Context CallContext context, @PathParam("id") String id) {
        jobs.cancel(job(context, id).id());
        return read(context, id);
    }

    private Jobs.Status job(CallContext context, String text) {
        return Ids.parse(text).stream()
                .mapToObj(id -> jobs.find(id)
                        .filter(job -> job.owner() == context.caller().id() || isAdministrator(context))
                        .orElse(null))
                .filter(job -> job != null)
                .findFirst()
                .orElseThrow(() -> Problem.of(Problem.Kind.NOT_FOUND, "job.not-found", text));
    }

    private boolean isAdministrator(CallContext context) {
        return access.permissions(context).contains("*");
    }

    private static void write(JsonGenerator out, Jobs.Status job) throws IOException {
        out.writeStringField("id", Ids.format(job.id()));
        out.writeStringField("name", job.name());
        out.writeStringField("state", job.state().name().toLowerCase(Locale.ROOT));
        out.writeStringField("owner", Ids.format(job.owner()));
        out.writeNumberField("done", job.done());
        if (job.total() > 0) {
            out.writeNumberField("total", job.total());
        }
        out.writeNumberField("attempts", job.attempts());
        out.writeStringField("error", job.error());
        out.writeStringField("createdAt", job.createdAt().toString());
        out.writeStringField(
                "endedAt", job.endedAt() == null ? null : job.endedAt().toString());
    }
}
