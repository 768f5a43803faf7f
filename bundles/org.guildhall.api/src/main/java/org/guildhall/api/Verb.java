/* Copyright the Guildhall authors. SPDX-License-Identifier: Apache-2.0 */
package org.guildhall.api;

/** What permissions speak of. */
public enum Verb {
    /** Makes a record. */
    CREATE,
    /** Sees a record. */
    READ,
    /** Changes a record. */
    UPDATE,
    /** Puts a record into the bin. */
    DELETE,
    /** Takes a record out of the bin. */
    RESTORE,
    /** Ends a record for good. */
    PURGE,
    /** Takes records out in bulk. */
    EXPORT
}
