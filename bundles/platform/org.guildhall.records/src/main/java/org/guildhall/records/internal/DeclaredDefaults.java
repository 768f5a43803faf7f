/* Copyright the Guildhall authors. SPDX-License-Identifier: Apache-2.0 */
package org.guildhall.records.internal;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.guildhall.api.Values;
import org.guildhall.api.platform.ChoiceList;
import org.guildhall.api.platform.FieldKind;
import org.guildhall.api.platform.RecordField;
import org.guildhall.api.platform.RecordType;
import org.guildhall.api.platform.Transaction;

/** What a new record has where its maker said nothing: the next number, and the initial choice of a list. */
final class DeclaredDefaults {
    private static final Pattern ZEROS = Pattern.compile("\\{(0+)}");

    private final LeasedNumbers numbers;

    DeclaredDefaults(LeasedNumbers numbers) {
        this.numbers = numbers;
    }

    /** The values with the initial choices of their lists. */
    static Values withChoices(RecordType type, Values given) {
        Values.Builder values = Values.builder();
        given.forEach(values::put);
        for (RecordField field : type.fields()) {
            if (field.kind() == FieldKind.CHOICE && !given.has(field.name())) {
                type.choices(field)
                        .flatMap(ChoiceList::initial)
                        .ifPresent(choice -> values.put(field.name(), choice.name()));
            }
        }
        return values.build();
    }

    /**
     * The next number of each numbered field.
     *
     * @param transaction the one that makes the record; null for callers that are in no unit of work, which is faster
     */
    Values numbers(RecordType type, Transaction transaction) {
        Values.Builder values = Values.builder();
        for (RecordField field : type.fields()) {
            if (field.numbering() != null) {
                String name = type.name() + "." + field.name();
                values.put(
                        field.name(),
                        text(
                                field.numbering(),
                                transaction == null ? numbers.next(name) : numbers.next(name, transaction)));
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
