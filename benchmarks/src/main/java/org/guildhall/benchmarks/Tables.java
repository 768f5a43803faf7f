/* Copyright the Guildhall authors. SPDX-License-Identifier: Apache-2.0 */
package org.guildhall.benchmarks;

import java.sql.Connection;
import java.sql.DatabaseMetaData;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.sql.Timestamp;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;

/** The tables as Guildhall's schema writes them, for a database that has none yet. */
final class Tables {
    /** The types that differ; the rest is the same on every database. */
    private enum Dialect {
        DERBY("timestamp", "clob", "boolean", ""),
        POSTGRESQL("timestamp(6)", "text", "boolean", ""),
        MARIADB("datetime(6)", "longtext", "tinyint(1)", " engine=InnoDB default charset=utf8mb4 collate=utf8mb4_bin");

        private final String instant;
        private final String longText;
        private final String bool;
        private final String suffix;

        Dialect(String instant, String longText, String bool, String suffix) {
            this.instant = instant;
            this.longText = longText;
            this.bool = bool;
            this.suffix = suffix;
        }
    }

    private final Connection connection;
    private final Dialect dialect;

    Tables(Connection connection) throws SQLException {
        this.connection = connection;
        String url = connection.getMetaData().getURL();
        this.dialect = Dialect.valueOf(url.split(":")[1].toUpperCase(Locale.ROOT));
    }

    void create() throws SQLException {
        table(
                "customer_contact",
                "id bigint not null, version bigint not null, owner bigint, team bigint, bin bigint not null,"
                        + " created_at INSTANT not null, created_by bigint not null, changed_at INSTANT not null,"
                        + " changed_by bigint not null, first_name varchar(100), last_name varchar(100),"
                        + " email varchar(254), phone varchar(40), birth_date date, street varchar(200),"
                        + " city varchar(100), state varchar(100), postal_code varchar(20), country varchar(2),"
                        + " national_id varchar(40), primary key (id)",
                "create index i_customer_contact_bin_id on customer_contact (bin, id)");
        table(
                "gh_journal",
                "id bigint not null, occurred_at INSTANT not null, record_type varchar(83) not null,"
                        + " record_id bigint not null, record_version bigint not null, verb varchar(40) not null,"
                        + " actor_id bigint not null, request_id varchar(64) not null, changes LONG_TEXT not null,"
                        + " primary key (id)",
                "create index i_gh_journal_record_type_record_id_record_version"
                        + " on gh_journal (record_type, record_id, record_version)");
        table(
                "gh_user",
                "id bigint not null, name varchar(100) not null, password varchar(200) not null,"
                        + " active BOOLEAN not null, primary key (id)",
                "create unique index u_gh_user_name on gh_user (name)");
        table(
                "gh_token",
                "hash varchar(64) not null, user_id bigint not null, name varchar(100) not null,"
                        + " created_at INSTANT not null, expires_at INSTANT not null, primary key (hash)",
                "create index i_gh_token_user_id on gh_token (user_id)");
    }

    /** Makes a user with the token, unless the token is known. */
    void seed(String tokenHash, long userId) throws SQLException {
        try (PreparedStatement select = connection.prepareStatement("select 1 from gh_token where hash = ?")) {
            select.setString(1, tokenHash);
            try (ResultSet row = select.executeQuery()) {
                if (row.next()) {
                    return;
                }
            }
        }
        try (PreparedStatement user = connection.prepareStatement(
                        "insert into gh_user (id, name, password, active) values (?, 'admin', '-', ?)");
                PreparedStatement token =
                        connection.prepareStatement("insert into gh_token (hash, user_id, name, created_at, expires_at)"
                                + " values (?, ?, 'benchmark', ?, ?)")) {
            user.setLong(1, userId);
            user.setBoolean(2, true);
            user.executeUpdate();
            Instant now = Instant.now();
            token.setString(1, tokenHash);
            token.setLong(2, userId);
            token.setTimestamp(3, Timestamp.from(now));
            token.setTimestamp(4, Timestamp.from(now.plus(Duration.ofDays(1))));
            token.executeUpdate();
        }
    }

    private void table(String name, String columns, String index) throws SQLException {
        DatabaseMetaData catalogue = connection.getMetaData();
        String stored = catalogue.storesUpperCaseIdentifiers() ? name.toUpperCase(Locale.ROOT) : name;
        try (ResultSet tables =
                catalogue.getTables(connection.getCatalog(), connection.getSchema(), stored, new String[] {"TABLE"})) {
            if (tables.next()) {
                return;
            }
        }
        try (Statement statement = connection.createStatement()) {
            statement.execute("create table " + name + " ("
                    + columns.replace("INSTANT", dialect.instant)
                            .replace("LONG_TEXT", dialect.longText)
                            .replace("BOOLEAN", dialect.bool)
                    + ")" + dialect.suffix);
            statement.execute(index);
        }
    }
}
