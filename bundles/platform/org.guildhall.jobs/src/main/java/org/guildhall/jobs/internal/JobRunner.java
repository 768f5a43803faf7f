/* Copyright the Guildhall authors. SPDX-License-Identifier: Apache-2.0 */
package org.guildhall.jobs.internal;

import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.guildhall.api.JobHandler;
import org.guildhall.api.JobRun;
import org.guildhall.api.Problem;
import org.guildhall.api.platform.Duties;
import org.guildhall.api.platform.Jobs.State;
import org.guildhall.api.platform.PluginWork;
import org.guildhall.api.platform.Plugins;
import org.osgi.framework.ServiceReference;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Runs jobs whose plugins are here. Each is a duty: where its server dies, another goes on with it. */
@Component(service = JobRunner.class, immediate = true)
public final class JobRunner {
    private static final Logger LOG = LoggerFactory.getLogger(JobRunner.class);
    private static final int MOST_AT_ONCE = 4;
    private static final long LOOK_MILLIS = 500;
    private static final long STOP_MILLIS = 10_000;
    private static final Duration KEPT = Duration.ofDays(30);
    private static final long CLEAN_HOURS = 1;
    private static final long[] RETRY_SECONDS = {5, 30, 300, 1_800};
    static final Duration LONGEST_WAIT = Duration.ofSeconds(RETRY_SECONDS[RETRY_SECONDS.length - 1]);

    private final JdbcJobs jobs;
    private final JobTable table;
    private final PluginWork work;
    private final Plugins plugins;
    private final Duties duties;
    private final Map<String, JobHandler> handlers = new ConcurrentHashMap<>();
    private final Map<Long, Run> runs = new ConcurrentHashMap<>();
    private final ExecutorService workers =
            Executors.newFixedThreadPool(MOST_AT_ONCE, task -> new Thread(task, "guildhall-job"));
    private final ScheduledExecutorService looks =
            Executors.newSingleThreadScheduledExecutor(task -> new Thread(task, "guildhall-jobs"));
    private final Runnable more = this::lookSoon;
    private boolean failing;

    /** A job that this server runs, or would run if its server died. */
    private final class Run {
        private final long id;
        private final String name;
        private volatile Duties.Duty duty;
        private volatile boolean stopping;
        private volatile Future<?> future;

        Run(long id, String name) {
            this.id = id;
            this.name = name;
        }

        // The duty may be assigned, and even be done, before apply() has returned it.
        synchronized void apply() {
            if (!stopping) {
                duty = duties.apply(JdbcJobs.duty(id), this::begin);
            }
        }

        private synchronized void begin() {
            future = workers.submit(this::run);
        }

        private void run() {
            try {
                JobHandler handler = handlers.get(name);
                if (handler != null && goesOn()) {
                    table.take(id, JdbcJobs.now()).ifPresent(task -> handle(handler, task));
                }
            } catch (RuntimeException e) {
                LOG.warn("The job {} can't be run now", name, e);
            } finally {
                close();
            }
        }

        boolean goesOn() {
            return !stopping && duty.isMine();
        }

        private void handle(JobHandler handler, JobTable.Task task) {
            JobTable.Row job = task.job();
            RunningJob run = new RunningJob(task, table, work, this::goesOn);
            try {
                handler.run(run);
                run.show();
                table.end(job, State.DONE, JdbcJobs.now());
            } catch (RunningJob.Stopped e) {
                table.park(job, run.stepped() ? 0 : job.attempts(), job.error(), JdbcJobs.now());
            } catch (Throwable e) {
                if (stopping) {
                    // Its plugin leaves, and with it perhaps what it needs.
                    table.park(job, run.stepped() ? 0 : job.attempts(), job.error(), JdbcJobs.now());
                } else {
                    failed(job, run.stepped() ? 1 : job.attempts() + 1, e);
                }
            }
        }

