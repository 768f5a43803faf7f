/* Copyright the Guildhall authors. SPDX-License-Identifier: Apache-2.0 */
package org.guildhall.api;

import java.util.List;

/**
 * One thing that is wrong with an input.
 *
 * @param field the field's name
 * @param code a stable code of the texts of {@link Problem}, such as {@code field.required}; or a plugin's own, which begins
 *     with the plugin's name, such as {@code clinic.doubleBooked}
 * @param arguments what the code's text speaks of; for a plugin's own code the text itself, in the caller's language
 */
public record Finding(String field, String code, List<String> arguments) {
    public Finding(String field, String code, String... arguments) {
        this(field, code, List.of(arguments));
    }
}
