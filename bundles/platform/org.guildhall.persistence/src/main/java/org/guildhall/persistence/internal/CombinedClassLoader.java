/* Copyright the Guildhall authors. SPDX-License-Identifier: Apache-2.0 */
package org.guildhall.persistence.internal;

import java.net.URL;
import java.util.List;
import java.util.Objects;
import org.apache.openjpa.persistence.PersistenceProviderImpl;

/** The plugin's classes, then OpenJPA's, then those of this bundle. */
final class CombinedClassLoader extends ClassLoader {
    private final List<ClassLoader> parts;

    CombinedClassLoader(ClassLoader plugin) {
        super(null);
        parts = List.of(plugin, PersistenceProviderImpl.class.getClassLoader(), OpenJpaUnit.class.getClassLoader());
    }

    private CombinedClassLoader(List<ClassLoader> parts) {
        super(null);
        this.parts = parts;
    }

    CombinedClassLoader copy() {
        return new CombinedClassLoader(parts);
    }

    @Override
    protected Class<?> findClass(String name) throws ClassNotFoundException {
        for (ClassLoader part : parts) {
            try {
                return part.loadClass(name);
            } catch (ClassNotFoundException e) {
                // The next one may have it.
            }
        }
        throw new ClassNotFoundException(name);
    }

    @Override
    protected URL findResource(String name) {
        return parts.stream()
                .map(part -> part.getResource(name))
                .filter(Objects::nonNull)
                .findFirst()
                .orElse(null);
    }
}
