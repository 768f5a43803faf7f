/* Copyright the Guildhall authors. SPDX-License-Identifier: Apache-2.0 */
package org.guildhall.api;

import java.io.Serializable;
import java.util.Collection;
import java.util.List;

/**
 * Several choices of one list, each at most once, in the order in which they were given.
 *
 * @param names the choices' names
 */
public record Choices(List<String> names) implements Serializable {
    public Choices {
        names = names.stream().distinct().toList();
    }

    public static Choices of(Collection<String> names) {
        return new Choices(List.copyOf(names));
    }
}
