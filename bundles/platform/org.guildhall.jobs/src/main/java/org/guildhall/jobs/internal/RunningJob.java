/* Copyright the Guildhall authors. SPDX-License-Identifier: Apache-2.0 */
package org.guildhall.jobs.internal;

import java.sql.SQLException;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import org.guildhall.api.CallContext;
import org.guildhall.api.Caller;
import org.guildhall.api.Ids;
import org.guildhall.api.JobRun;
import org.guildhall.api.JsonObject;
import org.guildhall.api.Work;
import org.guildhall.api.platform.PluginWork;

/** One run of a job. */
final class RunningJob implements JobRun {
    private static final long SHOWN_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final JobTable.Row job;
    private final JobTable table;
    private final PluginWork work;
    private final BooleanSupplier goesOn;
    private final JsonObject input;
    private JsonObject checkpoint;
    private boolean stepped;
    private long done;
    private long total;
    private long shownAt = System.nanoTime();

    /** Ends the handler's method: the job was ended, or goes on elsewhere or later. */
    static final class Stopped extends RuntimeException {
        private static final long serialVersionUID = 1;

        Stopped() {
            super("The job does not go on here.", null, false, false);
        }
    }

    RunningJob(JobTable.Task task, JobTable table, PluginWork work, BooleanSupplier goesOn) {
        this.job = task.job();
        this.input = task.input();
        this.table = table;
        this.work = work;
        this.goesOn = goesOn;
        this.checkpoint = task.checkpoint();
        this.done = job.done();
        this.total = job.total();
    }

    /** Whether it has got anywhere. */
    boolean stepped() {
        return stepped;
    }

    @Override
    public long id() {
        return job.id();
    }

    @Override
    public JsonObject input() {
        return input;
    }

    @Override
    public JsonObject checkpoint() {
        return checkpoint;
    }

    @Override
    public void step(Function<Work, JsonObject> piece) {
        requireGoingOn();
        checkpoint = work.run(job.plugin(), context(), job.owner() != 0, (unit, transaction) -> {
            JsonObject next = piece.apply(unit);
            try {
                if (!JobTable.keep(transaction.connection(), job, next, done, total)) {
                    throw new Stopped();
                }
            } catch (SQLException e) {
                throw new IllegalStateException("The checkpoint could not be written", e);
            }
            return next;
        });
        stepped = true;
    }

    private CallContext context() {
        Caller owner = job.owner() == 0 ? Caller.SERVER : new Caller(job.owner(), "", List.of());
        return new CallContext(owner, "job", "job-" + Ids.format(job.id()), Locale.ENGLISH, JdbcJobs.now());
    }

    private void requireGoingOn() {
        if (!goesOn.getAsBoolean()) {
            throw new Stopped();
        }
    }

    @Override
    public void progress(long doneNow, long totalNow) {
        done = doneNow;
        total = totalNow;
        if (System.nanoTime() - shownAt > SHOWN_NANOS) {
            shownAt = System.nanoTime();
            requireGoingOn();
            if (!table.progress(job, done, total)) {
                throw new Stopped();
            }
        }
    }

    @Override
    public void log(String line) {
        table.log(job.id(), line.length() > MAX_LINE ? line.substring(0, MAX_LINE) : line, JdbcJobs.now());
    }

    /** What the handler has said last. */
    void show() {
        table.progress(job, done, total);
    }
}
