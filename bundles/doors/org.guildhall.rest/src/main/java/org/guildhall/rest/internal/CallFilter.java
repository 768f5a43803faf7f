/* Copyright the Guildhall authors. SPDX-License-Identifier: Apache-2.0 */
package org.guildhall.rest.internal;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;
import java.util.regex.Pattern;
import javax.servlet.http.HttpServletRequest;
import javax.ws.rs.container.ContainerRequestContext;
import javax.ws.rs.container.ContainerRequestFilter;
import javax.ws.rs.container.ContainerResponseContext;
import javax.ws.rs.container.ContainerResponseFilter;
import javax.ws.rs.container.PreMatching;
import javax.ws.rs.core.HttpHeaders;
import org.apache.cxf.jaxrs.ext.ContextProvider;
import org.apache.cxf.jaxrs.utils.JAXRSUtils;
import org.apache.cxf.message.Message;
import org.apache.cxf.transport.http.AbstractHTTPDestination;
import org.guildhall.api.CallContext;
import org.guildhall.api.Caller;
import org.guildhall.api.platform.Authentication;
import org.slf4j.MDC;

/** Makes the context of a call, and turns away who has not signed in before anything else is looked at. */
@PreMatching
final class CallFilter implements ContainerRequestFilter, ContainerResponseFilter, ContextProvider<CallContext> {
    static final String REQUEST_ID = "X-Request-Id";
    private static final Pattern GOOD_REQUEST_ID = Pattern.compile("[A-Za-z0-9._~+/=-]{1,64}");
    private static final List<Locale> LANGUAGES = List.of(Locale.ENGLISH, Locale.CHINESE);
    /** What the log calls it. */
    private static final String LOGGED = "request";

    private static final Caller NOBODY = new Caller(-1, "", List.of());

    private final Authentication authentication;

    CallFilter(Authentication authentication) {
        this.authentication = authentication;
    }

    @Override
    public void filter(ContainerRequestContext request) {
        String requestId = requestId(request.getHeaderString(REQUEST_ID));
        Locale locale = locale(request.getHeaderString(HttpHeaders.ACCEPT_LANGUAGE));
        Instant time = Instant.now().truncatedTo(ChronoUnit.MICROS);
        put(new CallContext(NOBODY, "rest", requestId, locale, time));
        MDC.put(LOGGED, requestId);
        Optional<Caller> caller =
                authentication.authenticate(request.getHeaderString(HttpHeaders.AUTHORIZATION), address());
        if (caller.isEmpty()) {
            request.abortWith(Problems.response(401, "request.unauthorized", locale)
                    .header(HttpHeaders.WWW_AUTHENTICATE, "Basic realm=\"Guildhall\", charset=\"UTF-8\"")
                    .build());
            return;
        }
        put(new CallContext(caller.get(), "rest", requestId, locale, time));
    }

    private static String address() {
        HttpServletRequest request =
                (HttpServletRequest) JAXRSUtils.getCurrentMessage().get(AbstractHTTPDestination.HTTP_REQUEST);
        return request.getRemoteAddr();
    }

    /** The id that the caller gives to the call, or one that is made for it. */
    static String requestId(String given) {
        return given != null && GOOD_REQUEST_ID.matcher(given).matches()
                ? given
                : UUID.randomUUID().toString();
    }

    /** @param wanted what the header Accept-Language says, or null */
    static Locale locale(String wanted) {
        if (wanted != null) {
            try {
                Locale known = Locale.lookup(Locale.LanguageRange.parse(wanted), LANGUAGES);
                return known == null ? Locale.ENGLISH : known;
            } catch (IllegalArgumentException e) {
                // A header that says nothing readable asks for nothing.
            }
        }
        return Locale.ENGLISH;
    }

    @Override
    public void filter(ContainerRequestContext request, ContainerResponseContext response) {
        MDC.remove(LOGGED);
        CallContext context = current();
        if (context != null) {
            response.getHeaders().putSingle(REQUEST_ID, context.requestId());
        }
        response.getHeaders().putSingle("Cache-Control", "no-store");
        response.getHeaders().putSingle("X-Content-Type-Options", "nosniff");
    }

    /** What a parameter {@code @Context CallContext} gets. */
    @Override
    public CallContext createContext(Message message) {
        return message.getExchange().getInMessage().get(CallContext.class);
    }

    /** The context of the call on this thread; null before the filter made it. */
    static CallContext current() {
        return JAXRSUtils.getCurrentMessage().getExchange().getInMessage().get(CallContext.class);
    }

    private static void put(CallContext context) {
        JAXRSUtils.getCurrentMessage().put(CallContext.class, context);
    }
}
