/* Copyright the Guildhall authors. SPDX-License-Identifier: Apache-2.0 */
package org.guildhall.api;

import java.io.Serializable;
import java.time.LocalDateTime;
import java.time.ZoneId;

/**
 * What a clock on the wall shows in a zone, to the microsecond. It is kept as written, and not as an instant: the rules of
 * the zone may change until then (RFC 5545, form 3).
 *
 * @param dateTime date and time in the zone
 * @param timeZone a name of the IANA time zone database, such as {@code Europe/Berlin}
 */
public record LocalDateTimeInZone(LocalDateTime dateTime, ZoneId timeZone) implements Serializable {}
