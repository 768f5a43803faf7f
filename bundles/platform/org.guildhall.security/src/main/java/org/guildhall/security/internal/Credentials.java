/* Copyright the Guildhall authors. SPDX-License-Identifier: Apache-2.0 */
package org.guildhall.security.internal;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import org.guildhall.api.platform.Schema;
import org.guildhall.api.platform.Table;
import org.guildhall.api.platform.Table.Column;
import org.guildhall.api.platform.Table.Index;
import org.guildhall.api.platform.Table.Type;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/**
 * What users and tokens prove themselves with, in {@code gh_credential} and nowhere else: slow hashes of passwords, and
 * SHA-256 of tokens, which are too random to be guessed.
 */
@Component(service = Credentials.class)
public final class Credentials {
    private static final Table CREDENTIALS = new Table(
            "gh_credential",
            List.of(new Column("record_id", Type.INTEGER, 0, true), new Column("hash", Type.TEXT, 200, true)),
            List.of("record_id"),
            List.of(new Index(false, "hash")));

    private final Schema schema;

    @Activate
    public Credentials(@Reference Schema schema) {
        this.schema = schema;
        schema.ensure(CREDENTIALS);
    }

    /** Whether nobody has any. */
    boolean areNone() {
        return schema.call(connection -> Statements.count(connection, "select count(*) from gh_credential") == 0);
    }

    /** Writes the first one of a record; for callers that are in no unit of work. */
    void insert(long record, String hash) {
        schema.call(connection -> insert(connection, record, hash));
    }

    private static int insert(Connection connection, long record, String hash) throws SQLException {
        return Statements.change(connection, "insert into gh_credential (record_id, hash) values (?, ?)", record, hash);
    }

    /** Writes one in the place of what the record had. */
    void put(Connection connection, long record, String hash) {
        try {
            if (Statements.change(connection, "update gh_credential set hash = ? where record_id = ?", hash, record)
                    == 0) {
                insert(connection, record, hash);
            }
        } catch (SQLException e) {
            throw Statements.failure(e);
        }
    }

    Optional<String> find(Connection connection, long record) {
        try {
            return Statements.select(
                            connection,
                            "select hash from gh_credential where record_id = ?",
                            row -> row.getString(1),
                            record)
                    .stream()
                    .findFirst();
        } catch (SQLException e) {
            throw Statements.failure(e);
        }
    }

    void remove(Connection connection, long record) {
        try {
            Statements.change(connection, "delete from gh_credential where record_id = ?", record);
        } catch (SQLException e) {
            throw Statements.failure(e);
        }
    }

    static String sha256(String text) {
        try {
            return HexFormat.of()
                    .formatHex(MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
