/* Copyright the Guildhall authors. SPDX-License-Identifier: Apache-2.0 */
package org.guildhall.webhooks.internal;

/**
 * How a webhook that fails is spared: after a run of failures nothing is sent for a while, then one delivery, to see.
 *
 * @param failures since the last success
 * @param pauses in a row
 * @param pausedUntil a time in milliseconds
 * @param error the last failure; null for none
 */
record Breaker(int failures, int pauses, long pausedUntil, String error) {
    static final Breaker CLOSED = new Breaker(0, 0, 0, null);

    private static final int RUN = 10;

    Breaker failed(String why, long now) {
        int more = failures + 1;
        // What was under way when the pause began says nothing new.
        boolean pauses = more >= RUN && now >= pausedUntil;
        return pauses
                ? new Breaker(more, this.pauses + 1, now + BackOff.pause(this.pauses + 1), why)
                : new Breaker(more, this.pauses, pausedUntil, why);
    }

    /** How many deliveries may be under way. */
    int capacity(int most, long now) {
        return failures < RUN ? most : now < pausedUntil ? 0 : 1;
    }

    boolean isPaused(long now) {
        return failures >= RUN && now < pausedUntil;
    }

    boolean isHopeless() {
        return BackOff.isHopeless(pauses - 1);
    }

    /** After a step of the clock no pause is longer than its number says. */
    Breaker clamped(long now) {
        long latest = pauses == 0 ? now : now + BackOff.pause(pauses);
        return pausedUntil <= latest ? this : new Breaker(failures, pauses, latest, error);
    }
}
