/* Copyright the Guildhall authors. SPDX-License-Identifier: Apache-2.0 */
package org.guildhall.api.platform;

/**
 * Parts of a record: records of their own table that live and die with their parent.
 *
 * @param name the parent's field that holds them
 * @param type what they are; never published by itself
 * @param nested whether they are nested in the parent's body
 * @param max the most of one parent
 */
public record RecordPart(String name, RecordType type, boolean nested, int max) {}
