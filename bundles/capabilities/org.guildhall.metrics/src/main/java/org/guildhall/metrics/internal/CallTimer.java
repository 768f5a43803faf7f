/* Copyright the Guildhall authors. SPDX-License-Identifier: Apache-2.0 */
package org.guildhall.metrics.internal;

import java.io.IOException;
import javax.servlet.Filter;
import javax.servlet.FilterChain;
import javax.servlet.FilterConfig;
import javax.servlet.ServletException;
import javax.servlet.ServletRequest;
import javax.servlet.ServletResponse;
import javax.servlet.http.HttpServletRequest;
import javax.servlet.http.HttpServletResponse;
import org.guildhall.api.platform.RecordTypes;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/** Times the calls of the doors. */
@Component(
        service = Filter.class,
        property = {
            "osgi.http.whiteboard.filter.pattern=/api/*",
            "osgi.http.whiteboard.filter.name=guildhall-metrics",
            "osgi.http.whiteboard.filter.asyncSupported:Boolean=true"
        })
public final class CallTimer implements Filter {
    private final ServerMeters meters;
    private final RecordTypes types;

    @Activate
    public CallTimer(@Reference ServerMeters meters, @Reference RecordTypes types) {
        this.meters = meters;
        this.types = types;
    }

    @Override
    public void init(FilterConfig configuration) {
        // Nothing is configured.
    }

    @Override
    public void doFilter(ServletRequest request, ServletResponse response, FilterChain chain)
            throws IOException, ServletException {
        long began = System.nanoTime();
        int failed = HttpServletResponse.SC_INTERNAL_SERVER_ERROR;
        try {
            chain.doFilter(request, response);
            failed = 0;
        } finally {
            // How long a stream lasts is its reader's choice.
            if (!String.valueOf(response.getContentType()).startsWith("text/event-stream")) {
                HttpServletRequest call = (HttpServletRequest) request;
                int status = failed == 0 ? ((HttpServletResponse) response).getStatus() : failed;
                meters.answered(
                        CallLabels.of(call.getMethod(), status, call.getRequestURI(), types),
                        System.nanoTime() - began);
            }
        }
    }

    @Override
    public void destroy() {
        // Nothing is held.
    }
}
