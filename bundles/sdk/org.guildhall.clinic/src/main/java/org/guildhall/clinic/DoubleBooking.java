/* Copyright the Guildhall authors. SPDX-License-Identifier: Apache-2.0 */
package org.guildhall.clinic;

import java.time.Instant;
import java.util.List;
import java.util.ResourceBundle;
import org.guildhall.api.Condition;
import org.guildhall.api.Finding;
import org.guildhall.api.ForRecord;
import org.guildhall.api.Query;
import org.guildhall.api.RecordRule;
import org.guildhall.api.Values;
import org.guildhall.api.Verb;
import org.guildhall.api.Work;
import org.osgi.service.component.annotations.Component;

/**
 * A practitioner has one appointment at a time. Of several that are made at once one wins: whoever has locked the practitioner
 * sees what was committed before, and the others wait.
 */
@Component
@ForRecord("clinic.appointment")
public final class DoubleBooking implements RecordRule {
    private static final String CANCELLED = "cancelled";

    @Override
    public List<Finding> check(Change change, Work work) {
        Values wanted = change.after();
        if (change.verb() == Verb.DELETE
                || change.verb() == Verb.PURGE
                || wanted.get("endsAt") == null
                || CANCELLED.equals(wanted.get("status"))) {
            return List.of();
        }
        Instant startsAt = (Instant) wanted.get("startsAt");
        Instant endsAt = (Instant) wanted.get("endsAt");
        if (!endsAt.isAfter(startsAt)) {
            return List.of(finding("endsAt", "endBeforeStart", work));
        }
        work.lock("clinic.practitioner", (Long) wanted.get("practitioner"));
        Condition taken = Condition.all(
                Condition.equal("practitioner", wanted.get("practitioner")),
                Condition.less("startsAt", endsAt),
                Condition.greater("endsAt", startsAt),
                Condition.not(Condition.equal("status", CANCELLED)));
        boolean free = work.query("clinic.appointment", Query.where(taken).limit(2)).items().stream()
                .allMatch(other -> other.get("id").equals(change.record().id()));
        return free ? List.of() : List.of(finding("startsAt", "doubleBooked", work));
    }

    private static Finding finding(String field, String code, Work work) {
        ResourceBundle texts = ResourceBundle.getBundle(
                "org.guildhall.clinic.problems",
                work.context().locale(),
                DoubleBooking.class.getClassLoader(),
                ResourceBundle.Control.getNoFallbackControl(ResourceBundle.Control.FORMAT_PROPERTIES));
        return new Finding(field, "clinic." + code, texts.getString(code));
    }
}
