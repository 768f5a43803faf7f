/* Copyright the Guildhall authors. SPDX-License-Identifier: Apache-2.0 */
package org.guildhall.api;

/** What the erasure of a person makes of a field. */
public enum OnErase {
    /** The field is emptied. */
    BLANK,
    /** The field stays as it is, because a law or a contract wants it. */
    KEEP
}
