/* Copyright the Guildhall authors. SPDX-License-Identifier: Apache-2.0 */
package org.guildhall.jobs.internal;

import java.sql.SQLException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import org.guildhall.api.Finding;
import org.guildhall.api.JsonObject;
import org.guildhall.api.Problem;
import org.guildhall.api.Ref;
import org.guildhall.api.platform.Duties;
import org.guildhall.api.platform.IdSource;
import org.guildhall.api.platform.Jobs;
import org.guildhall.api.platform.Schema;
import org.guildhall.api.platform.Transaction;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/** Keeps jobs and timers, and tells the runners of this server when there is one more. */
@Component(service = {Jobs.class, JdbcJobs.class})
public final class JdbcJobs implements Jobs {
    private static final int MOST_INPUT = 1 << 20;

    private final JobTable jobs;
    private final TimerTable timers;
    private final IdSource ids;
    private final Duties duties;
    private final List<Runnable> signals = new CopyOnWriteArrayList<>();

    @Activate
    public JdbcJobs(@Reference Schema schema, @Reference IdSource ids, @Reference Duties duties) {
        this.jobs = new JobTable(schema);
        this.timers = new TimerTable(schema);
        this.ids = ids;
        this.duties = duties;
    }

    JobTable jobs() {
        return jobs;
    }

    TimerTable timers() {
        return timers;
    }

    void onMore(Runnable signal) {
        signals.add(signal);
    }

    void noMore(Runnable signal) {
        signals.remove(signal);
    }

    private void signal() {
        signals.forEach(Runnable::run);
    }

    static Instant now() {
        return Instant.now().truncatedTo(ChronoUnit.MICROS);
    }

    static String duty(long job) {
        return "job." + job;
    }

    @Override
    public long begin(Transaction transaction, String plugin, String name, JsonObject input) {
        if (input.text().length() > MOST_INPUT) {
            throw Problem.invalid(List.of(new Finding("input", "field.length", "input", Integer.toString(MOST_INPUT))));
        }
        long id = ids.next();
        try {
            JobTable.insert(
                    transaction.connection(),
                    id,
                    plugin,
                    plugin + "." + name,
                    transaction.context().caller().id(),
                    input.text(),
                    transaction.context().time());
        } catch (SQLException e) {
            throw new IllegalStateException("The job could not be written", e);
        }
        transaction.afterCommit(this::signal);
        return id;
    }

    @Override
    public void setTimer(Transaction transaction, String plugin, String name, Ref on, Instant due) {
        Instant at = due.truncatedTo(ChronoUnit.MICROS);
        long owner = transaction.context().caller().id();
        try {
            TimerTable.set(
                    transaction.connection(),
                    new TimerTable.Row(ids.next(), plugin + "." + name, on, owner, at, at, 0));
        } catch (SQLException e) {
            throw new IllegalStateException("The timer could not be written", e);
        }
        transaction.afterCommit(this::signal);
    }

    @Override
    public void cancelTimer(Transaction transaction, String plugin, String name, Ref on) {
        try {
            TimerTable.cancel(transaction.connection(), plugin + "." + name, on);
        } catch (SQLException e) {
            throw new IllegalStateException("The timer could not be taken back", e);
        }
    }

    @Override
    public Optional<Status> find(long id) {
        return jobs.find(id).map(job -> status(job, servers()));
    }

    @Override
    public List<Status> last(long owner, int limit) {
        Map<String, String> servers = servers();
        return jobs.last(owner, limit).stream().map(job -> status(job, servers)).toList();
    }

    private Map<String, String> servers() {
        Map<String, String> servers = new HashMap<>();
        duties.all().forEach(duty -> servers.put(duty.duty(), duty.server()));
        return servers;
    }

    private static Status status(JobTable.Row job, Map<String, String> servers) {
        return new Status(
                job.id(),
                job.name(),
                job.state(),
                job.owner(),
                job.done(),
                job.total(),
                job.attempts(),
                job.state() == State.RUNNING ? servers.get(duty(job.id())) : null,
                job.error(),
                job.createdAt(),
                job.endedAt());
    }

    @Override
    public List<Line> log(long id, int limit) {
        return jobs.log(id, limit);
    }

    @Override
    public boolean cancel(long id) {
        return jobs.cancel(id, now());
    }

    @Override
    public boolean retry(long id) {
        boolean again = jobs.retry(id, now());
        signal();
        return again;
    }

    @Override
    public List<FailedTimer> failedTimers(int limit) {
        return timers.failed(limit);
    }
}
