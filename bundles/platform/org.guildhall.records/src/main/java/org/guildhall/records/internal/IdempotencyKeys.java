/* Copyright the Guildhall authors. SPDX-License-Identifier: Apache-2.0 */
package org.guildhall.records.internal;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicReference;
import org.guildhall.api.CallContext;
import org.guildhall.api.Finding;
import org.guildhall.api.Problem;
import org.guildhall.api.Values;
import org.guildhall.api.platform.RecordType;
import org.guildhall.api.platform.Schema;
import org.guildhall.api.platform.Table;
import org.guildhall.api.platform.Table.Column;
import org.guildhall.api.platform.Table.Index;
import org.guildhall.api.platform.Table.Type;
import org.guildhall.api.platform.Transaction;
import org.guildhall.api.platform.ValuesFormat;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/** Remembers for a day, in {@code gh_idempotency}, which record a caller made with a key; keys and bodies as SHA-256. */
@Component(service = IdempotencyKeys.class)
public final class IdempotencyKeys {
    private static final Duration REMEMBERED = Duration.ofHours(24);
    private static final Duration CLEANED_EVERY = Duration.ofMinutes(10);

    private static final Table KEYS = new Table(
            "gh_idempotency",
            List.of(
                    new Column("key_hash", Type.TEXT, 64, true),
                    new Column("body_hash", Type.TEXT, 64, true),
                    new Column("record_id", Type.INTEGER, 0, true),
                    new Column("created_at", Type.TIMESTAMP, 0, true)),
            List.of("key_hash"),
            List.of(new Index(false, "created_at")));

    private final Schema schema;
    private final ValuesFormat format;
    private final AtomicReference<Instant> cleanedAt = new AtomicReference<>(Instant.EPOCH);

    @Activate
    public IdempotencyKeys(@Reference Schema schema, @Reference ValuesFormat format) {
        this.schema = schema;
        this.format = format;
        schema.ensure(KEYS);
    }

    /** A key of a caller and what it stands for. */
    record Use(String keyHash, String bodyHash) {}

    Use use(CallContext context, RecordType type, Values values, String key) {
        if (!key.matches("[\\x20-\\x7E]{1,255}")) {
            throw Problem.invalid(List.of(
                    new Finding("Idempotency-Key", "request.parameter", "Idempotency-Key", "1..255 ASCII characters")));
        }
        return new Use(
                sha256(context.caller().id() + "\n" + key), sha256(type.name() + "\n" + format.json(type, values)));
    }

    /**
     * The record that was made with the key; INVALID when it was made with another body. For callers that are in no unit
     * of work.
     */
    OptionalLong find(CallContext context, Use use) {
        clean(context.time());
        return schema.call(connection -> {
            // A key that has had its day is free again, whether or not the others have been cleaned away.
            try (PreparedStatement delete =
                    connection.prepareStatement("delete from gh_idempotency where key_hash = ? and created_at < ?")) {
                delete.setString(1, use.keyHash());
                delete.setTimestamp(2, Timestamp.from(context.time().minus(REMEMBERED)));
                delete.executeUpdate();
            }
            try (PreparedStatement select =
                    connection.prepareStatement("select body_hash, record_id from gh_idempotency where key_hash = ?")) {
                select.setString(1, use.keyHash());
                try (ResultSet row = select.executeQuery()) {
                    if (!row.next()) {
                        return OptionalLong.empty();
                    }
                    if (!row.getString(1).equals(use.bodyHash())) {
                        throw Problem.of(Problem.Kind.INVALID, "request.key-reused");
                    }
                    return OptionalLong.of(row.getLong(2));
                }
            }
        });
    }

    /** Remembers the record in the transaction that makes it; a call with the same key that is faster makes this one fail. */
    void remember(Transaction transaction, Use use, long id) {
        try (PreparedStatement insert = transaction
                .connection()
                .prepareStatement(
                        "insert into gh_idempotency (key_hash, body_hash, record_id, created_at) values (?, ?, ?, ?)")) {
            insert.setString(1, use.keyHash());
            insert.setString(2, use.bodyHash());
            insert.setLong(3, id);
            insert.setTimestamp(4, Timestamp.from(transaction.context().time()));
            insert.executeUpdate();
        } catch (SQLException e) {
            throw new Repeated(e);
        }
    }

    /** The key's row could not be written, most likely because another call with it was faster. */
    static final class Repeated extends RuntimeException {
        private static final long serialVersionUID = 1;

        Repeated(SQLException failure) {
            // No cause: it would be taken for a key that another record has.
            super("The row of an idempotency key could not be written.");
            addSuppressed(failure);
        }
    }

    private void clean(Instant now) {
        Instant before = cleanedAt.get();
        if (now.isAfter(before.plus(CLEANED_EVERY)) && cleanedAt.compareAndSet(before, now)) {
            schema.call(connection -> {
                try (PreparedStatement delete =
                        connection.prepareStatement("delete from gh_idempotency where created_at < ?")) {
                    delete.setTimestamp(1, Timestamp.from(now.minus(REMEMBERED)));
                    return delete.executeUpdate();
                }
            });
        }
    }

    private static String sha256(String text) {
        try {
            return HexFormat.of()
                    .formatHex(MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
