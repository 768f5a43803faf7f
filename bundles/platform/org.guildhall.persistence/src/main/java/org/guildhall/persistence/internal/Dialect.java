/* Copyright the Guildhall authors. SPDX-License-Identifier: Apache-2.0 */
package org.guildhall.persistence.internal;

import java.sql.SQLException;
import org.guildhall.api.platform.Table.Column;

/** What the databases do differently. */
enum Dialect {
    DERBY("jdbc:derby:", "org.apache.derby.jdbc.EmbeddedDriver", "derby") {
        @Override
        String type(Column column) {
            return switch (column.kind()) {
                case LONG_TEXT -> "clob";
                case TEXT -> column.length() > 32_000 ? "clob" : "varchar(" + column.length() + ")";
                case DECIMAL -> "decimal(31,6)";
                default -> super.type(column);
            };
        }

        @Override
        String limit() {
            return " fetch first ? rows only";
        }

        @Override
        String utcNow() {
            return "values current_timestamp";
        }
    },
    POSTGRESQL("jdbc:postgresql:", "org.postgresql.Driver", "postgres") {
        @Override
        String type(Column column) {
            return switch (column.kind()) {
                case LONG_TEXT -> "text";
                case INSTANT -> "timestamp(6)";
                default -> super.type(column);
            };
        }

        @Override
        String url(String configured) {
            // Its messages would carry refused values, people's data, into the log.
            return configured.contains("logServerErrorDetail=")
                    ? configured
                    : configured + (configured.contains("?") ? "&" : "?") + "logServerErrorDetail=false";
        }

        @Override
        String utcNow() {
            return "select current_timestamp at time zone 'UTC'";
        }

        @Override
        String encodingQuery() {
            return "show server_encoding";
        }

        @Override
        String encoding() {
            return "UTF8";
        }
    },
    /** MySQL too, through the same driver; there it is not tested. */
    MARIADB("jdbc:mariadb:", "org.mariadb.jdbc.Driver", "mariadb") {
        @Override
        String type(Column column) {
            return switch (column.kind()) {
                case LONG_TEXT -> "longtext";
                case INSTANT -> "datetime(6)";
                default -> super.type(column);
            };
        }

        @Override
        String tableSuffix() {
            return " engine=InnoDB default charset=utf8mb4 collate=utf8mb4_bin";
        }

        @Override
        String utcNow() {
            return "select utc_timestamp(6)";
        }

        @Override
        String encodingQuery() {
            return "select @@character_set_database";
        }

        @Override
        String encoding() {
            return "utf8mb4";
        }
    };

    private final String urlPrefix;
    private final String driver;
    private final String dictionary;

    Dialect(String urlPrefix, String driver, String dictionary) {
        this.urlPrefix = urlPrefix;
        this.driver = driver;
        this.dictionary = dictionary;
    }

    static Dialect of(String url) {
        for (Dialect dialect : values()) {
            if (url.startsWith(dialect.urlPrefix)) {
                return dialect;
            }
        }
        throw new Refusal("The url in etc/org.guildhall.database.cfg must begin with jdbc:derby:, jdbc:postgresql: or"
                + " jdbc:mariadb:, and begins with " + url.replaceAll("^([^:]*:[^:]*:?).*$", "$1") + ".");
    }

    /** The configured URL with what the server wants of the driver, unless the configuration says otherwise. */
    String url(String configured) {
        return configured;
    }

    String driver() {
        return driver;
    }

    /** OpenJPA's name for the database. */
    String dictionary() {
        return dictionary;
    }

    String type(Column column) {
        return switch (column.kind()) {
            case TEXT -> "varchar(" + column.length() + ")";
            case INTEGER, REFERENCE -> "bigint";
            case DECIMAL -> "decimal(38,6)";
            case BOOLEAN -> this == POSTGRESQL || this == DERBY ? "boolean" : "tinyint(1)";
            case DATE -> "date";
            case INSTANT -> "timestamp";
            case LONG_TEXT -> throw new IllegalStateException(column.name());
        };
    }

    String tableSuffix() {
        return "";
    }

    /** Ends a select with the most rows as a parameter. */
    String limit() {
        return " limit ?";
    }

    /** Asks the database for the time in UTC: one clock for the servers on it. */
    abstract String utcNow();

    /** Asks for the database's encoding; null where there is only one. */
    String encodingQuery() {
        return null;
    }

    String encoding() {
        return null;
    }

    /** SQL state 23505, or 23000 as MariaDB says. */
    static boolean isDuplicate(SQLException failure) {
        String state = failure.getSQLState();
        return "23505".equals(state) || ("23000".equals(state) && failure.getErrorCode() == 1062);
    }

    /** Class 08, a pool without a free connection in time, and PostgreSQL's shutdown states. */
    static boolean isUnreachable(SQLException failure) {
        String state = failure.getSQLState();
        return failure instanceof java.sql.SQLTransientConnectionException
                || failure instanceof java.sql.SQLNonTransientConnectionException
                || (state != null && (state.startsWith("08") || state.startsWith("57P")));
    }
}
