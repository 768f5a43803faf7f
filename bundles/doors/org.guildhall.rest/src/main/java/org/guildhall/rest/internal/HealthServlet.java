/* Copyright the Guildhall authors. SPDX-License-Identifier: Apache-2.0 */
package org.guildhall.rest.internal;

import java.io.IOException;
import java.util.Set;
import javax.servlet.Servlet;
import javax.servlet.http.HttpServlet;
import javax.servlet.http.HttpServletRequest;
import javax.servlet.http.HttpServletResponse;
import org.apache.karaf.features.BootFinished;
import org.guildhall.api.platform.DatabaseState;
import org.guildhall.api.platform.Plugins;
import org.guildhall.wire.Json;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;
import org.osgi.service.component.annotations.ReferencePolicyOption;

/**
 * {@code GET /health}: 200 once the server is ready to serve, 503 before. {@code /health/ready} is 503 also while the
 * database is lost, {@code /health/live} never: a new start would not bring the database back. Open to everybody, and tells
 * nothing else.
 */
@Component(
        service = Servlet.class,
        property = {
            "osgi.http.whiteboard.servlet.pattern=/health",
            "osgi.http.whiteboard.servlet.pattern=/health/live",
            "osgi.http.whiteboard.servlet.pattern=/health/ready",
            "osgi.http.whiteboard.servlet.name=guildhall-health"
        })
public final class HealthServlet extends HttpServlet {
    private static final long serialVersionUID = 1;
    private static final Set<String> WELL = Set.of("live", "ready");

    @Reference(
            cardinality = ReferenceCardinality.OPTIONAL,
            policy = ReferencePolicy.DYNAMIC,
            policyOption = ReferencePolicyOption.GREEDY)
    private transient volatile BootFinished bootFinished;

    private final transient Plugins plugins;
    private final transient DatabaseState database;

    /** Waits for the REST door, so that whoever finds the server ready finds the door registered. */
    @Activate
    public HealthServlet(@Reference Plugins plugins, @Reference DatabaseState database, @Reference RestServer door) {
        this.plugins = plugins;
        this.database = database;
    }

    @Override
    protected void doGet(HttpServletRequest request, HttpServletResponse response) throws IOException {
        String status = status(request.getServletPath());
        boolean well = WELL.contains(status);
        response.setStatus(well ? 200 : 503);
        if (!well) {
            response.setHeader("Retry-After", "1");
        }
        response.setContentType("application/json");
        response.setHeader("Cache-Control", "no-store");
        response.getOutputStream().write(Json.bytes(out -> {
            out.writeStartObject();
            out.writeStringField("status", status);
            out.writeEndObject();
        }));
    }

    private String status(String path) {
        if (path.endsWith("/live")) {
            return "live";
        }
        if (bootFinished == null || !plugins.settled()) {
            return "starting";
        }
        return path.endsWith("/ready") && !database.answers() ? "database-unavailable" : "ready";
    }
}
