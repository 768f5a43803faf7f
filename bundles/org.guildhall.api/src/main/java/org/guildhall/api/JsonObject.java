/* Copyright the Guildhall authors. SPDX-License-Identifier: Apache-2.0 */
package org.guildhall.api;

import java.io.Serializable;

/**
 * An object of JSON (RFC 8259) that the server keeps and does not look into.
 *
 * @param text the object's text, without white space between its tokens
 */
public record JsonObject(String text) implements Serializable {}
