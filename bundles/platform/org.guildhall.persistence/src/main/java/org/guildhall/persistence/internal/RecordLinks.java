/* Copyright the Guildhall authors. SPDX-License-Identifier: Apache-2.0 */
package org.guildhall.persistence.internal;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import org.guildhall.api.platform.RecordReader.Share;
import org.guildhall.api.platform.Schema;
import org.guildhall.api.platform.Table;
import org.guildhall.api.platform.Table.Column;
import org.guildhall.api.platform.Table.Index;
import org.guildhall.api.platform.Table.Type;

/** What belongs to a record and lies beside it: with whom it is shared, and how other systems call it. */
final class RecordLinks {
    static final String SHARES = "gh_share";
    private static final String EXTERNAL_IDS = "gh_external_id";

    private RecordLinks() {}

    /** Begins with the id: by the type, PostgreSQL would look through all of its rows as long as it has no statistics. */
    private static final Index BY_RECORD = new Index(false, "record_id", "record_type");

    static void ensureTables(Schema schema) {
        schema.ensure(new Table(
                SHARES,
                List.of(
                        new Column("record_type", Type.TEXT, 83, true),
                        new Column("grantee_id", Type.INTEGER, 0, true),
                        new Column("record_id", Type.INTEGER, 0, true),
                        new Column("may_change", Type.BOOLEAN, 0, true)),
                List.of("grantee_id", "record_type", "record_id"),
                List.of(BY_RECORD),
                "record_type"));
        schema.ensure(new Table(
                EXTERNAL_IDS,
                List.of(
                        new Column("record_type", Type.TEXT, 83, true),
                        new Column("system_name", Type.TEXT, 41, true),
                        new Column("external_id", Type.TEXT, 191, true),
                        new Column("record_id", Type.INTEGER, 0, true)),
                List.of("record_type", "system_name", "external_id"),
                List.of(BY_RECORD),
                "record_type"));
    }

    static List<Share> shares(Connection connection, String type, long id) throws SQLException {
        return of("select grantee_id, may_change from " + SHARES, type, id)
                .add(" order by grantee_id")
                .rows(connection, 0, row -> new Share(row.getLong(1), row.getBoolean(2)));
    }

    static void share(Connection connection, String type, long id, Share share) throws SQLException {
        unshare(connection, type, id, share.grantee());
        new Sql()
                .add("insert into " + SHARES + " (record_type, record_id, grantee_id, may_change) values (")
                .bind(type)
                .add(", ")
                .bind(id)
                .add(", ")
                .bind(share.grantee())
                .add(", ")
                .bind(share.changing())
                .add(")")
                .update(connection);
    }

    static void unshare(Connection connection, String type, long id, long grantee) throws SQLException {
        of("delete from " + SHARES, type, id)
                .add(" and grantee_id = ")
                .bind(grantee)
                .update(connection);
    }

    static long byExternalId(Connection connection, String type, String system, String externalId) throws SQLException {
        return new Sql()
                        .add("select record_id from " + EXTERNAL_IDS + " where record_type = ")
                        .bind(type)
                        .add(" and system_name = ")
                        .bind(system)
                        .add(" and external_id = ")
                        .bind(externalId)
                        .rows(connection, 0, row -> row.getLong(1))
                        .stream()
                        .findFirst()
                        .orElse(0L);
    }

    static void nameExternally(Connection connection, String type, long id, String system, String externalId)
            throws SQLException {
        new Sql()
                .add("insert into " + EXTERNAL_IDS + " (record_type, system_name, external_id, record_id) values (")
                .bind(type)
                .add(", ")
                .bind(system)
                .add(", ")
                .bind(externalId)
                .add(", ")
                .bind(id)
                .add(")")
                .update(connection);
    }

    /** Takes away what belongs to a record. */
    static void delete(Connection connection, String type, long id) throws SQLException {
        of("delete from " + SHARES, type, id).update(connection);
        of("delete from " + EXTERNAL_IDS, type, id).update(connection);
    }

    private static Sql of(String statement, String type, long id) {
        return new Sql()
                .add(statement + " where record_type = ")
                .bind(type)
                .add(" and record_id = ")
                .bind(id);
    }
}
