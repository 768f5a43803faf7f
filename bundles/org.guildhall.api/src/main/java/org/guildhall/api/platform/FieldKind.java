/* Copyright the Guildhall authors. SPDX-License-Identifier: Apache-2.0 */
package org.guildhall.api.platform;

import java.math.BigDecimal;
import java.time.Instant;
import java.time.LocalDate;
import java.util.Locale;
import org.guildhall.api.Choices;
import org.guildhall.api.JsonObject;
import org.guildhall.api.LocalDateTimeInZone;
import org.guildhall.api.Money;
import org.guildhall.api.Ref;

/** What a field holds. */
public enum FieldKind {
    /** Text of a stated length, counted in UTF-16 units: the strictest of the databases. */
    TEXT(String.class, "\"text\""),
    /** Text of any length. */
    LONG_TEXT(String.class, "\"text\""),
    INTEGER(Long.class, "12"),
    /** A number with digits behind the point, as many as the field says; it is never rounded. */
    DECIMAL(BigDecimal.class, "12.30"),
    MONEY(Money.class, "{\"amount\":\"12.30\",\"currency\":\"EUR\"}"),
    BOOLEAN(Boolean.class, "true | false"),
    DATE(LocalDate.class, "\"2026-11-22\""),
    /** A point in time, to the microsecond. */
    INSTANT(Instant.class, "\"2026-11-22T08:30:00.123Z\""),
    /** What a clock shows in a zone, to the microsecond. */
    LOCAL_DATE_TIME(LocalDateTimeInZone.class, "{\"dateTime\":\"2026-11-22T08:30:00\",\"timeZone\":\"Europe/Berlin\"}"),
    /** The name of one choice of a list. */
    CHOICE(String.class, "\"choice\""),
    /** The names of several choices of a list. */
    CHOICES(Choices.class, "[\"choice\"]"),
    /** The id of a record of one type. */
    REFERENCE(Long.class, "\"0HZX3W8K2M4QR\""),
    /** Type and id of a record. */
    REFERENCE_TO_ANY(Ref.class, "{\"type\":\"customer.contact\",\"id\":\"0HZX3W8K2M4QR\"}"),
    EMAIL(String.class, "\"ada@example.org\""),
    PHONE(String.class, "\"+49 30 1234567\""),
    URL(String.class, "\"https://example.org/\""),
    LANGUAGE(String.class, "\"de-CH\""),
    COUNTRY(String.class, "\"DE\""),
    /** An object of JSON. */
    JSON(JsonObject.class, "{...}");

    private final Class<?> type;
    private final String example;

    FieldKind(Class<?> type, String example) {
        this.type = type;
        this.example = example;
    }

    /** The class of the field's values in {@link org.guildhall.api.Values}. */
    public Class<?> type() {
        return type;
    }

    /** What a value looks like in JSON. */
    public String example() {
        return example;
    }

    /** Its name at the doors: {@code longText} for LONG_TEXT. */
    public String outerName() {
        String[] words = name().toLowerCase(Locale.ROOT).split("_");
        StringBuilder outer = new StringBuilder(words[0]);
        for (int i = 1; i < words.length; i++) {
            outer.append(Character.toUpperCase(words[i].charAt(0))).append(words[i].substring(1));
        }
        return outer.toString();
    }
}
