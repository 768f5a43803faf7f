/* Copyright the Guildhall authors. SPDX-License-Identifier: Apache-2.0 */
package org.guildhall.api;

import java.util.List;

/**
 * One thing that is wrong with an input.
 *
 * @param field the field's name
 * @param code a stable code of the texts of {@link Problem}, such as {@code field.required}
 * @param arguments what the code's text speaks of
 */
public record Finding(String field, String code, List<String> arguments) {
    public Finding(String field, String code, String... arguments) {
        this(field, code, List.of(arguments));
    }
}
