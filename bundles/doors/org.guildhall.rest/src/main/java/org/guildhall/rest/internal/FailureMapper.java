/* Copyright the Guildhall authors. SPDX-License-Identifier: Apache-2.0 */
package org.guildhall.rest.internal;

import java.io.IOException;
import java.util.Locale;
import java.util.UUID;
import javax.ws.rs.WebApplicationException;
import javax.ws.rs.core.Response;
import javax.ws.rs.ext.ExceptionMapper;
import org.apache.cxf.jaxrs.utils.JAXRSUtils;
import org.apache.cxf.message.Message;
import org.guildhall.api.CallContext;
import org.guildhall.api.Problem;
import org.guildhall.api.platform.Authentication;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The one place where a failure becomes an answer; nothing of the inside is told. */
final class FailureMapper implements ExceptionMapper<Throwable> {
    private static final Logger LOG = LoggerFactory.getLogger(FailureMapper.class);

    @Override
    public Response toResponse(Throwable failure) {
        CallContext context = CallFilter.current();
        Locale locale = context == null ? Locale.ENGLISH : context.locale();
        if (failure instanceof Problem problem) {
            if (problem.kind() == Problem.Kind.UNAVAILABLE) {
                // Without the stack: while the database is lost there are many of them, and its loss itself is told.
                LOG.warn("{} ({})", problem.text(Locale.ENGLISH), String.valueOf(problem.getCause()));
            }
            return Problems.response(problem, locale).build();
        }
        if (failure instanceof IOException) {
            // The body ended before its time, as when its sender is gone.
            LOG.debug("A body could not be read", failure);
            return Problems.response(400, "request.malformed", locale, "{...}").build();
        }
        if (failure instanceof Authentication.Throttled throttled) {
            return Problems.response(429, "request.throttled", locale, Long.toString(throttled.seconds()))
                    .header("Retry-After", throttled.seconds())
                    .build();
        }
        if (failure instanceof WebApplicationException web) {
            int status = web.getResponse().getStatus();
            switch (status) {
                case 404:
                    return Problems.response(404, "request.not-found", locale).build();
                case 405:
                    return Problems.response(405, "request.method", locale, method())
                            .build();
                case 406:
                    return Problems.response(406, "request.not-acceptable", locale)
                            .build();
                case 413:
                    return Problems.response(413, "request.too-large", locale, String.valueOf(web.getMessage()))
                            .build();
                case 415:
                    return Problems.response(415, "request.media-type", locale).build();
                default:
                    break;
            }
        }
        String requestId = context == null ? UUID.randomUUID().toString() : context.requestId();
        LOG.error("Request {} failed", requestId, failure);
        return Problems.response(500, "request.failed", locale, requestId).build();
    }

    private static String method() {
        Message request = JAXRSUtils.getCurrentMessage().getExchange().getInMessage();
        return String.valueOf(request.get(Message.HTTP_REQUEST_METHOD));
    }
}
