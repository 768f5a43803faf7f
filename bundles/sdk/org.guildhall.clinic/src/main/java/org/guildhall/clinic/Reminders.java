/* Copyright the Guildhall authors. SPDX-License-Identifier: Apache-2.0 */
package org.guildhall.clinic;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import org.guildhall.api.ForRecord;
import org.guildhall.api.RecordEvent;
import org.guildhall.api.RecordListener;
import org.guildhall.api.Values;
import org.guildhall.api.Work;
import org.osgi.service.component.annotations.Component;

/** Sets the reminder of each appointment, and moves it when the appointment moves. */
@Component
@ForRecord("clinic.appointment")
public final class Reminders implements RecordListener {
    static final String TIMER = "reminder";
    private static final Duration BEFORE = Duration.ofHours(24);
    private static final Set<String> MOVES = Set.of("created", "updated", "deleted", "restored");

    @Override
    public void happened(RecordEvent event, Work work) {
        if (!MOVES.contains(event.name())
                || event.name().equals("updated") && !event.changed().contains("startsAt")) {
            return;
        }
        // As it is now: more may have happened since.
        Optional<Values> appointment =
                work.find("clinic.appointment", event.record().id());
        Instant due = appointment
                .map(found -> ((Instant) found.get("startsAt")).minus(BEFORE))
                .orElse(Instant.MIN);
        if (due.isAfter(work.now())) {
            work.timer(TIMER, event.record(), due);
        } else {
            work.cancelTimer(TIMER, event.record());
        }
    }
}
