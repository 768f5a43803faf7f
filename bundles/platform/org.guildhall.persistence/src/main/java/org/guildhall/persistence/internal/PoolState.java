/* Copyright the Guildhall authors. SPDX-License-Identifier: Apache-2.0 */
package org.guildhall.persistence.internal;

import org.guildhall.api.platform.DatabaseState;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/** What the pool and the watch say of the database. */
@Component
public final class PoolState implements DatabaseState {
    private final Database database;

    @Activate
    public PoolState(@Reference Database database) {
        this.database = database;
    }

    @Override
    public boolean answers() {
        return database.answers();
    }

    @Override
    public Pool pool() {
        return database.poolUse();
    }
}
