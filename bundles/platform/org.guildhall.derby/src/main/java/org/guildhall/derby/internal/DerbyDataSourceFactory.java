/* Copyright the Guildhall authors. SPDX-License-Identifier: Apache-2.0 */
package org.guildhall.derby.internal;

import java.sql.Driver;
import java.sql.SQLException;
import java.sql.SQLFeatureNotSupportedException;
import java.util.Properties;
import javax.sql.ConnectionPoolDataSource;
import javax.sql.DataSource;
import javax.sql.XADataSource;
import org.apache.derby.jdbc.EmbeddedDataSource;
import org.apache.derby.jdbc.EmbeddedDriver;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.jdbc.DataSourceFactory;

/** Derby's embedded driver as the service that OSGi describes for drivers. */
@Component(
        property = {
            DataSourceFactory.OSGI_JDBC_DRIVER_CLASS + "=org.apache.derby.jdbc.EmbeddedDriver",
            DataSourceFactory.OSGI_JDBC_DRIVER_NAME + "=derby"
        })
public final class DerbyDataSourceFactory implements DataSourceFactory {
    private static final String PREFIX = "jdbc:derby:";

    @Override
    public DataSource createDataSource(Properties properties) throws SQLException {
        String url = properties.getProperty(JDBC_URL, "");
        if (!url.startsWith(PREFIX)) {
            throw new SQLException("A Derby URL begins with " + PREFIX);
        }
        String[] parts = url.substring(PREFIX.length()).split(";", 2);
        EmbeddedDataSource source = new EmbeddedDataSource();
        source.setDatabaseName(parts[0]);
        if (parts.length > 1) {
            source.setConnectionAttributes(parts[1]);
        }
        return source;
    }

    @Override
    public Driver createDriver(Properties properties) {
        return new EmbeddedDriver();
    }

    @Override
    public ConnectionPoolDataSource createConnectionPoolDataSource(Properties properties) throws SQLException {
        throw new SQLFeatureNotSupportedException();
    }

    @Override
    public XADataSource createXADataSource(Properties properties) throws SQLException {
        throw new SQLFeatureNotSupportedException();
    }
}
