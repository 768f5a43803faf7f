/* Copyright the Guildhall authors. SPDX-License-Identifier: Apache-2.0 */
package org.guildhall.api;

/** Known forms of texts. */
public enum TextFormat {
    /** An address of RFC 5322's {@code addr-spec}, at most 254 characters (RFC 5321). */
    EMAIL,
    /** A telephone number as people write it, at most 40 characters with 3 to 15 digits (ITU-T E.164). */
    PHONE,
    /** An absolute http or https URL (RFC 3986), at most 2,048 characters. */
    URL,
    /** A language tag (BCP 47), at most 35 characters. */
    LANGUAGE,
    /** A country's two letters (ISO 3166-1). */
    COUNTRY
}
