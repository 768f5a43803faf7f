/* Copyright the Guildhall authors. SPDX-License-Identifier: Apache-2.0 */
package org.guildhall.api;

/** What a reference does when the record that it refers to is to be deleted. */
public enum OnDelete {
    /** The deletion is refused as long as a live record refers to it. */
    BLOCK,
    /** The reference stays and shows that its record is gone. */
    KEEP,
    /** The reference is emptied. */
    CLEAR
}
