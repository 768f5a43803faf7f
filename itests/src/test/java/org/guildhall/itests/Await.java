/* Copyright the Guildhall authors. SPDX-License-Identifier: Apache-2.0 */
package org.guildhall.itests;

import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;

/** Waits for what is to become true by itself. */
final class Await {
    private static final int SECONDS = 40;

    private Await() {}

    /** @param told what is said where it does not in time */
    static void until(Callable<Boolean> condition, Callable<String> told) throws Exception {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(SECONDS);
        while (!condition.call()) {
            if (System.nanoTime() > end) {
                throw new AssertionError("not in " + SECONDS + " seconds: " + told.call());
            }
            Thread.sleep(20);
        }
    }
}
