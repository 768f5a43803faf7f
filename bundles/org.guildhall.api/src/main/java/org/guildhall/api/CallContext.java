/* Copyright the Guildhall authors. SPDX-License-Identifier: Apache-2.0 */
package org.guildhall.api;

import java.time.Instant;
import java.util.Locale;

/**
 * The circumstances of one call; it is handed from the door to the last line, never kept in a static.
 *
 * @param caller who calls
 * @param door through which door, such as {@code rest}
 * @param requestId names the call in logs and in the journal; at most 64 characters
 * @param locale the language of the texts that come back
 * @param time the one time of everything that the call does, to the microsecond
 */
public record CallContext(Caller caller, String door, String requestId, Locale locale, Instant time) {}
