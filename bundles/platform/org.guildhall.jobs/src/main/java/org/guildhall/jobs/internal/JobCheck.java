/* Copyright the Guildhall authors. SPDX-License-Identifier: Apache-2.0 */
package org.guildhall.jobs.internal;

import java.util.ArrayList;
import java.util.List;
import org.guildhall.api.Ids;
import org.guildhall.api.platform.HealthCheck;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/** Looks for jobs that failed for good, and for timers whose handlers fail. */
@Component
public final class JobCheck implements HealthCheck {
    private final JdbcJobs jobs;

    @Activate
    public JobCheck(@Reference JdbcJobs jobs) {
        this.jobs = jobs;
    }

    @Override
    public List<Finding> check(Limits limits) {
        List<Finding> findings = new ArrayList<>();
        jobs.jobs().failed().forEach(failed -> findings.add(failed(failed)));
        jobs.timers()
                .failing()
                .forEach((name, count) -> findings.add(new Finding(
                        Severity.WARNING,
                        "timer.failed",
                        "Of the timers " + name + " " + count + " failed last time and are tried again.",
                        "See by guildhall:jobs why, and put a plugin that mends it into deploy/.")));
        return findings;
    }

    /** Names one of them: guildhall:jobs lists the last jobs alone, whatever became of them. */
    private static Finding failed(JobTable.Failed jobs) {
        String job = Ids.format(jobs.last());
        return new Finding(
                Severity.WARNING,
                "job.failed",
                "Of the jobs " + jobs.name() + " " + jobs.count() + " failed for good. The last is " + job + ".",
                "See its log by guildhall:jobs " + job + "; then guildhall:jobs --retry " + job
                        + ", or --cancel. The next is named then.");
    }
}
