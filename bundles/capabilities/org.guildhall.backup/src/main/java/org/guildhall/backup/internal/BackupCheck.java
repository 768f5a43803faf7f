/* Copyright the Guildhall authors. SPDX-License-Identifier: Apache-2.0 */
package org.guildhall.backup.internal;

import java.util.List;
import org.guildhall.api.platform.HealthCheck;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/** Looks whether the scheduled backups are made. */
@Component
public final class BackupCheck implements HealthCheck {
    private final BackupSchedule schedule;

    @Activate
    public BackupCheck(@Reference BackupSchedule schedule) {
        this.schedule = schedule;
    }

    @Override
    public List<Finding> check(Limits limits) {
        String failure = schedule.failure();
        return failure == null
                ? List.of()
                : List.of(new Finding(
                        Severity.ERROR,
                        "backup.failed",
                        "The scheduled backup failed: " + failure,
                        "Put right what it says; guildhall:backup tries at once, the schedule within half an hour."));
    }
}
