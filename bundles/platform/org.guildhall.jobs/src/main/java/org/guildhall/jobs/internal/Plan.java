/* Copyright the Guildhall authors. SPDX-License-Identifier: Apache-2.0 */
package org.guildhall.jobs.internal;

import com.cronutils.model.CronType;
import com.cronutils.model.definition.CronDefinitionBuilder;
import com.cronutils.model.time.ExecutionTime;
import com.cronutils.parser.CronParser;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import org.guildhall.api.Cron;
import org.guildhall.api.Every;
import org.osgi.framework.ServiceReference;

/** When something recurs. */
interface Plan {
    /** The first time behind one, reckoned from the last for which it ran. */
    Instant next(Instant last, Instant now);

    /** Whether a time that was reckoned is so far away that the clock must have been set back since. */
    default boolean isBeyond(Instant time, Instant now) {
        return false;
    }

    /** What an annotation says; throws IllegalArgumentException with a sentence for the author. */
    static Plan of(ServiceReference<?> reference) {
        if (reference.getProperty(Every.PROPERTY) instanceof String every) {
            return new Distance(distance(every));
        }
        if (reference.getProperty(Cron.PROPERTY) instanceof String cron) {
            Object zone = reference.getProperty(Cron.ZONE);
            return new Clock(cron, zone == null ? "UTC" : zone.toString());
        }
        throw new IllegalArgumentException("it must say by @Every or @Cron when it runs");
    }

    private static Duration distance(String text) {
        try {
            Duration distance = Duration.parse(text);
            if (distance.compareTo(Duration.ofSeconds(1)) >= 0 && distance.compareTo(Duration.ofDays(366)) <= 0) {
                return distance;
            }
        } catch (DateTimeException e) {
            // Told below.
        }
        throw new IllegalArgumentException("@Every takes a duration from PT1S to P366D, and says " + text);
    }

    /** At even distances. */
    record Distance(Duration distance) implements Plan {
        @Override
        public boolean isBeyond(Instant time, Instant now) {
            return time.isAfter(now.plus(distance));
        }

        @Override
        public Instant next(Instant last, Instant now) {
            Instant next = last.plus(distance);
            return next.isAfter(now)
                    ? next
                    : last.plus(
                            distance.multipliedBy(Duration.between(last, now).dividedBy(distance) + 1));
        }
    }

    /** At times of the clock. One that is set back does not have it run twice for a time. */
    final class Clock implements Plan {
        private static final CronParser PARSER =
                new CronParser(CronDefinitionBuilder.instanceDefinitionFor(CronType.UNIX));

        private final ExecutionTime times;
        private final ZoneId zone;
        private final String text;

        Clock(String cron, String zone) {
            this.text = cron + " " + zone;
            try {
                this.times = ExecutionTime.forCron(PARSER.parse(cron).validate());
                this.zone = ZoneId.of(zone);
            } catch (IllegalArgumentException | DateTimeException e) {
                throw new IllegalArgumentException("@Cron says " + cron + " in " + zone + ": " + e.getMessage(), e);
            }
        }

        @Override
        public Instant next(Instant last, Instant now) {
            Instant from = last.isAfter(now) ? last : now;
            return times.nextExecution(from.atZone(zone)).orElseThrow().toInstant();
        }

        @Override
        public String toString() {
            return text;
        }
    }
}
