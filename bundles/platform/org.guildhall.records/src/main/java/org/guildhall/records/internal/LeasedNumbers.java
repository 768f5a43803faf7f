/* Copyright the Guildhall authors. SPDX-License-Identifier: Apache-2.0 */
package org.guildhall.records.internal;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.guildhall.api.Problem;
import org.guildhall.api.platform.RecordType;
import org.guildhall.api.platform.Schema;
import org.guildhall.api.platform.Table;
import org.guildhall.api.platform.Table.Column;
import org.guildhall.api.platform.Table.Type;
import org.guildhall.api.platform.Transaction;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The numbers of {@code @Numbered} fields, taken from {@code gh_number} a block at a time, so that changes don't wait for
 * each other. What is left of a block is given back when its type leaves or the server stops, and is left out when it is
 * killed.
 */
@Component(service = LeasedNumbers.class)
public final class LeasedNumbers {
    private static final Logger LOG = LoggerFactory.getLogger(LeasedNumbers.class);
    private static final int BLOCK = 20;

    private static final Table NUMBERS = new Table(
                    "gh_number",
                    List.of(new Column("name", Type.TEXT, 125, true), new Column("next_number", Type.INTEGER, 0, true)),
                    List.of("name"),
                    List.of())
            .heldFor("name");

    private final Schema schema;
    private final Map<String, Block> blocks = new ConcurrentHashMap<>();

    /** The numbers from next to below end are this server's. */
    private static final class Block {
        private long next;
        private long end;
    }

    @Activate
    public LeasedNumbers(@Reference Schema schema) {
        this.schema = schema;
        schema.ensure(NUMBERS);
    }

    /**
     * The next number, from 1; for callers that are in no unit of work.
     *
     * @param name {@code plugin.record.field}
     */
    long next(String name) {
        Block block = blocks.computeIfAbsent(name, key -> new Block());
        synchronized (block) {
            if (block.next == block.end) {
                block.next = take(name);
                block.end = block.next + BLOCK;
            }
            return block.next++;
        }
    }

    /** The next number, which is taken with the transaction; others who want one wait until it ends. */
    long next(String name, Transaction transaction) {
        try {
            return take(transaction.connection(), name, 1);
        } catch (SQLException e) {
            throw new IllegalStateException("No number of " + name + " could be taken", e);
        }
    }

    private long take(String name) {
        try {
            return schema.call(connection -> take(connection, name, BLOCK));
        } catch (Problem problem) {
            if (!problem.code().equals("record.duplicate")) {
                throw problem;
            }
            // Another server made the first row meanwhile; it is there now.
            return schema.call(connection -> take(connection, name, BLOCK));
        }
    }

    private static long take(Connection connection, String name, int block) throws SQLException {
        try (PreparedStatement update =
                connection.prepareStatement("update gh_number set next_number = next_number + ? where name = ?")) {
            update.setInt(1, block);
            update.setString(2, name);
            if (update.executeUpdate() == 0) {
                try (PreparedStatement insert =
                        connection.prepareStatement("insert into gh_number (name, next_number) values (?, ?)")) {
                    insert.setString(1, name);
                    insert.setLong(2, 1L + block);
                    insert.executeUpdate();
                }
                return 1;
            }
        }
        try (PreparedStatement select =
                connection.prepareStatement("select next_number from gh_number where name = ?")) {
            select.setString(1, name);
            try (ResultSet row = select.executeQuery()) {
                row.next();
                return row.getLong(1) - block;
            }
        }
    }

    /** A type is here. */
    @Reference(cardinality = ReferenceCardinality.MULTIPLE, policy = ReferencePolicy.DYNAMIC)
    void bindType(RecordType type) {
        // Its numbers are taken when they are needed.
    }

    /** A type left: its numbers may go on from elsewhere when it returns. */
    void unbindType(RecordType type) {
        List.copyOf(blocks.keySet()).stream()
                .filter(name -> name.startsWith(type.name() + "."))
                .forEach(this::giveBack);
    }

    @Deactivate
    void stop() {
        List.copyOf(blocks.keySet()).forEach(this::giveBack);
    }

    /** Gives back what nobody behind this server has passed. */
    private void giveBack(String name) {
        Block block = blocks.get(name);
        synchronized (block) {
            if (block.next < block.end) {
                try {
                    schema.call(connection -> {
                        try (PreparedStatement update = connection.prepareStatement(
                                "update gh_number set next_number = ? where name = ? and next_number = ?")) {
                            update.setLong(1, block.next);
                            update.setString(2, name);
                            update.setLong(3, block.end);
                            return update.executeUpdate();
                        }
                    });
                } catch (RuntimeException e) {
                    LOG.warn("Numbers of {} from {} to {} are left out", name, block.next, block.end - 1, e);
                }
            }
            block.next = block.end;
        }
    }
}
