/* Copyright the Guildhall authors. SPDX-License-Identifier: Apache-2.0 */
package org.guildhall.rest.internal;

import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import javax.ws.rs.Consumes;
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
import org.guildhall.api.Values;
import org.guildhall.api.platform.RecordService;
import org.guildhall.api.platform.RecordService.Outcome;
import org.guildhall.api.platform.RecordType;
import org.guildhall.api.platform.RecordTypes;
import org.guildhall.wire.BatchJson;
import org.guildhall.wire.Json;

/** Many changes in one call. */
@Path("/{type: [^/:]+}:batch")
@Produces(MediaType.APPLICATION_JSON)
public final class BatchResource {
    private final RecordService records;
    private final RecordTypes types;

    BatchResource(RecordService records, RecordTypes types) {
        this.records = records;
        this.types = types;
    }

    @POST
    @Consumes(MediaType.APPLICATION_JSON)
    public Response batch(
            @Context CallContext context, @Context UriInfo uri, @PathParam("type") String typeName, InputStream body)
            throws IOException {
        RecordType type = types.get(typeName);
        Parameters parameters = new Parameters(uri, "atomic");
        boolean atomic = parameters.is("atomic");
        parameters.throwIfAny();
        List<BatchJson.Item> items = BatchJson.read(new LimitedBody(body, LimitedBody.MOST_OF_A_BATCH), type);
        if (atomic) {
            for (int i = 0; i < items.size(); i++) {
                if (items.get(i).problem() != null) {
                    return failed(items.get(i).problem(), i, context.locale());
                }
            }
        }
        Iterator<Outcome> outcomes = records.batch(
                        context,
                        type,
                        items.stream()
                                .map(BatchJson.Item::change)
                                .filter(Objects::nonNull)
                                .toList(),
                        atomic)
                .iterator();
        List<Outcome> all = new ArrayList<>();
        for (BatchJson.Item item : items) {
            all.add(item.problem() == null ? outcomes.next() : new Outcome(null, false, item.problem()));
        }
        if (atomic) {
            for (int i = 0; i < all.size(); i++) {
                Problem problem = all.get(i).problem();
                if (problem != null && !problem.code().equals("batch.rolled-back")) {
                    return failed(problem, i, context.locale());
                }
            }
        }
        return Response.ok(Json.bytes(out -> {
                    out.writeStartObject();
                    out.writeArrayFieldStart("items");
                    for (Outcome outcome : all) {
                        item(out, outcome, context.locale());
                    }
                    out.writeEndArray();
                    out.writeEndObject();
                }))
                .build();
    }

    private static void item(JsonGenerator out, Outcome outcome, Locale locale) throws IOException {
        Values stored = outcome.record();
        out.writeStartObject();
        if (outcome.problem() != null) {
            out.writeNumberField("status", Problems.status(outcome.problem()));
            out.writeFieldName("problem");
            Problems.write(out, outcome.problem(), locale);
        } else {
            out.writeNumberField("status", outcome.created() ? 201 : stored == null ? 204 : 200);
            if (stored != null) {
                out.writeStringField("id", Ids.format((Long) stored.get("id")));
                out.writeNumberField("version", (Long) stored.get("version"));
            }
        }
        out.writeEndObject();
    }

    /** The whole batch is undone because of one of its changes. */
    private static Response failed(Problem problem, int index, Locale locale) {
        return Problems.response(problem, locale, out -> out.writeNumberField("index", index))
                .build();
    }
}
