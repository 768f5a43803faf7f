/* Copyright the Guildhall authors. SPDX-License-Identifier: Apache-2.0 */
package org.guildhall.shell.internal;

import java.util.Optional;
import java.util.OptionalLong;
import org.apache.karaf.shell.api.action.Action;
import org.apache.karaf.shell.api.action.Argument;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.Completion;
import org.apache.karaf.shell.api.action.Option;
import org.apache.karaf.shell.api.action.lifecycle.Reference;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.apache.karaf.shell.support.table.ShellTable;
import org.guildhall.api.Ids;
import org.guildhall.api.platform.Jobs;

/** Shows jobs; ends one, or has one that failed tried again. */
@Service
@Command(
        scope = "guildhall",
        name = "jobs",
        description = "Lists the last jobs, or shows the log of one; cancels and retries")
public final class JobsCommand implements Action {
    static final int LAST = 50;
    private static final int LINES = 100;
    private static final int FAILED_TIMERS = 20;

    @Argument(name = "job", description = "The id of a job whose log is wanted")
    @Completion(JobCompleter.class)
    private String job;

    @Option(name = "--cancel", description = "Ends the job at its next step")
    private boolean cancel;

    @Option(name = "--retry", description = "Tries the job again, which had failed for good")
    private boolean retry;

    @Reference
    private Jobs jobs;

    @Override
    public Object execute() {
        if (job == null) {
            list();
            return null;
        }
        OptionalLong id = Ids.parse(job);
        Jobs.Status status = (id.isPresent() ? jobs.find(id.getAsLong()) : Optional.<Jobs.Status>empty())
                .orElseThrow(() -> new IllegalArgumentException("There is no job " + job + "."));
        if (cancel) {
            System.out.println(jobs.cancel(status.id()) ? "cancelled" : "it had ended: " + status.state());
        } else if (retry) {
            System.out.println(jobs.retry(status.id()) ? "waits for its turn" : "it has not failed: " + status.state());
        } else {
            jobs.log(status.id(), LINES).forEach(line -> System.out.println(line.at() + " " + line.text()));
        }
        return null;
    }

    private void list() {
        ShellTable table = Tables.of("Job", "Name", "State", "Progress", "Owner", "Server", "Begun", "Failed", "Error")
                .emptyTableText("There are no jobs.");
        for (Jobs.Status one : jobs.last(0, LAST)) {
            table.addRow()
                    .addContent(
                            Ids.format(one.id()),
                            one.name(),
                            one.state(),
                            one.total() == 0 ? one.done() : one.done() + " of " + one.total(),
                            one.owner() == 0 ? "server" : Ids.format(one.owner()),
                            one.server() == null ? "" : one.server(),
                            one.createdAt(),
                            one.attempts() == 0 ? "" : one.attempts(),
                            one.error() == null ? "" : one.error());
        }
        table.print(System.out);
        jobs.failedTimers(FAILED_TIMERS)
                .forEach(timer -> System.out.println("Timer " + timer.name() + " on "
                        + timer.on().type() + " " + Ids.format(timer.on().id()) + " failed " + timer.attempts()
                        + " times: " + timer.error()));
    }
}
