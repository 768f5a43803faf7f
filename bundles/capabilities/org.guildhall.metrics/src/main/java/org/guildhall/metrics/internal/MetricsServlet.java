/* Copyright the Guildhall authors. SPDX-License-Identifier: Apache-2.0 */
package org.guildhall.metrics.internal;

import java.io.IOException;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import javax.servlet.Servlet;
import javax.servlet.http.HttpServlet;
import javax.servlet.http.HttpServletRequest;
import javax.servlet.http.HttpServletResponse;
import org.guildhall.api.CallContext;
import org.guildhall.api.Caller;
import org.guildhall.api.Problem;
import org.guildhall.api.platform.Access;
import org.guildhall.api.platform.Authentication;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/**
 * {@code GET /metrics}, for this machine, for the addresses of etc/org.guildhall.metrics.cfg, and for callers who have the
 * permission {@value #PERMISSION}.
 */
@Component(
        service = Servlet.class,
        configurationPid = "org.guildhall.metrics",
        property = {
            "osgi.http.whiteboard.servlet.pattern=/metrics",
            "osgi.http.whiteboard.servlet.name=guildhall-metrics"
        })
public final class MetricsServlet extends HttpServlet {
    private static final long serialVersionUID = 1;
    static final String PERMISSION = "server.metrics";
    private static final String PROMETHEUS = "text/plain; version=0.0.4; charset=utf-8";
    /** What a proxy adds: behind one on this machine everybody seems to be here. */
    private static final List<String> FORWARDED = List.of("Forwarded", "X-Forwarded-For", "X-Real-IP", "Via");

    private final transient ServerMeters meters;
    private final transient Authentication authentication;
    private final transient Access access;
    private final Set<String> addresses;
    private final boolean loopback;

    /** etc/org.guildhall.metrics.cfg. */
    public @interface Configuration {
        /** Whether this machine asks without a token. */
        boolean loopback() default true;

        /** Other addresses that ask without a token. */
        String addresses() default "";
    }

    @Activate
    public MetricsServlet(
            Configuration configuration,
            @Reference ServerMeters meters,
            @Reference Authentication authentication,
            @Reference Access access) {
        this.meters = meters;
        this.authentication = authentication;
        this.access = access;
        this.loopback = configuration.loopback();
        this.addresses = Set.copyOf(List.of(configuration.addresses().strip().split("[,\\s]+")));
    }

    @Override
    protected void doGet(HttpServletRequest request, HttpServletResponse response) throws IOException {
        int refusal = refusal(request, response);
        response.setHeader("Cache-Control", "no-store");
        response.setHeader("X-Content-Type-Options", "nosniff");
        if (refusal == 0) {
            response.setContentType(PROMETHEUS);
            response.getOutputStream().write(meters.text().getBytes(StandardCharsets.UTF_8));
        } else {
            response.setStatus(refusal);
        }
    }

    /** The status of the refusal; 0 for who may. */
    private int refusal(HttpServletRequest request, HttpServletResponse response) throws IOException {
        boolean direct = FORWARDED.stream().noneMatch(header -> request.getHeader(header) != null);
        String address = request.getRemoteAddr();
        if (direct
                && (addresses.contains(address)
                        || (loopback && InetAddress.getByName(address).isLoopbackAddress()))) {
            return 0;
        }
        try {
            Optional<Caller> caller = authentication.authenticate(request.getHeader("Authorization"), address);
            if (caller.isEmpty()) {
                response.setHeader("WWW-Authenticate", "Basic realm=\"Guildhall\", charset=\"UTF-8\"");
                return HttpServletResponse.SC_UNAUTHORIZED;
            }
            CallContext context = new CallContext(
                    caller.get(), "metrics", UUID.randomUUID().toString(), Locale.ENGLISH, Instant.now());
            return access.allows(context, PERMISSION) ? 0 : HttpServletResponse.SC_FORBIDDEN;
        } catch (Authentication.Throttled e) {
            response.setHeader("Retry-After", Long.toString(e.seconds()));
            return 429;
        } catch (Problem e) {
            response.setHeader("Retry-After", "1");
            return HttpServletResponse.SC_SERVICE_UNAVAILABLE;
        }
    }
}
