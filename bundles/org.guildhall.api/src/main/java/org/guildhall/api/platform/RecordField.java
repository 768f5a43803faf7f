/* Copyright the Guildhall authors. SPDX-License-Identifier: Apache-2.0 */
package org.guildhall.api.platform;

/**
 * A field of a record type.
 *
 * @param name its name at every door
 * @param kind what it holds
 * @param length the most UTF-16 units of a text; 0 for no limit and for other kinds
 * @param required whether it must have a value
 * @param readOnly whether the platform alone writes it
 */
public record RecordField(String name, FieldKind kind, int length, boolean required, boolean readOnly) {}
