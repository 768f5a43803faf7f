/* Copyright the Guildhall authors. SPDX-License-Identifier: Apache-2.0 */
package org.guildhall.api;

import java.io.Serializable;

/**
 * A reference to a record of any type.
 *
 * @param type the record's type, {@code plugin.record}
 * @param id the record's id
 */
public record Ref(String type, long id) implements Serializable {}
