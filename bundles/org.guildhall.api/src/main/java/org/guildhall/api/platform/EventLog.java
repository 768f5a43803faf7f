/* Copyright the Guildhall authors. SPDX-License-Identifier: Apache-2.0 */
package org.guildhall.api.platform;

import java.time.Instant;
import java.util.List;
import org.guildhall.api.RecordEvent;
import org.osgi.annotation.versioning.ProviderType;

/**
 * What happened to records, in one order: each committed row of the journal gets the next number, soon after its commit.
 * A reader who keeps the last number that it has dealt with misses nothing.
 */
@ProviderType
public interface EventLog {
    /** The number of the last event; known without a look at the database, a tenth of a second old on another server. */
    long last();

    /** The last number whose event is no longer handed out; who has read less far has missed something. */
    long expired();

    /**
     * Whether a number is one that a reader of this database can have read up to: neither expired, nor to come, nor of the
     * time after a backup that this database was restored from.
     */
    boolean isKnown(long sequence);

    /** How many events are behind a number. */
    long behind(long sequence);

    /** Events behind a number, in order. */
    List<RecordEvent> after(long sequence, int limit);

    /** Runs something after there are new events, on a thread that must not be held up; until the result is closed. */
    Subscription subscribe(Runnable signal);

    /** How many changes are committed and wait for their numbers, at most {@code most}, and since when. */
    Waiting waiting(int most);

    /** Ends the signals. */
    interface Subscription extends AutoCloseable {
        @Override
        void close();
    }

    /**
     * Changes without a number.
     *
     * @param since when the call of the oldest began; null when there are none
     */
    record Waiting(int changes, Instant since) {}
}
