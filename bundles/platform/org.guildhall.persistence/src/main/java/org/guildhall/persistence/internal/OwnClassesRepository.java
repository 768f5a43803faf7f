/* Copyright the Guildhall authors. SPDX-License-Identifier: Apache-2.0 */
package org.guildhall.persistence.internal;

import org.apache.openjpa.jdbc.meta.MappingRepository;

/**
 * Knows the classes of its own unit only. OpenJPA's own repository hears of every enhanced class of the JVM and keeps it,
 * and with it the loader of another plugin, which may leave before.
 */
public final class OwnClassesRepository extends MappingRepository {
    private static final long serialVersionUID = 1;

    @Override
    public void register(Class<?> type) {
        if (isOwn(type)) {
            super.register(type);
        }
    }

    private boolean isOwn(Class<?> type) {
        try {
            return Class.forName(type.getName(), false, getConfiguration().getUserClassLoader()) == type;
        } catch (ClassNotFoundException e) {
            return false;
        }
    }
}
