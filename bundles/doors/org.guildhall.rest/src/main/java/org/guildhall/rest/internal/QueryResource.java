/* Copyright the Guildhall authors. SPDX-License-Identifier: Apache-2.0 */
package org.guildhall.rest.internal;

import java.io.IOException;
import java.io.InputStream;
import javax.ws.rs.Consumes;
import javax.ws.rs.POST;
import javax.ws.rs.Path;
import javax.ws.rs.PathParam;
import javax.ws.rs.Produces;
import javax.ws.rs.core.Context;
import javax.ws.rs.core.MediaType;
import javax.ws.rs.core.Response;
import org.guildhall.api.CallContext;
import org.guildhall.api.Query;
import org.guildhall.api.platform.RecordService;
import org.guildhall.api.platform.RecordType;
import org.guildhall.api.platform.RecordTypes;
import org.guildhall.wire.QueryJson;

/** Queries that are too long for an address. */
@Path("/{type: [^/:]+}:query")
@Produces(MediaType.APPLICATION_JSON)
public final class QueryResource {
    private final RecordService records;
    private final RecordTypes types;
    private final RecordJson json;

    QueryResource(RecordService records, RecordTypes types) {
        this.records = records;
        this.types = types;
        this.json = new RecordJson(types);
    }

    @POST
    @Consumes(MediaType.APPLICATION_JSON)
    public Response query(@Context CallContext context, @PathParam("type") String typeName, InputStream body)
            throws IOException {
        RecordType type = types.get(typeName);
        Query query = QueryJson.read(new LimitedBody(body));
        return Response.ok(json.bytes(type, query, records.query(context, type, query)))
                .build();
    }
}
