/* Copyright the Guildhall authors. SPDX-License-Identifier: Apache-2.0 */
package org.guildhall.webhooks.internal;

import java.util.HashSet;
import java.util.Set;

/** What is under way to one webhook; used by one thread. */
final class Lane {
    /** So many may be under way. */
    static final int MOST = 32;

    private final Set<Long> underWay = new HashSet<>();
    private WebhookSettings settings;
    private Breaker breaker;
    private long nextDue;

    Lane(WebhookSettings settings, Breaker breaker) {
        this.settings = settings;
        this.breaker = breaker;
    }

    WebhookSettings settings() {
        return settings;
    }

    /** Whether its record is another than before. */
    boolean settings(WebhookSettings now) {
        boolean changed = now.version() != settings.version();
        settings = now;
        nextDue = 0;
        return changed;
    }

    Breaker breaker() {
        return breaker;
    }

    void breaker(Breaker now) {
        breaker = now;
    }

    Set<Long> underWay() {
        return underWay;
    }

    /** How many more may be sent now; few at a time are not worth a look. */
    int room(long now) {
        if (!settings.isReady() || nextDue > now || underWay.size() > MOST / 2) {
            return 0;
        }
        return Math.max(0, breaker.capacity(MOST, now) - underWay.size());
    }

    long nextDue() {
        return nextDue;
    }

    void dueAt(long time) {
        nextDue = Math.min(nextDue, time);
    }

    void nothingBefore(long time) {
        nextDue = time;
    }
}
