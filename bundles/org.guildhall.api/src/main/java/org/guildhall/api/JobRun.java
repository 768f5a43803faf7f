/* Copyright the Guildhall authors. SPDX-License-Identifier: Apache-2.0 */
package org.guildhall.api;

import java.util.function.Function;
import org.osgi.annotation.versioning.ProviderType;

/** A job that runs; used on its thread. */
@ProviderType
public interface JobRun {
    /** How often a job may fail in a row. */
    int MAX_ATTEMPTS = 5;

    /** The most characters of a line of the log; what is longer is cut. */
    int MAX_LINE = 1_000;

    /** Its id. */
    long id();

    /** What it was begun with. */
    JsonObject input();

    /** What the last step that was committed returned; null before. */
    JsonObject checkpoint();

    /**
     * Does a piece of the job in one unit of work, which is committed together with its checkpoint: after a crash it has
     * either been done, and is not done again, or has not been done. Where the job was cancelled or its plugin leaves, this
     * does not return; the handler lets it end the method.
     *
     * @param piece does the piece and returns the checkpoint behind it
     */
    void step(Function<Work, JsonObject> piece);

    /**
     * Says how far the job is; what is shown may be a second old.
     *
     * @param total 0 where it is not known
     */
    void progress(long done, long total);

    /** Adds a line to the job's log, which keeps the last 1,000. It must not hold people's data. */
    void log(String line);
}
