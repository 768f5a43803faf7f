/* Copyright the Guildhall authors. SPDX-License-Identifier: Apache-2.0 */
package org.guildhall.api;

import java.util.List;
import java.util.Map;

/**
 * A page of records.
 *
 * @param next the cursor of the next page; null when this is the last
 * @param count how many records there are; null when they were not counted
 * @param atLeast whether there are that many or more
 * @param expanded the records that the items refer to, as far as the caller may see them
 */
public record Page(List<Values> items, String next, Integer count, boolean atLeast, Map<Ref, Values> expanded) {
    public Page {
        items = List.copyOf(items);
        expanded = Map.copyOf(expanded);
    }
}
