/* Copyright the Guildhall authors. SPDX-License-Identifier: Apache-2.0 */
package org.guildhall.rest.internal;

import java.io.IOException;
import javax.servlet.Servlet;
import javax.servlet.http.HttpServlet;
import javax.servlet.http.HttpServletRequest;
import javax.servlet.http.HttpServletResponse;
import org.apache.karaf.features.BootFinished;
import org.guildhall.api.platform.Plugins;
import org.guildhall.wire.Json;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;
import org.osgi.service.component.annotations.ReferencePolicyOption;

/** {@code GET /health}: 200 once the server is ready to serve, 503 before; open to everybody and tells nothing else. */
@Component(
        service = Servlet.class,
        property = {"osgi.http.whiteboard.servlet.pattern=/health", "osgi.http.whiteboard.servlet.name=guildhall-health"
        })
public final class HealthServlet extends HttpServlet {
    private static final long serialVersionUID = 1;

    @Reference(
            cardinality = ReferenceCardinality.OPTIONAL,
            policy = ReferencePolicy.DYNAMIC,
            policyOption = ReferencePolicyOption.GREEDY)
    private transient volatile BootFinished bootFinished;

    private final transient Plugins plugins;

    /** Waits for the REST door, so that whoever finds the server ready finds the door registered. */
    @Activate
    public HealthServlet(@Reference Plugins plugins, @Reference RestServer door) {
        this.plugins = plugins;
    }

    @Override
    protected void doGet(HttpServletRequest request, HttpServletResponse response) throws IOException {
        boolean ready = bootFinished != null && plugins.settled();
        response.setStatus(ready ? 200 : 503);
        response.setContentType("application/json");
        response.setHeader("Cache-Control", "no-store");
        response.getOutputStream().write(Json.bytes(out -> {
            out.writeStartObject();
            out.writeStringField("status", ready ? "ready" : "starting");
            out.writeEndObject();
        }));
    }
}
