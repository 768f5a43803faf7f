/* Copyright the Guildhall authors. SPDX-License-Identifier: Apache-2.0 */
package org.guildhall.rest.internal;

import java.util.List;
import java.util.Locale;
import javax.ws.rs.core.Response;
import org.guildhall.api.Finding;
import org.guildhall.api.Problem;
import org.guildhall.api.Values;
import org.guildhall.api.platform.RecordType;
import org.guildhall.wire.Json;

/** Problem details for HTTP (RFC 9457). */
final class Problems {
    private Problems() {}

    static Response.ResponseBuilder response(int status, String code, Locale locale, String... arguments) {
        return response(status, code, Problem.text(locale, code, List.of(arguments)), List.of(), locale);
    }

    static Response.ResponseBuilder response(Problem problem, Locale locale) {
        int status =
                switch (problem.kind()) {
                    case NOT_FOUND -> 404;
                    case CONFLICT -> 409;
                    case INVALID -> problem.code().equals("request.malformed") ? 400 : 422;
                    case TOO_EXPENSIVE -> 422;
                    case FORBIDDEN -> 403;
                    case UNAVAILABLE -> 503;
                };
        Response.ResponseBuilder response =
                response(status, problem.code(), problem.text(locale), problem.findings(), locale);
        return status == 503 ? response.header("Retry-After", "1") : response;
    }

    /** The answer to a change of a version that is no longer the record's, with the record as it is. */
    static Response.ResponseBuilder stale(Problem problem, Locale locale, RecordType type, Values current) {
        return response(412, problem.code(), problem.text(locale), List.of(), locale, out -> {
            out.writeFieldName("current");
            Json.write(out, type, current);
        });
    }

    private static Response.ResponseBuilder response(
            int status, String code, String detail, List<Finding> findings, Locale locale) {
        return response(status, code, detail, findings, locale, out -> {});
    }

    private static Response.ResponseBuilder response(
            int status, String code, String detail, List<Finding> findings, Locale locale, Json.Body more) {
        byte[] body = Json.bytes(out -> {
            out.writeStartObject();
            out.writeStringField("type", "urn:guildhall:problem:" + code);
            out.writeStringField("title", title(status));
            out.writeNumberField("status", status);
            out.writeStringField("detail", detail);
            out.writeStringField("code", code);
            if (!findings.isEmpty()) {
                out.writeArrayFieldStart("findings");
                for (Finding finding : findings) {
                    out.writeStartObject();
                    out.writeStringField("field", finding.field());
                    out.writeStringField("code", finding.code());
                    out.writeStringField("message", Problem.text(locale, finding.code(), finding.arguments()));
                    out.writeEndObject();
                }
                out.writeEndArray();
            }
            more.write(out);
            out.writeEndObject();
        });
        return Response.status(status)
                .type("application/problem+json")
                .language(locale)
                .entity(body);
    }

    /** The reason phrase; JAX-RS knows none for 422. */
    private static String title(int status) {
        return status == 422
                ? "Unprocessable Content"
                : Response.Status.fromStatusCode(status).getReasonPhrase();
    }
}
