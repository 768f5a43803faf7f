/* Copyright the Guildhall authors. SPDX-License-Identifier: Apache-2.0 */
package org.guildhall.api;

import org.osgi.annotation.versioning.ConsumerType;

/** Does what takes long, in pieces; a service with {@link Handles}. A job is begun with {@link Work#job}. */
@ConsumerType
public interface JobHandler {
    /**
     * Runs on one of the servers, on a thread of its own and in no unit of work, with what both the plugin and the job's
     * owner may. When the server dies or the plugin leaves, it is run again later, from the last checkpoint.
     *
     * @throws Exception when it can't go on: it is run again later, at most {@link JobRun#MAX_ATTEMPTS} times in a row
     *     without a new checkpoint, and has failed then
     */
    void run(JobRun job) throws Exception;
}
