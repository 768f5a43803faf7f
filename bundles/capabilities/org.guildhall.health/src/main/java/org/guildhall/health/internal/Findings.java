/* Copyright the Guildhall authors. SPDX-License-Identifier: Apache-2.0 */
package org.guildhall.health.internal;

import java.util.List;
import org.guildhall.api.platform.HealthCheck.Finding;

/** Findings as people read them. */
final class Findings {
    private Findings() {}

    static String text(List<Finding> findings, int checks) {
        if (findings.isEmpty()) {
            return "All is well: " + checks + " checks found nothing.\n";
        }
        StringBuilder text = new StringBuilder();
        for (Finding finding : findings) {
            text.append(finding.severity())
                    .append(' ')
                    .append(finding.code())
                    .append(": ")
                    .append(finding.text())
                    .append("\n    ")
                    .append(finding.advice())
                    .append('\n');
        }
        return text.toString();
    }
}