        private void failed(JobTable.Row job, int attempts, Throwable failure) {
            LOG.warn("The job {} failed, for the {}. time since its last checkpoint", name, attempts, failure);
            String error = Problem.line(failure);
            Instant now = JdbcJobs.now();
            if (attempts >= JobRun.MAX_ATTEMPTS) {
                table.fail(job, attempts, error, now);
            } else {
                table.park(job, attempts, error, now.plusSeconds(RETRY_SECONDS[attempts - 1]));
            }
        }

        // What is no longer among the runs may be applied for again.
        synchronized void close() {
            if (duty != null) {
                duty.close();
            }
            runs.remove(id, this);
        }
    }

    @Activate
    public JobRunner(
            @Reference JdbcJobs jobs,
            @Reference PluginWork work,
            @Reference Plugins plugins,
            @Reference Duties duties) {
        this.jobs = jobs;
        this.table = jobs.jobs();
        this.work = work;
        this.plugins = plugins;
        this.duties = duties;
        jobs.onMore(more);
        looks.scheduleWithFixedDelay(this::look, LOOK_MILLIS, LOOK_MILLIS, TimeUnit.MILLISECONDS);
        looks.scheduleWithFixedDelay(this::clean, 0, CLEAN_HOURS, TimeUnit.HOURS);
    }

    @Reference(cardinality = ReferenceCardinality.MULTIPLE, policy = ReferencePolicy.DYNAMIC)
    void bindHandler(JobHandler handler, ServiceReference<JobHandler> reference) {
        Handlers.name(reference).ifPresent(name -> handlers.put(name, handler));
    }

    void unbindHandler(JobHandler handler) {
        handlers.values().remove(handler);
        runs.values().stream().filter(run -> !handlers.containsKey(run.name)).forEach(this::stop);
    }

    /** Has a run end at its next step; after ten seconds its thread is interrupted. */
    private void stop(Run run) {
        run.stopping = true;
        long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(STOP_MILLIS);
        Future<?> future = run.future;
        while (future != null && runs.containsValue(run) && System.nanoTime() < end) {
            try {
                Thread.sleep(5);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                break;
            }
        }
        if (future != null) {
            future.cancel(true);
        }
        run.close();
    }

    private void lookSoon() {
        if (!looks.isShutdown()) {
            looks.execute(this::look);
        }
    }

    private void look() {
        try {
            runs.values().stream()
                    .filter(run -> run.future == null && !isOpenHere(run))
                    .forEach(Run::close);
            long room = MOST_AT_ONCE
                    - runs.values().stream().filter(run -> run.future != null).count();
            if (room > 0) {
                table.due(handlers.keySet(), JdbcJobs.now(), MOST_AT_ONCE + runs.size()).stream()
                        .filter(job -> !runs.containsKey(job.id()) && plugins.isReady(job.plugin()))
                        .limit(room)
                        .forEach(this::apply);
            }
            failing = false;
        } catch (RuntimeException e) {
            if (!failing) {
                LOG.warn("Jobs can't be looked for; it is tried again", e);
            }
            failing = true;
        }
    }

    private void apply(JobTable.Row job) {
        Run run = new Run(job.id(), job.name());
        runs.put(job.id(), run);
        try {
            run.apply();
        } catch (RuntimeException e) {
            runs.remove(job.id(), run);
            throw e;
        }
    }

    /** Whether a job that another server runs may still become this one's. */
    private boolean isOpenHere(Run run) {
        return handlers.containsKey(run.name)
                && table.find(run.id)
                        .filter(job -> job.state() == State.WAITING || job.state() == State.RUNNING)
                        .isPresent();
    }

    private void clean() {
        try {
            table.clean(JdbcJobs.now().minus(KEPT));
        } catch (RuntimeException e) {
            LOG.warn("Jobs that ended long ago could not be taken away", e);
        }
    }

    @Deactivate
    void stop() {
        jobs.noMore(more);
        looks.shutdownNow();
        runs.values().forEach(run -> run.stopping = true);
        runs.values().forEach(this::stop);
        workers.shutdownNow();
    }
}
