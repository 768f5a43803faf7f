/* Copyright the Guildhall authors. SPDX-License-Identifier: Apache-2.0 */
package org.guildhall.webhooks.internal;

import java.util.concurrent.TimeUnit;

/** The time when it was made, and what has passed since: a step of the server's clock does not touch it. */
final class SteadyClock {
    private final long began = System.currentTimeMillis();
    private final long nanos = System.nanoTime();

    long millis() {
        return began + TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - nanos);
    }
}
