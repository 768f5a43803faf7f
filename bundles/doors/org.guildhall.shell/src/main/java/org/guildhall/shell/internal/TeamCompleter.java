/* Copyright the Guildhall authors. SPDX-License-Identifier: Apache-2.0 */
package org.guildhall.shell.internal;

import org.apache.karaf.shell.api.action.lifecycle.Service;

/** Completes the names of teams. */
@Service
public final class TeamCompleter extends NameCompleter {
    public TeamCompleter() {
        super(ServerRecords.TEAMS);
    }
}
