/* Copyright the Guildhall authors. SPDX-License-Identifier: Apache-2.0 */
package org.guildhall.persistence.internal;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import com.zaxxer.hikari.HikariPoolMXBean;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.sql.Timestamp;
import java.util.Properties;
import java.util.TimeZone;
import org.guildhall.api.platform.DatabaseState;
import org.osgi.framework.BundleContext;
import org.osgi.framework.BundleException;
import org.osgi.framework.Constants;
import org.osgi.framework.InvalidSyntaxException;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.ConfigurationPolicy;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.jdbc.DataSourceFactory;
import org.osgi.util.tracker.ServiceTracker;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The pool of connections to the configured database. What would corrupt data later (a JVM that is not in UTC, a
 * database that can't hold every character) refuses the start.
 */
@Component(
        service = Database.class,
        configurationPid = "org.guildhall.database",
        configurationPolicy = ConfigurationPolicy.REQUIRE)
public final class Database {
    private static final Logger LOG = LoggerFactory.getLogger(Database.class);
    private static final int CONNECT_SECONDS = 30;

    /** etc/org.guildhall.database.cfg. */
    public @interface Configuration {
        String url();

        String user() default "";

        @SuppressWarnings("checkstyle:MethodName")
        String _password() default "";

        int poolSize() default 10;

        /** How long an answer is waited for; what changes tables may take longer. */
        int answerSeconds() default 60;

        /** The folder of pg_dump, mariadb-dump and the like, for backups; empty for the path. */
        String tools() default "";
    }

    private final Configuration configuration;
    private final Dialect dialect;
    private final HikariDataSource pool;
    private final DatabaseWatch watch;

    @Activate
    public Database(BundleContext context, Configuration configuration) {
        this.configuration = configuration;
        try {
            if (!TimeZone.getDefault().hasSameRules(TimeZone.getTimeZone("UTC"))) {
                throw new Refusal("Guildhall runs in UTC only, and this JVM's zone is "
                        + TimeZone.getDefault().getID()
                        + ": start it with ./guildhall start, or add -Duser.timezone=UTC.");
            }
            this.dialect = Dialect.of(configuration.url());
            this.pool = open(context, configuration);
        } catch (Refusal refusal) {
            refuse(context, refusal);
            throw refusal;
        }
        this.watch = new DatabaseWatch(pool.getDataSource());
        LOG.info("Connected to {}", configuration.url().replaceAll("[?;].*", ""));
    }

    private HikariDataSource open(BundleContext context, Configuration configuration) {
        HikariConfig config = new HikariConfig();
        config.setPoolName("guildhall");
        config.setMaximumPoolSize(configuration.poolSize());
        config.setMinimumIdle(Math.min(2, configuration.poolSize()));
        config.setTransactionIsolation("TRANSACTION_READ_COMMITTED");
        config.setConnectionTimeout(10_000);
        config.setInitializationFailTimeout(CONNECT_SECONDS * 1_000L);
        HikariDataSource opened = null;
        try {
            Properties properties = new Properties();
            properties.put(DataSourceFactory.JDBC_URL, dialect.url(configuration.url(), configuration.answerSeconds()));
            if (dialect != Dialect.DERBY) {
                properties.put(DataSourceFactory.JDBC_USER, configuration.user());
                properties.put(DataSourceFactory.JDBC_PASSWORD, configuration._password());
            }
            config.setDataSource(factory(context).createDataSource(properties));
            opened = new HikariDataSource(config);
            checkEncoding(opened);
            return opened;
        } catch (SQLException | RuntimeException e) {
            if (opened != null) {
                opened.close();
            }
            if (e instanceof Refusal refusal) {
                throw refusal;
            }
            throw new Refusal("The database of etc/org.guildhall.database.cfg can't be opened: " + innermost(e)
                    + ". Check url, user and password there, and that the database runs.");
        }
    }

    private DataSourceFactory factory(BundleContext context) {
        try {
            ServiceTracker<DataSourceFactory, DataSourceFactory> tracker = new ServiceTracker<>(
                    context,
                    context.createFilter("(&(" + Constants.OBJECTCLASS + "=" + DataSourceFactory.class.getName() + ")("
                            + DataSourceFactory.OSGI_JDBC_DRIVER_CLASS + "=" + dialect.driver() + "))"),
                    null);
            tracker.open();
            try {
                DataSourceFactory factory = tracker.waitForService(CONNECT_SECONDS * 1_000L);
                if (factory == null) {
                    throw new Refusal("There is no driver for this database: no DataSourceFactory for "
                            + dialect.driver() + " is registered.");
                }
                return factory;
            } finally {
                tracker.close();
            }
        } catch (InvalidSyntaxException e) {
            throw new IllegalStateException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    private void checkEncoding(HikariDataSource source) throws SQLException {
        if (dialect.encodingQuery() == null) {
            return;
        }
        try (Connection connection = source.getConnection();
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(dialect.encodingQuery())) {
            row.next();
            if (!dialect.encoding().equalsIgnoreCase(row.getString(1))) {
                throw new Refusal("The database's character set is " + row.getString(1) + " and must be "
                        + dialect.encoding() + ": create it anew, or convert it, before Guildhall writes to it.");
            }
        }
    }

    private static String innermost(Throwable failure) {
        Throwable cause = failure;
        while (cause.getCause() != null && cause.getCause() != cause) {
            cause = cause.getCause();
        }
        String message = cause.getMessage();
        return message == null
                ? cause.getClass().getSimpleName()
                : message.strip().replaceAll("[\\s.]+$", "");
    }

    /** Tells the sentence to whoever looks: the console, the log, and the start script by the file "refused". */
    private static void refuse(BundleContext context, Refusal refusal) {
        LOG.error("{}", refusal.getMessage());
        System.err.println(refusal.getMessage());
        String data = context.getProperty("guildhall.data");
        try {
            if (data != null) {
                Files.writeString(Path.of(data, "refused"), refusal.getMessage() + "\n");
            }
            context.getBundle(Constants.SYSTEM_BUNDLE_LOCATION).stop();
        } catch (IOException | BundleException e) {
            LOG.error("The refusal could not be told", e);
        }
    }

    Dialect dialect() {
        return dialect;
    }

    /** Where the database is; for programs other than the driver. */
    DatabaseAddress address() {
        return DatabaseAddress.of(
                configuration.url(), configuration.user(), configuration._password(), configuration.tools());
    }

    String tools() {
        return configuration.tools();
    }

    /** @throws SQLException at once while the database is lost */
    Connection connection() throws SQLException {
        watch.requireThere();
        return pool.getConnection();
    }

    /** A connection for what may take the database hours, such as the making of an index. */
    Connection patient() throws SQLException {
        Connection connection = connection();
        if (dialect != Dialect.DERBY) {
            connection.setNetworkTimeout(Runnable::run, 0);
        }
        return connection;
    }

    /** A connection that is none of the pool's. */
    Connection beside() throws SQLException {
        watch.requireThere();
        return pool.getDataSource().getConnection();
    }

    boolean answers() {
        return watch.answers();
    }

    DatabaseState.Pool poolUse() {
        HikariPoolMXBean use = pool.getHikariPoolMXBean();
        return new DatabaseState.Pool(
                use.getActiveConnections(),
                use.getIdleConnections(),
                use.getThreadsAwaitingConnection(),
                configuration.poolSize());
    }

    /** The database's time in UTC: one clock for the servers on it. */
    Timestamp now(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(dialect.utcNow())) {
            row.next();
            return row.getTimestamp(1);
        }
    }

    @Deactivate
    void close() {
        watch.close();
        pool.close();
    }
}
