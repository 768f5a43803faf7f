/* Copyright the Guildhall authors. SPDX-License-Identifier: Apache-2.0 */
package org.guildhall.api.platform;

import java.sql.Connection;
import org.osgi.annotation.versioning.ProviderType;

/** The database's tables, brought to what is declared; additive only. */
@ProviderType
public interface Schema {
    /**
     * Creates the table, or adds the columns and indexes that it lacks; each step stands by itself, so that a call after
     * a crash goes on where the one before ended.
     */
    void ensure(Table table);

    /**
     * Runs statements of the platform's own tables in a transaction of their own, for callers that are in none.
     *
     * @throws org.guildhall.api.Problem as {@link UnitOfWork#write}
     */
    <T> T call(SqlFunction<T> body);

    /**
     * Reads the platform's own tables, over the connection of the unit of work that runs on the thread if there is one.
     *
     * @throws org.guildhall.api.Problem as {@link UnitOfWork#read}
     */
    <T> T read(SqlFunction<T> body);

    /** Code that speaks JDBC. */
    @FunctionalInterface
    interface SqlFunction<T> {
        T apply(Connection connection) throws java.sql.SQLException;
    }
}
