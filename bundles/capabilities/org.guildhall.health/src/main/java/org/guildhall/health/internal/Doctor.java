/* Copyright the Guildhall authors. SPDX-License-Identifier: Apache-2.0 */
package org.guildhall.health.internal;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.LongSupplier;
import org.guildhall.api.platform.HealthCheck;
import org.guildhall.api.platform.HealthCheck.Finding;
import org.guildhall.api.platform.HealthCheck.Limits;
import org.guildhall.api.platform.HealthCheck.Severity;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Asks every check at once; one that hangs or throws is a finding itself. */
@Component(service = Doctor.class, configurationPid = "org.guildhall.health")
public final class Doctor {
    private static final Logger LOG = LoggerFactory.getLogger(Doctor.class);
    private static final long PATIENCE_SECONDS = 20;
    private static final long MEGABYTE = 1 << 20;
    private static final long FREE_DISK_MEGABYTES = 1_024;
    private static final long BEHIND = 10_000;
    private static final long CLOCK_DIFFERENCE_MILLIS = 2_000;
    private static final long DATABASE_ANSWER_MILLIS = 100;

    private final Limits limits;
    /** Settings that can't be used. */
    private final List<Finding> mistakes = new ArrayList<>();

    private final List<HealthCheck> checks = new CopyOnWriteArrayList<>();

    /** etc/org.guildhall.health.cfg. */
    public @interface Configuration {
        /** The least megabytes that should be free where the server writes. */
        long freeDiskMegabytes() default FREE_DISK_MEGABYTES;

        /** The most events that a subscriber should be behind. */
        long behind() default BEHIND;

        /** The most that the clocks of server and database should differ. */
        long clockDifferenceMillis() default CLOCK_DIFFERENCE_MILLIS;

        /** The longest that the database should take for the simplest question. */
        long databaseAnswerMillis() default DATABASE_ANSWER_MILLIS;
    }

    @Activate
    public Doctor(Configuration configuration) {
        this.limits = new Limits(
                limit("freeDiskMegabytes", configuration::freeDiskMegabytes, FREE_DISK_MEGABYTES) * MEGABYTE,
                limit("behind", configuration::behind, BEHIND),
                Duration.ofMillis(
                        limit("clockDifferenceMillis", configuration::clockDifferenceMillis, CLOCK_DIFFERENCE_MILLIS)),
                Duration.ofMillis(
                        limit("databaseAnswerMillis", configuration::databaseAnswerMillis, DATABASE_ANSWER_MILLIS)));
    }

    /** A text that is no number shows when it is asked for. */
    private long limit(String name, LongSupplier setting, long usual) {
        try {
            return setting.getAsLong();
        } catch (RuntimeException e) {
            mistakes.add(new Finding(
                    Severity.WARNING,
                    "check.failed",
                    name + " in etc/org.guildhall.health.cfg is no number; " + usual + " holds.",
                    "Put it right there."));
            return usual;
        }
    }

    @Reference(cardinality = ReferenceCardinality.MULTIPLE, policy = ReferencePolicy.DYNAMIC)
    void bindCheck(HealthCheck check) {
        checks.add(check);
    }

    void unbindCheck(HealthCheck check) {
        checks.remove(check);
    }

    int checks() {
        return checks.size();
    }

    /** What is not well, errors first. */
    List<Finding> findings() {
        ExecutorService threads = Executors.newCachedThreadPool(task -> {
            Thread thread = new Thread(task, "guildhall-doctor");
            thread.setDaemon(true);
            return thread;
        });
        try {
            Map<HealthCheck, Future<List<Finding>>> asked = new LinkedHashMap<>();
            checks.forEach(check -> asked.put(check, threads.submit(() -> check.check(limits))));
            long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
            List<Finding> findings = new ArrayList<>(mistakes);
            asked.forEach((check, answer) -> findings.addAll(answer(check, answer, end)));
            findings.sort(Comparator.comparing(Finding::severity).reversed().thenComparing(Finding::code));
            return findings;
        } finally {
            threads.shutdownNow();
        }
    }

    private static List<Finding> answer(HealthCheck check, Future<List<Finding>> answer, long end) {
        String name = check.getClass().getSimpleName();
        try {
            return answer.get(Math.max(0, end - System.nanoTime()), TimeUnit.NANOSECONDS);
        } catch (TimeoutException e) {
            return List.of(unknown("The check " + name + " has not ended within " + PATIENCE_SECONDS + " s."));
        } catch (ExecutionException e) {
            LOG.warn("The check {} failed", name, e.getCause());
            return List.of(unknown("The check " + name + " failed; the log says why."));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("The server stops.", e);
        }
    }

    private static Finding unknown(String text) {
        return new Finding(
                Severity.WARNING,
                "check.failed",
                text,
                "Put right what else is told here, above all of the database, and ask again.");
    }
}
