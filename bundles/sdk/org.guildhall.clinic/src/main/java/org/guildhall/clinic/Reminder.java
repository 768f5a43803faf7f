/* Copyright the Guildhall authors. SPDX-License-Identifier: Apache-2.0 */
package org.guildhall.clinic;

import java.time.Instant;
import org.guildhall.api.Handles;
import org.guildhall.api.Ref;
import org.guildhall.api.TimerHandler;
import org.guildhall.api.Values;
import org.guildhall.api.Work;
import org.osgi.service.component.annotations.Component;

/** A day before a confirmed appointment: says so to whoever hears of events, such as a webhook that sends messages. */
@Component
@Handles(Reminders.TIMER)
public final class Reminder implements TimerHandler {
    @Override
    public void due(Ref on, Instant due, Work work) {
        Values appointment =
                work.find(on.type(), on.id()).orElse(Values.builder().build());
        if ("confirmed".equals(appointment.get("status"))) {
            work.emit("reminded", on);
        }
    }
}
