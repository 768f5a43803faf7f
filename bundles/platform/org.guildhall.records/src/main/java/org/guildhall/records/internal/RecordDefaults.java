/* Copyright the Guildhall authors. SPDX-License-Identifier: Apache-2.0 */
package org.guildhall.records.internal;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.guildhall.api.Values;
import org.guildhall.api.platform.ChoiceList;
import org.guildhall.api.platform.FieldKind;
import org.guildhall.api.platform.RecordField;
import org.guildhall.api.platform.RecordType;

/** What a new record has where its maker said nothing: the next number, and the initial choice of a list. */
final class RecordDefaults {
    private static final Pattern ZEROS = Pattern.compile("\\{(0+)}");

    private final LeasedNumbers numbers;

    RecordDefaults(LeasedNumbers numbers) {
        this.numbers = numbers;
    }

    /** The values with the defaults; takes numbers, so for callers that are in no unit of work. */
    Values of(RecordType type, Values given) {
        Values.Builder values = Values.builder();
        given.forEach(values::put);
        for (RecordField field : type.fields()) {
            if (field.numbering() != null) {
                values.put(field.name(), text(field.numbering(), numbers.next(type.name() + "." + field.name())));
            } else if (field.kind() == FieldKind.CHOICE && !given.has(field.name())) {
                type.choices(field)
                        .flatMap(ChoiceList::initial)
                        .ifPresent(choice -> values.put(field.name(), choice.name()));
            }
        }
        return values.build();
    }

    /** The number in its text: {@code A-{0000}} and 12 are {@code A-0012}. */
    static String text(String numbering, long number) {
        Matcher zeros = ZEROS.matcher(numbering);
        if (!zeros.find()) {
            throw new IllegalArgumentException(numbering);
        }
        String digits = Long.toString(number);
        return numbering.substring(0, zeros.start())
                + "0".repeat(Math.max(0, zeros.group(1).length() - digits.length()))
                + digits
                + numbering.substring(zeros.end());
    }
}
