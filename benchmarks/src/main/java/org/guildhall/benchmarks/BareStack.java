/* Copyright the Guildhall authors. SPDX-License-Identifier: Apache-2.0 */
package org.guildhall.benchmarks;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import java.net.InetSocketAddress;
import java.sql.Connection;
import java.util.List;
import org.apache.cxf.Bus;
import org.apache.cxf.bus.CXFBusFactory;
import org.apache.cxf.jaxrs.JAXRSServerFactoryBean;
import org.apache.cxf.jaxrs.lifecycle.SingletonResourceProvider;
import org.apache.cxf.transport.servlet.CXFNonSpringServlet;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.servlet.ServletContextHandler;
import org.eclipse.jetty.servlet.ServletHolder;

/**
 * What Guildhall is compared with: the same Jetty, CXF, pool, drivers and tables, and nothing between them but
 * {@link ContactResource} and {@link AppointmentResource}. Guildhall made the tables, and the user and the token in them.
 *
 * <p>Arguments: {@code port=... url=... user=... password=... own.id=<the user who sees his own records only>
 * token.memory=<milliseconds>}
 */
public final class BareStack {
    private BareStack() {}

    public static void main(String[] arguments) throws Exception {
        Options options = new Options(arguments);
        HikariConfig config = new HikariConfig();
        config.setJdbcUrl(options.text("url"));
        config.setUsername(options.text("user"));
        config.setPassword(options.text("password"));
        config.setMaximumPoolSize(10);
        config.setMinimumIdle(2);
        config.setTransactionIsolation("TRANSACTION_READ_COMMITTED");
        HikariDataSource pool = new HikariDataSource(config);
        String database;
        try (Connection connection = pool.getConnection()) {
            database = connection.getMetaData().getDatabaseProductName() + " "
                    + connection.getMetaData().getDatabaseProductVersion();
        }
        Dialect dialect = Dialect.of(options.text("url"));
        Ids ids = new Ids();
        Callers callers = new Callers(options.number("token.memory"), Ids.parse(options.text("own.id")));

        Bus bus = new CXFBusFactory().createBus();
        CXFNonSpringServlet cxf = new CXFNonSpringServlet();
        cxf.setBus(bus);
        JAXRSServerFactoryBean factory = new JAXRSServerFactoryBean();
        factory.setBus(bus);
        factory.setAddress("/");
        ContactResource contacts = new ContactResource(pool, dialect, ids, callers);
        AppointmentResource appointments = new AppointmentResource(pool, dialect, ids, callers);
        factory.setResourceClasses(List.of(ContactResource.class, AppointmentResource.class));
        factory.setResourceProvider(ContactResource.class, new SingletonResourceProvider(contacts));
        factory.setResourceProvider(AppointmentResource.class, new SingletonResourceProvider(appointments));
        factory.create();

        ServletContextHandler handler = new ServletContextHandler();
        handler.addServlet(new ServletHolder(cxf), "/api/v1/*");
        Server server = new Server(new InetSocketAddress("127.0.0.1", options.number("port")));
        server.setHandler(handler);
        server.start();
        System.out.println("ready: " + database);
        server.join();
    }
}
