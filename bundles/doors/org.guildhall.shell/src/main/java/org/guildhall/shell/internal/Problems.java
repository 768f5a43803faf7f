/* Copyright the Guildhall authors. SPDX-License-Identifier: Apache-2.0 */
package org.guildhall.shell.internal;

import java.util.Locale;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.guildhall.api.Problem;

/** Problems as sentences on the console. */
final class Problems {
    private Problems() {}

    /** Runs an action; its problem becomes an exception whose message the console prints. */
    static <T> T told(Supplier<T> action) {
        try {
            return action.get();
        } catch (Problem problem) {
            Stream<String> findings = problem.findings().stream()
                    .map(finding -> Problem.text(Locale.ENGLISH, finding.code(), finding.arguments()));
            throw new IllegalArgumentException(
                    Stream.concat(Stream.of(problem.text(Locale.ENGLISH)), findings)
                            .collect(Collectors.joining("\n")),
                    problem);
        }
    }
}
