/* Copyright the Guildhall authors. SPDX-License-Identifier: Apache-2.0 */
package org.guildhall.health.internal;

import java.util.List;
import org.apache.karaf.shell.api.action.Action;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.lifecycle.Reference;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.guildhall.api.platform.HealthCheck.Finding;

/** Says what is not well. */
@Service
@Command(scope = "guildhall", name = "doctor", description = "Says what is not well, and what to do")
public final class DoctorCommand implements Action {
    @Reference
    private Doctor doctor;

    @Override
    public Object execute() {
        List<Finding> findings = doctor.findings();
        System.out.print(Findings.text(findings, doctor.checks()));
        return null;
    }
}
