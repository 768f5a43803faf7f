/* Copyright the Guildhall authors. SPDX-License-Identifier: Apache-2.0 */
package org.guildhall.persistence.internal;

import java.sql.SQLException;
import javax.persistence.OptimisticLockException;
import org.guildhall.api.Problem;

/** What a failure of the store means to a caller. */
final class StoreFailure {
    private StoreFailure() {}

    /** The problem that a failure is, or the failure itself when it is the server's own. */
    static RuntimeException problem(Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof Problem problem) {
                return problem;
            }
            if (cause instanceof OptimisticLockException) {
                return Problem.of(Problem.Kind.CONFLICT, "record.conflict", failure);
            }
            if (cause instanceof SQLException sql) {
                if (Dialect.isDuplicate(sql)) {
                    return Problem.of(Problem.Kind.INVALID, "record.duplicate", failure);
                }
                if (Dialect.isUnreachable(sql)) {
                    return Problem.of(Problem.Kind.UNAVAILABLE, "database.unavailable", failure);
                }
            }
        }
        return failure instanceof RuntimeException runtime ? runtime : new IllegalStateException(failure);
    }
}
