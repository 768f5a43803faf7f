/* Copyright the Guildhall authors. SPDX-License-Identifier: Apache-2.0 */
package org.guildhall.jobs.internal;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertFalse;
import static org.junit.Assert.assertThrows;
import static org.junit.Assert.assertTrue;

import java.time.Duration;
import java.time.Instant;
import org.junit.Test;

public class PlanTest {
    private static Instant next(String cron, String zone, String now) {
        return new Plan.Clock(cron, zone).next(Instant.EPOCH, Instant.parse(now));
    }

    @Test
    public void aClockHasTheTimesOfItsZone() {
        assertEquals(
                Instant.parse("2026-11-27T02:30:00Z"), next("30 3 * * *", "Europe/Berlin", "2026-11-26T12:00:00Z"));
        assertEquals(Instant.parse("2026-11-30T08:00:00Z"), next("0 8 * * 1", "UTC", "2026-11-27T09:00:00Z"));
        assertEquals(Instant.parse("2026-11-29T08:00:00Z"), next("0 8 * * 0", "UTC", "2026-11-27T09:00:00Z"));
    }

    @Test
    public void aTimeThatSpringSkipsRunsAtTheNext() {
        Instant skipped = next("30 2 * * *", "Europe/Berlin", "2026-03-28T12:00:00Z");
        assertTrue(skipped.toString(), skipped.isAfter(Instant.parse("2026-03-29T00:00:00Z")));
        assertTrue(skipped.toString(), skipped.isBefore(Instant.parse("2026-03-30T01:00:00Z")));
    }

    @Test
    public void evenDistancesSkipWhatWasMissed() {
        Plan plan = new Plan.Distance(Duration.ofMinutes(10));
        Instant last = Instant.parse("2026-11-26T12:00:00Z");
        assertEquals(Instant.parse("2026-11-26T12:10:00Z"), plan.next(last, last));
        assertEquals(Instant.parse("2026-11-26T13:40:00Z"), plan.next(last, Instant.parse("2026-11-26T13:35:00Z")));
        assertEquals(Instant.parse("2026-11-26T13:40:00Z"), plan.next(last, Instant.parse("2026-11-26T13:30:00Z")));
    }

    @Test
    public void aClockThatIsSetBackStretchesNoDistanceAndRepeatsNoTime() {
        Instant due = Instant.parse("2026-11-26T12:10:00Z");
        Plan distance = new Plan.Distance(Duration.ofMinutes(10));
        assertFalse(distance.isBeyond(due, Instant.parse("2026-11-26T12:00:00Z")));
        assertTrue(distance.isBeyond(due, Instant.parse("2026-11-26T11:05:00Z")));
        assertFalse(new Plan.Clock("10 12 * * *", "UTC").isBeyond(due, Instant.parse("2026-11-26T11:05:00Z")));
    }

    @Test
    public void whatIsNoTimeIsToldInASentence() {
        assertTrue(assertThrows(IllegalArgumentException.class, () -> new Plan.Clock("61 * * * *", "UTC"))
                .getMessage()
                .startsWith("@Cron says 61 * * * * in UTC: "));
        assertThrows(IllegalArgumentException.class, () -> new Plan.Clock("0 8 * * *", "Berlin"));
    }
}
