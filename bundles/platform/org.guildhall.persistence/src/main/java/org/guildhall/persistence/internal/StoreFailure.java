/* Copyright the Guildhall authors. SPDX-License-Identifier: Apache-2.0 */
package org.guildhall.persistence.internal;

import java.sql.SQLException;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import javax.persistence.OptimisticLockException;
import org.guildhall.api.Finding;
import org.guildhall.api.Problem;

/** What a failure of the store means to a caller. */
final class StoreFailure {
    private StoreFailure() {}

    /** The problem of a key that another record has, with its fields; the failure itself when it is something else. */
    static RuntimeException ofKeys(RuntimeException failure, Map<String, List<String>> keys) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof SQLException sql && Dialect.isDuplicate(sql)) {
                // Every database names the index, and nothing more can be asked of all three.
                String message = String.valueOf(sql.getMessage()).toLowerCase(Locale.ROOT);
                return keys.entrySet().stream()
                        .filter(key -> keys.size() == 1 || message.contains(key.getKey()))
                        .findFirst()
                        .<RuntimeException>map(key -> ofKey(key.getValue()))
                        .orElse(failure);
            }
        }
        return failure;
    }

    /** The problem of a key that another record has. */
    static Problem ofKey(List<String> key) {
        return Problem.invalid(key.stream()
                .map(field -> new Finding(field, "field.duplicate", String.join(", ", key)))
                .toList());
    }

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
                if (Dialect.isTimeout(sql)) {
                    return Problem.of(Problem.Kind.TOO_EXPENSIVE, "query.too-expensive", failure);
                }
                if (Dialect.isFull(sql)) {
                    return Problem.of(Problem.Kind.UNAVAILABLE, "database.full", failure);
                }
                if (Dialect.isUnreachable(sql)) {
                    return Problem.of(Problem.Kind.UNAVAILABLE, "database.unavailable", failure);
                }
            }
        }
        return failure instanceof RuntimeException runtime ? runtime : new IllegalStateException(failure);
    }
}
