/* Copyright the Guildhall authors. SPDX-License-Identifier: Apache-2.0 */
package org.guildhall.api.platform;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.guildhall.api.JsonObject;
import org.guildhall.api.Ref;
import org.osgi.annotation.versioning.ProviderType;

/** What is to be done later: jobs of plugins, and timers on records. */
@ProviderType
public interface Jobs {
    /** Begins a job when the transaction is committed; its owner is the transaction's caller. */
    long begin(Transaction transaction, String plugin, String name, JsonObject input);

    /** Sets a timer, in place of the one of this name on the record. */
    void setTimer(Transaction transaction, String plugin, String name, Ref on, Instant due);

    /** Takes a timer back. */
    void cancelTimer(Transaction transaction, String plugin, String name, Ref on);

    /** A job, or nothing. */
    Optional<Status> find(long id);

    /** The jobs of an owner, or of all where it is 0, the last first. */
    List<Status> last(long owner, int limit);

    /** The last lines of a job's log. */
    List<Line> log(long id, int limit);

    /** Ends a job at its next step, or gives up one that failed; whether it had not ended otherwise. */
    boolean cancel(long id);

    /** Has a job that failed tried again at once; whether it had failed. */
    boolean retry(long id);

    /** The timers that failed last time, and when they are tried again. */
    List<FailedTimer> failedTimers(int limit);

    /** How a job is. */
    enum State {
        /** It waits for a server that has its plugin, or for its next attempt. */
        WAITING,
        /** It runs. */
        RUNNING,
        /** It has been done. */
        DONE,
        /** It failed too often. */
        FAILED,
        /** Somebody ended it. */
        CANCELLED
    }

    /**
     * A job.
     *
     * @param name {@code plugin.name}
     * @param owner a user, or 0 for the server
     * @param done of {@code total}, as the job says
     * @param attempts how often it has failed since its last checkpoint
     * @param server where it runs; null when it does not
     * @param error why it failed last; null when it did not
     * @param endedAt null while it has not ended
     */
    record Status(
            long id,
            String name,
            State state,
            long owner,
            long done,
            long total,
            int attempts,
            String server,
            String error,
            Instant createdAt,
            Instant endedAt) {}

    /** A line of a job's log. */
    record Line(Instant at, String text) {}

    /** A timer that failed. */
    record FailedTimer(String name, Ref on, Instant due, int attempts, String error) {}
}
