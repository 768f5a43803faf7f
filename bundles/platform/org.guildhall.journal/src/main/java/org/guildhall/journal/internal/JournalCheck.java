/* Copyright the Guildhall authors. SPDX-License-Identifier: Apache-2.0 */
package org.guildhall.journal.internal;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.guildhall.api.platform.EventLog;
import org.guildhall.api.platform.HealthCheck;
import org.guildhall.api.platform.Subscribers;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/** Looks for changes that nobody is told of. */
@Component
public final class JournalCheck implements HealthCheck {
    private static final Duration LONG = Duration.ofMinutes(1);
    private static final int MOST_WAITING = 10_000;

    private final EventLog events;
    private final Subscribers subscribers;

    @Activate
    public JournalCheck(@Reference EventLog events, @Reference Subscribers subscribers) {
        this.events = events;
        this.subscribers = subscribers;
    }

    @Override
    public List<Finding> check(Limits limits) {
        List<Finding> findings = new ArrayList<>();
        EventLog.Waiting waiting = events.waiting(MOST_WAITING);
        if (waiting.since() != null && waiting.since().isBefore(Instant.now().minus(LONG))) {
            findings.add(new Finding(
                    Severity.ERROR,
                    "journal.stuck",
                    waiting.changes() + " changes wait for their numbers, the first since " + waiting.since() + ".",
                    "Look in the log for what is said of changes that could not be numbered, and in the database for a"
                            + " lock on gh_sequence."));
        }
        for (Subscribers.Status one : subscribers.all()) {
            if (one.behind() > limits.behind()) {
                findings.add(new Finding(
                        Severity.WARNING,
                        "subscriber.behind",
                        "The subscriber " + one.name() + " has not been told of " + one.behind() + " events"
                                + (one.server() == null ? ", because no server has its plugin." : "."),
                        one.server() == null
                                ? "Put its plugin back, or forget it by guildhall:journal --forget " + one.name() + "."
                                : "See by guildhall:journal whether it catches up; where it does not, its listener is too"
                                        + " slow for what happens."));
            }
            if (one.failed() > 0) {
                findings.add(new Finding(
                        Severity.WARNING,
                        "subscriber.failed",
                        "The subscriber " + one.name() + " failed at " + one.failed() + " events.",
                        "See by guildhall:journal why; then guildhall:journal --retry " + one.name() + ", or --skip."));
            }
        }
        return findings;
    }
}
