/* Copyright the Guildhall authors. SPDX-License-Identifier: Apache-2.0 */
package org.guildhall.rest.internal;

import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import javax.ws.rs.core.Response;
import org.guildhall.api.Finding;
import org.guildhall.api.Problem;
import org.guildhall.api.Values;
import org.guildhall.api.platform.RecordType;
import org.guildhall.wire.Json;

/** Problem details for HTTP (RFC 9457). */
final class Problems {
    /** What is no question at all, instead of one that breaks rules. */
    private static final Set<String> MALFORMED = Set.of("request.malformed", "query.malformed", "query.cursor");

    private Problems() {}

    static Response.ResponseBuilder response(int status, String code, Locale locale, String... arguments) {
        return response(status, code, Problem.text(locale, code, List.of(arguments)), List.of(), locale);
    }

    static Response.ResponseBuilder response(Problem problem, Locale locale) {
        return response(problem, locale, out -> {});
    }

    /** @param more further members of the answer */
    static Response.ResponseBuilder response(Problem problem, Locale locale, Json.Body more) {
        int status = status(problem);
        Response.ResponseBuilder response =
                response(status, problem.code(), problem.text(locale), problem.findings(), locale, more);
        return status == 503 ? response.header("Retry-After", "1") : response;
    }

    static int status(Problem problem) {
        return switch (problem.kind()) {
            case NOT_FOUND -> 404;
            case CONFLICT -> 409;
            case INVALID -> MALFORMED.contains(problem.code()) ? 400 : 422;
            case TOO_EXPENSIVE -> 422;
            case FORBIDDEN -> 403;
            case EXPIRED -> 410;
            case UNAVAILABLE -> 503;
        };
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
            members(out, status, code, detail, findings, locale);
            more.write(out);
            out.writeEndObject();
        });
        return Response.status(status)
                .type("application/problem+json")
                .language(locale)
                .entity(body);
    }

    /** A problem inside of a larger answer. */
    static void write(JsonGenerator out, Problem problem, Locale locale) throws IOException {
        out.writeStartObject();
        members(out, status(problem), problem.code(), problem.text(locale), problem.findings(), locale);
        out.writeEndObject();
    }

    private static void members(
            JsonGenerator out, int status, String code, String detail, List<Finding> findings, Locale locale)
            throws IOException {
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
    }

    /** The reason phrase; JAX-RS knows none for 422. */
    private static String title(int status) {
        return status == 422
                ? "Unprocessable Content"
                : Response.Status.fromStatusCode(status).getReasonPhrase();
    }
}
