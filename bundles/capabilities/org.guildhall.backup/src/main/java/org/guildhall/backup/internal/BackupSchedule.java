/* Copyright the Guildhall authors. SPDX-License-Identifier: Apache-2.0 */
package org.guildhall.backup.internal;

import java.io.IOException;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.guildhall.api.platform.Duties;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes a backup a day, on one of the servers. It is due when none was made since the hour last struck, so that a server
 * that was down then makes up for it.
 */
@Component(service = BackupSchedule.class, configurationPid = Backups.PID, immediate = true)
public final class BackupSchedule {
    private static final Logger LOG = LoggerFactory.getLogger(BackupSchedule.class);
    private static final long LOOK_SECONDS = 10;
    private static final Duration RETRY = Duration.ofMinutes(30);

    private final Backups backups;
    private final Configuration configuration;
    private final LocalTime at;
    private final ZoneId zone;
    private final Duties.Duty duty;
    private final ScheduledExecutorService clock;
    private Instant notBefore = Instant.MIN;
    private volatile String failure;

    /** etc/org.guildhall.backup.cfg, the part that says when. */
    public @interface Configuration {
        /** The time of the day, such as 03:00; empty for never. */
        String at() default "";

        /** The zone of the time. */
        String zone() default "UTC";

        /** How many scheduled backups are kept. */
        int keep() default 7;
    }

    @Activate
    public BackupSchedule(Configuration configuration, @Reference Backups backups, @Reference Duties duties) {
        this.backups = backups;
        this.configuration = configuration;
        LocalTime time = null;
        ZoneId where = null;
        try {
            time = at(configuration.at().strip());
            where = zone(configuration.zone().strip());
        } catch (IllegalArgumentException e) {
            failure = e.getMessage();
            LOG.error("No backups are made: {}", failure);
        }
        at = time;
        zone = where;
        if (at == null || zone == null) {
            duty = null;
            clock = null;
            return;
        }
        duty = duties.apply("backup", () -> {});
        clock = Executors.newSingleThreadScheduledExecutor(task -> {
            Thread thread = new Thread(task, "guildhall-backup");
            thread.setDaemon(true);
            return thread;
        });
        clock.scheduleWithFixedDelay(this::look, 1, LOOK_SECONDS, TimeUnit.SECONDS);
    }

    private static LocalTime at(String text) {
        try {
            return text.isEmpty() ? null : LocalTime.parse(text);
        } catch (DateTimeException e) {
            throw new IllegalArgumentException(
                    "\"at\" in etc/org.guildhall.backup.cfg must be as 03:00, and is " + text + ".", e);
        }
    }

    private static ZoneId zone(String text) {
        try {
            return ZoneId.of(text);
        } catch (DateTimeException e) {
            throw new IllegalArgumentException("The zone " + text + " of etc/org.guildhall.backup.cfg is unknown.", e);
        }
    }

    /** Why the last scheduled backup failed, or why none is made; null when nothing is wrong. */
    String failure() {
        return failure;
    }

    boolean isOn() {
        return clock != null;
    }

    private void look() {
        Instant now = Instant.now();
        if (!duty.isMine()) {
            // Another server knows.
            failure = null;
            return;
        }
        if (now.isBefore(notBefore)) {
            return;
        }
        try {
            List<Path> made = backups.scheduled();
            if (made.isEmpty() || Backups.time(made.get(made.size() - 1)).isBefore(struck(now))) {
                backups.make(backups.folder(), Backups.SCHEDULED);
                removeOld();
            }
            failure = null;
        } catch (IOException | RuntimeException e) {
            failure = String.valueOf(e.getMessage());
            notBefore = now.plus(RETRY);
            LOG.error("The scheduled backup failed; it is tried again in {} minutes", RETRY.toMinutes(), e);
        }
    }

    /** When the hour last struck. */
    private Instant struck(Instant now) {
        ZonedDateTime today = now.atZone(zone).with(at);
        return (today.toInstant().isAfter(now) ? today.minusDays(1) : today).toInstant();
    }

    private void removeOld() throws IOException {
        List<Path> made = backups.scheduled();
        for (Path old : made.subList(0, Math.max(0, made.size() - Math.max(1, configuration.keep())))) {
            Folders.delete(old);
            LOG.info("The backup {} is removed: {} newer ones are kept", old, configuration.keep());
        }
    }

    @Deactivate
    void stop() {
        if (clock != null) {
            // Derby takes an interrupt amiss; programs are ended by who runs them.
            clock.shutdown();
            duty.close();
        }
    }
}
