/* Copyright the Guildhall authors. SPDX-License-Identifier: Apache-2.0 */
package org.guildhall.jobs.internal;

import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.guildhall.api.CallContext;
import org.guildhall.api.Caller;
import org.guildhall.api.Ids;
import org.guildhall.api.Problem;
import org.guildhall.api.TimerHandler;
import org.guildhall.api.platform.Duties;
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

/** Has timers go off whose plugins are here. Each handler's are one server's duty. */
@Component(service = TimerRunner.class, immediate = true)
public final class TimerRunner {
    private static final Logger LOG = LoggerFactory.getLogger(TimerRunner.class);
    private static final int WORKERS = 4;
    private static final int BATCH = 500;
    /** How soon a timer that another server has set is seen. */
    private static final long LOOK_MILLIS = 250;

    private static final long RETRY_MILLIS = 1_000;
    private static final long[] AGAIN_SECONDS = {2, 10, 60, 300, 1_800, 7_200, 18_000, 28_800, 36_000};
    private static final Duration GIVEN_UP = Duration.ofDays(36_525);

    private final JdbcJobs jobs;
    private final TimerTable table;
    private final PluginWork work;
    private final Plugins plugins;
    private final Duties duties;
    private final Map<String, Handler> handlers = new ConcurrentHashMap<>();
    private final Semaphore wakes = new Semaphore(0);
    private final Runnable more = this::wake;
    private final ExecutorService workers =
            Executors.newFixedThreadPool(WORKERS, task -> new Thread(task, "guildhall-timer"));
    private final Thread thread = new Thread(this::run, "guildhall-timers");
    private volatile boolean stopped;
    private boolean failing;

    /** A handler, and its timers that go off at this moment. */
    private static final class Handler {
        private final TimerHandler service;
        private final Set<Long> running = ConcurrentHashMap.newKeySet();
        private volatile Duties.Duty duty;
        /** Whether it may be another than the one that failed. */
        private volatile boolean isNew = true;

        Handler(TimerHandler service) {
            this.service = service;
        }
    }

    @Activate
    public TimerRunner(
            @Reference JdbcJobs jobs,
            @Reference PluginWork work,
            @Reference Plugins plugins,
            @Reference Duties duties) {
        this.jobs = jobs;
        this.table = jobs.timers();
        this.work = work;
        this.plugins = plugins;
        this.duties = duties;
        jobs.onMore(more);
        thread.start();
    }

    @Reference(cardinality = ReferenceCardinality.MULTIPLE, policy = ReferencePolicy.DYNAMIC)
    void bindHandler(TimerHandler service, ServiceReference<TimerHandler> reference) {
        Handlers.name(reference).ifPresent(name -> {
            Handler handler = new Handler(service);
            handlers.put(name, handler);
            handler.duty = duties.apply("timers." + name, this::wake);
        });
    }

    void unbindHandler(TimerHandler service) {
        handlers.forEach((name, handler) -> {
            if (handler.service == service) {
                handlers.remove(name);
                handler.duty.close();
                await(handler);
            }
        });
    }

    private static void await(Handler handler) {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(10);
        while (!handler.running.isEmpty() && System.nanoTime() < end) {
            try {
                Thread.sleep(5);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return;
            }
        }
    }

    private void wake() {
        if (wakes.availablePermits() == 0) {
            wakes.release();
        }
    }

    private void run() {
        while (!stopped) {
            try {
                boolean full = false;
                for (Map.Entry<String, Handler> one : handlers.entrySet()) {
                    full |= goOff(one.getKey(), one.getValue());
                }
                failing = false;
                if (wakes.tryAcquire(full ? 5 : LOOK_MILLIS, TimeUnit.MILLISECONDS)) {
                    wakes.drainPermits();
                }
            } catch (InterruptedException e) {
                return;
            } catch (RuntimeException e) {
                pause(e);
            }
        }
    }

    private void pause(RuntimeException failure) {
        if (!failing && !stopped) {
            LOG.warn("Timers can't be looked for; it is tried again every second", failure);
        }
        failing = true;
        try {
            Thread.sleep(RETRY_MILLIS);
        } catch (InterruptedException e) {
            stopped = true;
        }
    }

    /** Whether there may be more that is due. */
    private boolean goOff(String name, Handler handler) {
        Duties.Duty duty = handler.duty;
        if (duty == null
                || !duty.isMine()
                || !plugins.isReady(Handlers.plugin(name))
                || handler.running.size() > BATCH) {
            return false;
        }
        if (handler.isNew) {
            table.again(name, JdbcJobs.now());
            handler.isNew = false;
        }
        List<TimerTable.Row> due = table.due(name, JdbcJobs.now(), 2 * BATCH);
        for (TimerTable.Row timer : due) {
            if (handler.running.add(timer.id())) {
                workers.execute(() -> goOff(handler, timer));
            }
        }
        return !due.isEmpty();
    }

    private void goOff(Handler handler, TimerTable.Row timer) {
        try {
            if (handler.duty.isMine()) {
                work.run(Handlers.plugin(timer.name()), context(timer), timer.owner() != 0, (unit, transaction) -> {
                    try {
                        if (TimerTable.goOff(transaction.connection(), timer)) {
                            handler.service.due(timer.on(), timer.due(), unit);
                        }
                    } catch (SQLException e) {
                        throw new IllegalStateException("The timer could not be taken away", e);
                    }
                    return null;
                });
            }
        } catch (Throwable e) {
            if (handler.duty.isMine()) {
                failed(timer, e);
            }
        } finally {
            handler.running.remove(timer.id());
        }
    }

    private void failed(TimerTable.Row timer, Throwable failure) {
        LOG.warn(
                "The timer {} failed on {} {}, for the {}. time",
                timer.name(),
                timer.on().type(),
                Ids.format(timer.on().id()),
                timer.attempts() + 1,
                failure);
        Instant next = JdbcJobs.now()
                .plus(
                        timer.attempts() < AGAIN_SECONDS.length
                                ? Duration.ofSeconds(AGAIN_SECONDS[timer.attempts()])
                                : GIVEN_UP);
        try {
            table.failed(timer, Problem.line(failure), next);
        } catch (RuntimeException e) {
            LOG.warn("That a timer failed could not be written; it is tried again at once", e);
        }
    }

    private static CallContext context(TimerTable.Row timer) {
        Caller owner = timer.owner() == 0 ? Caller.SERVER : new Caller(timer.owner(), "", List.of());
        return new CallContext(owner, "timer", "timer-" + Ids.format(timer.id()), Locale.ENGLISH, JdbcJobs.now());
    }

    @Deactivate
    void stop() {
        stopped = true;
        jobs.noMore(more);
        thread.interrupt();
        handlers.values().forEach(handler -> {
            handler.duty.close();
            await(handler);
        });
        workers.shutdownNow();
    }
}
