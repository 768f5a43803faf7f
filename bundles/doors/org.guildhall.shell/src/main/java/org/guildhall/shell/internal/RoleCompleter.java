/* Copyright the Guildhall authors. SPDX-License-Identifier: Apache-2.0 */
package org.guildhall.shell.internal;

import org.apache.karaf.shell.api.action.lifecycle.Service;

/** Completes the names of roles. */
@Service
public final class RoleCompleter extends NameCompleter {
    public RoleCompleter() {
        super(ServerRecords.ROLES);
    }
}
