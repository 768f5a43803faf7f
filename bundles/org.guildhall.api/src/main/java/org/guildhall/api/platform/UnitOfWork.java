/* Copyright the Guildhall authors. SPDX-License-Identifier: Apache-2.0 */
package org.guildhall.api.platform;

import java.util.function.Function;
import org.guildhall.api.CallContext;
import org.osgi.annotation.versioning.ProviderType;

/**
 * Runs code in one database transaction over one connection, which is lent to every plugin's entity manager and to plain
 * JDBC. Isolation is read committed. Units of work don't nest: a second one inside would take a second connection.
 */
@ProviderType
public interface UnitOfWork {
    /**
     * Runs the body, then writes and commits everything it did, or nothing.
     *
     * @throws org.guildhall.api.Problem when the store refuses: CONFLICT for a change made meanwhile, INVALID for a
     *     duplicate key, UNAVAILABLE for a database that can't be reached. Whatever the body throws is thrown on after
     *     the rollback.
     */
    <T> T write(CallContext context, Function<Transaction, T> body);

    /** Runs a body that only reads; each statement sees what was committed when it began. */
    <T> T read(CallContext context, Function<RecordReader, T> body);
}
