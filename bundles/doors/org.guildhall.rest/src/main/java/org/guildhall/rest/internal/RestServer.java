/* Copyright the Guildhall authors. SPDX-License-Identifier: Apache-2.0 */
package org.guildhall.rest.internal;

import java.util.ArrayList;
import java.util.Hashtable;
import java.util.List;
import javax.servlet.Servlet;
import org.apache.cxf.Bus;
import org.apache.cxf.bus.CXFBusFactory;
import org.apache.cxf.endpoint.Server;
import org.apache.cxf.jaxrs.JAXRSServerFactoryBean;
import org.apache.cxf.jaxrs.lifecycle.SingletonResourceProvider;
import org.apache.cxf.transport.servlet.CXFNonSpringServlet;
import org.guildhall.api.platform.Access;
import org.guildhall.api.platform.Authentication;
import org.guildhall.api.platform.Jobs;
import org.guildhall.api.platform.Plugins;
import org.guildhall.api.platform.RecordEvents;
import org.guildhall.api.platform.RecordService;
import org.guildhall.api.platform.RecordTypes;
import org.osgi.framework.BundleContext;
import org.osgi.framework.ServiceRegistration;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;

/** CXF with the one resource that serves every record type; plugins come and go without touching it. */
@Component(service = RestServer.class)
public final class RestServer {
    private static final String PATH = "/api/v1";

    private final Bus bus;
    private final EventResource streams;
    private final Server server;
    private final ServiceRegistration<Servlet> servlet;

    @Activate
    public RestServer(
            BundleContext context,
            @Reference Authentication authentication,
            @Reference RecordService records,
            @Reference RecordTypes types,
            @Reference Access access,
            @Reference RecordEvents events,
            @Reference Jobs jobs,
            @Reference Plugins plugins) {
        bus = new CXFBusFactory().createBus();
        CXFNonSpringServlet cxf = new RestServlet();
        cxf.setBus(bus);
        Hashtable<String, Object> properties = new Hashtable<>();
        properties.put("osgi.http.whiteboard.servlet.pattern", PATH + "/*");
        properties.put("osgi.http.whiteboard.servlet.name", "guildhall-rest");
        properties.put("servlet.init.hide-service-list-page", "true");
        JAXRSServerFactoryBean factory = new JAXRSServerFactoryBean();
        factory.setBus(bus);
        factory.setAddress("/");
        List<Class<?>> resources = new ArrayList<>();
        for (Object resource : List.of(
                new RecordResource(records, types),
                new QueryResource(records, types),
                new BatchResource(records, types),
                new TypeResource(records, types),
                streams = new EventResource(events, types, authentication),
                new ChangeResource(events, types),
                new JobResource(jobs, access),
                new PluginResource(plugins, access),
                new MeResource(records, types, access))) {
            factory.setResourceProvider(resource.getClass(), new SingletonResourceProvider(resource));
            resources.add(resource.getClass());
        }
        factory.setResourceClasses(resources);
        factory.setProviders(List.of(new CallFilter(authentication), new FailureMapper()));
        server = factory.create();
        servlet = context.registerService(Servlet.class, cxf, properties);
    }

    @Deactivate
    void close() {
        streams.close();
        servlet.unregister();
        server.destroy();
        bus.shutdown(true);
    }
}
