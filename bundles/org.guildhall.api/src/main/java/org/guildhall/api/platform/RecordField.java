/* Copyright the Guildhall authors. SPDX-License-Identifier: Apache-2.0 */
package org.guildhall.api.platform;

import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;
import org.guildhall.api.OnDelete;
import org.guildhall.api.OnErase;

/**
 * A field of a record type.
 *
 * @param name its name at every door
 * @param kind what it holds
 * @param length the most UTF-16 units of a text, the most digits of a decimal; 0 for no limit and for other kinds
 * @param scale the most digits behind a decimal's point
 * @param choiceList the list that its choices are from; null for other kinds
 * @param target the type that it refers to; null for any type and for other kinds
 * @param onDelete what becomes of a reference when its record is deleted; null for other kinds
 * @param numbering the text around the number that the server fills in; null for other fields
 * @param permission what a caller needs to see and write it, {@code plugin.permission}; null for no more than the record
 * @param onErase what the erasure of a person makes of it; null for a field that tells nothing of a person
 * @param traits what else is true of it
 */
public record RecordField(
        String name,
        FieldKind kind,
        int length,
        int scale,
        String choiceList,
        String target,
        OnDelete onDelete,
        String numbering,
        String permission,
        OnErase onErase,
        Set<Trait> traits) {

    /** The most characters of a text that is compared as it is. */
    public static final int LONGEST_TEXT = 255;

    /** The most characters of a text's sort key. */
    public static final int SORT_KEY_LENGTH = 191;

    /** What may be true of a field. */
    public enum Trait {
        /** It must have a value. */
        REQUIRED,
        /** The server alone writes it. */
        READ_ONLY,
        /** Every record has it: it is the platform's. */
        PLATFORM,
        /** It has a sort key: quick find, prefix search, sorting and uniqueness reach it. */
        SORTABLE,
        /** Quick find looks into it. */
        SEARCHABLE,
        /** The record that it refers to is the person whom the record's personal data is about. */
        DATA_SUBJECT,
        /** The record that it refers to is the one that the record hangs on, and says who reaches it. */
        PARENT
    }

    public RecordField {
        traits = Set.copyOf(traits);
    }

    /** A field of which nothing more is known. */
    public RecordField(String name, FieldKind kind, Trait... traits) {
        this(name, kind, 0, 0, null, null, null, null, null, null, Set.of(traits));
    }

    /** The same field with one more trait. */
    public RecordField with(Trait trait) {
        Set<Trait> more = EnumSet.of(trait);
        more.addAll(traits);
        return new RecordField(
                name, kind, length, scale, choiceList, target, onDelete, numbering, permission, onErase, more);
    }

    /** The same field under another name. */
    public RecordField named(String other) {
        return new RecordField(
                other, kind, length, scale, choiceList, target, onDelete, numbering, permission, onErase, traits);
    }

    public boolean is(Trait trait) {
        return traits.contains(trait);
    }

    public boolean required() {
        return is(Trait.REQUIRED);
    }

    /** Whether the server alone writes it. */
    public boolean readOnly() {
        return is(Trait.READ_ONLY);
    }

    /** What a caller needs to see and write it, if more than the record. */
    public Optional<String> neededPermission() {
        return Optional.ofNullable(permission);
    }
}
