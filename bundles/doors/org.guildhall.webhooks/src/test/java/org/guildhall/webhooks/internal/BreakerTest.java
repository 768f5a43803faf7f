/* Copyright the Guildhall authors. SPDX-License-Identifier: Apache-2.0 */
package org.guildhall.webhooks.internal;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertFalse;
import static org.junit.Assert.assertTrue;

import java.util.concurrent.TimeUnit;
import org.junit.Test;

public class BreakerTest {
    @Test
    public void aRunOfFailuresPausesAndProbes() {
        Breaker breaker = Breaker.CLOSED;
        for (int i = 0; i < 9; i++) {
            breaker = breaker.failed("HTTP 500", 1_000);
            assertEquals(32, breaker.capacity(32, 1_000));
        }
        breaker = breaker.failed("HTTP 500", 1_000);
        assertTrue(breaker.isPaused(1_000));
        assertEquals(0, breaker.capacity(32, 60_999));
        assertEquals(1, breaker.capacity(32, 61_000));
        assertEquals("what was under way", 1, breaker.failed("HTTP 500", 2_000).pauses());
        Breaker again = breaker.failed("HTTP 500", 61_000);
        assertEquals(2, again.pauses());
        assertEquals(361_000, again.pausedUntil());
    }

    @Test
    public void threeDaysOfPausesAreEnough() {
        Breaker breaker = new Breaker(9, 0, 0, null);
        long now = 0;
        while (!breaker.isHopeless()) {
            breaker = breaker.failed("time-out", now);
            now = breaker.pausedUntil();
        }
        long days = TimeUnit.MILLISECONDS.toHours(now) / 24;
        assertEquals(3, days);
        assertFalse(new Breaker(10, 1, 0, null).isHopeless());
    }

    @Test
    public void aStepOfTheClockMakesNoPauseLonger() {
        Breaker breaker = new Breaker(10, 1, TimeUnit.DAYS.toMillis(400), "time-out");
        assertEquals(60_000, breaker.clamped(0).pausedUntil());
        assertEquals(5, new Breaker(10, 1, 5, "time-out").clamped(0).pausedUntil());
    }

    @Test
    public void repetitionsTakeAboutThreeDays() {
        assertEquals(10, BackOff.MOST_ATTEMPTS);
        long sum = 0;
        for (int attempts = 1; attempts < BackOff.MOST_ATTEMPTS; attempts++) {
            long wait = BackOff.retry(attempts);
            assertTrue(wait <= BackOff.longest(attempts));
            sum += wait;
        }
        assertEquals(3, Math.round(sum / (double) TimeUnit.DAYS.toMillis(1)), 1);
    }
}
