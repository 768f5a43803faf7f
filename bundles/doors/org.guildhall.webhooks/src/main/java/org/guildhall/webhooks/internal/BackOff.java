/* Copyright the Guildhall authors. SPDX-License-Identifier: Apache-2.0 */
package org.guildhall.webhooks.internal;

import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;

/** How long is waited, in milliseconds: by numbers of attempts, so that a step of the clock gives nothing up. */
final class BackOff {
    private static final long[] RETRY_SECONDS = {5, 300, 1_800, 7_200, 18_000, 36_000, 50_400, 72_000, 86_400};
    /** The first attempt and its repetitions. */
    static final int MOST_ATTEMPTS = RETRY_SECONDS.length + 1;

    private static final long[] PAUSE_SECONDS = {60, 300, 1_800, 7_200};
    private static final double JITTER = 0.1;
    private static final long GIVE_UP_SECONDS = TimeUnit.DAYS.toSeconds(3);

    private BackOff() {}

    /** After so many failed attempts. */
    static long retry(int attempts) {
        long millis = TimeUnit.SECONDS.toMillis(RETRY_SECONDS[attempts - 1]);
        return millis + (long) (millis * JITTER * ThreadLocalRandom.current().nextDouble());
    }

    static long longest(int attempts) {
        return attempts == 0 ? 0 : (long) (TimeUnit.SECONDS.toMillis(RETRY_SECONDS[attempts - 1]) * (1 + JITTER));
    }

    /** How long a webhook pauses for the nth time in a row. */
    static long pause(int number) {
        return TimeUnit.SECONDS.toMillis(PAUSE_SECONDS[Math.min(number, PAUSE_SECONDS.length) - 1]);
    }

    /** Whether so many pauses in a row are three days. */
    static boolean isHopeless(int pauses) {
        long seconds = 0;
        for (int number = 1; number <= pauses; number++) {
            seconds += TimeUnit.MILLISECONDS.toSeconds(pause(number));
        }
        return seconds >= GIVE_UP_SECONDS;
    }
}
