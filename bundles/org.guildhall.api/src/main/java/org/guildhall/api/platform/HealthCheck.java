/* Copyright the Guildhall authors. SPDX-License-Identifier: Apache-2.0 */
package org.guildhall.api.platform;

import java.time.Duration;
import java.util.List;
import org.osgi.annotation.versioning.ConsumerType;

/** Looks for one kind of trouble, when an administrator asks what is not well; a service of whoever knows of it. */
@ConsumerType
public interface HealthCheck {
    /**
     * What is not well now; empty when all is. It runs on a thread of its own, is given up after some seconds, and is told
     * as a trouble itself when it throws. What it says may leave the server: it names no person.
     */
    List<Finding> check(Limits limits);

    /** How bad it is. */
    enum Severity {
        /** It may become an error. */
        WARNING,
        /** Something does not work. */
        ERROR
    }

    /**
     * Something that is not well.
     *
     * @param code a stable name, such as {@code disk.full}
     * @param text what it is, a sentence
     * @param advice what to do, a sentence
     */
    record Finding(Severity severity, String code, String text, String advice) {}

    /**
     * From where on something is not well; an administrator sets it.
     *
     * @param freeDisk the least bytes that should be free
     * @param behind the most events that a subscriber should be behind
     * @param clockDifference the most that the clocks of server and database should differ
     * @param databaseAnswer the longest that the database should take for the simplest question
     */
    record Limits(long freeDisk, long behind, Duration clockDifference, Duration databaseAnswer) {}
}
