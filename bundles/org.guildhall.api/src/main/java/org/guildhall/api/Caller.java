/* Copyright the Guildhall authors. SPDX-License-Identifier: Apache-2.0 */
package org.guildhall.api;

import java.util.List;

/**
 * Who calls: a user who has signed in, or the server for itself.
 *
 * @param id the user's id
 * @param name the user's name
 * @param scopes what the token that was used is limited to, such as {@code customer.contact:read}; empty for everything
 *     that the user may do
 */
public record Caller(long id, String name, List<String> scopes) {
    /** The server for itself, and an administrator at its shell: may do everything. */
    public static final Caller SERVER = new Caller(0, "server", List.of());

    public Caller {
        scopes = List.copyOf(scopes);
    }
}
