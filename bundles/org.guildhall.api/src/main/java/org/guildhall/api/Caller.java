/* Copyright the Guildhall authors. SPDX-License-Identifier: Apache-2.0 */
package org.guildhall.api;

/**
 * Who calls: a user who has signed in, or a part of the server that acts for itself.
 *
 * @param id the user's id
 * @param name the user's name
 */
public record Caller(long id, String name) {}
