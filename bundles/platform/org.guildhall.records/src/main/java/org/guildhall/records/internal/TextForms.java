/* Copyright the Guildhall authors. SPDX-License-Identifier: Apache-2.0 */
package org.guildhall.records.internal;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.IllformedLocaleException;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import org.guildhall.api.platform.FieldKind;

/** Whether a text has the form that its kind stands for. */
final class TextForms {
    /** RFC 5322's dot-atom, with the letters of RFC 6531, before a domain of at least two labels. */
    private static final Pattern EMAIL = Pattern.compile("(?U)[\\w!#$%&'*+/=?^`{|}~-]+(\\.[\\w!#$%&'*+/=?^`{|}~-]+)*"
            + "@[\\p{L}\\p{N}]([\\p{L}\\p{N}-]*[\\p{L}\\p{N}])?(\\.[\\p{L}\\p{N}]([\\p{L}\\p{N}-]*[\\p{L}\\p{N}])?)+");

    private static final int EMAIL_LOCAL_PART = 64;
    /** ITU-T E.164's digits, with what people write between them, and an extension. */
    private static final Pattern PHONE = Pattern.compile("\\+?[0-9 ()./-]+((x|ext\\.?|#) ?[0-9]{1,6})?");

    private static final Set<String> COUNTRIES = Set.of(Locale.getISOCountries());

    private TextForms() {}

    static boolean fits(FieldKind kind, String text) {
        return switch (kind) {
            case EMAIL -> EMAIL.matcher(text).matches() && text.indexOf('@') <= EMAIL_LOCAL_PART;
            case PHONE -> isPhone(text);
            case URL -> isUrl(text);
            case LANGUAGE -> isLanguage(text);
            case COUNTRY -> COUNTRIES.contains(text);
            default -> true;
        };
    }

    private static boolean isPhone(String text) {
        long digits = text.chars().filter(unit -> unit >= '0' && unit <= '9').count();
        return digits >= 3 && digits <= 21 && PHONE.matcher(text).matches();
    }

    private static boolean isUrl(String text) {
        try {
            URI uri = new URI(text);
            return ("http".equalsIgnoreCase(uri.getScheme()) || "https".equalsIgnoreCase(uri.getScheme()))
                    && uri.getHost() != null;
        } catch (URISyntaxException e) {
            return false;
        }
    }

    private static boolean isLanguage(String text) {
        try {
            return !text.isEmpty()
                    && new Locale.Builder()
                                    .setLanguageTag(text)
                                    .build()
                                    .getLanguage()
                                    .length()
                            >= 2;
        } catch (IllformedLocaleException e) {
            return false;
        }
    }
}
