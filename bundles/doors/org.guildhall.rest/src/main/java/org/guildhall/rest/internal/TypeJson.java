/* Copyright the Guildhall authors. SPDX-License-Identifier: Apache-2.0 */
package org.guildhall.rest.internal;

import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.guildhall.api.platform.ChoiceList;
import org.guildhall.api.platform.RecordField;
import org.guildhall.api.platform.RecordField.Trait;
import org.guildhall.api.platform.RecordOperation;
import org.guildhall.api.platform.RecordPart;
import org.guildhall.api.platform.RecordType;
import org.guildhall.api.platform.TypeAccess;

/** The description of a record type as JSON. */
final class TypeJson {
    private TypeJson() {}

    /** @param path what the names of fields begin with where somebody may see or write them */
    static void fields(JsonGenerator out, RecordType type, TypeAccess granted, String path, Locale locale)
            throws IOException {
        out.writeArrayFieldStart("fields");
        for (RecordField field : type.fields()) {
            if (!granted.hidden().contains(path + field.name())) {
                field(out, type, field, granted.readOnly().contains(path + field.name()), locale);
            }
        }
        out.writeEndArray();
    }

    private static void field(JsonGenerator out, RecordType type, RecordField field, boolean readOnly, Locale locale)
            throws IOException {
        out.writeStartObject();
        out.writeStringField("name", field.name());
        out.writeStringField("kind", field.kind().outerName());
        out.writeStringField("label", type.label(locale, field));
        Optional<String> help = type.help(locale, field);
        if (help.isPresent()) {
            out.writeStringField("help", help.get());
        }
        out.writeBooleanField("required", field.required());
        out.writeBooleanField("readOnly", readOnly || field.readOnly());
        if (field.length() > 0) {
            out.writeNumberField("length", field.length());
        }
        if (field.scale() > 0) {
            out.writeNumberField("scale", field.scale());
        }
        optional(out, "choices", field.choiceList());
        optional(out, "refersTo", field.target());
        optional(out, "onDelete", field.onDelete());
        optional(out, "permission", field.permission());
        optional(out, "onErase", field.onErase());
        if (field.is(Trait.SORTABLE)) {
            out.writeBooleanField("searchable", field.is(Trait.SEARCHABLE));
        }
        if (field.is(Trait.DATA_SUBJECT)) {
            out.writeBooleanField("dataSubject", true);
        }
        out.writeEndObject();
    }

    private static void optional(JsonGenerator out, String name, Object value) throws IOException {
        if (value != null) {
            String text = value.toString();
            out.writeStringField(name, value instanceof Enum ? text.toLowerCase(Locale.ROOT) : text);
        }
    }

    static void parts(JsonGenerator out, RecordType type, TypeAccess granted, Locale locale) throws IOException {
        out.writeArrayFieldStart("parts");
        for (RecordPart part : type.parts()) {
            if (granted.hidden().contains(part.name())) {
                continue;
            }
            out.writeStartObject();
            out.writeStringField("name", part.name());
            out.writeStringField("type", part.type().name());
            out.writeStringField("label", type.label(locale, part));
            out.writeBooleanField("nested", part.nested());
            out.writeNumberField("max", part.max());
            fields(out, part.type(), granted, part.name() + ".", locale);
            out.writeEndObject();
        }
        out.writeEndArray();
    }

    /** The lists that fields of the type and of its parts offer, by name. */
    static void choices(JsonGenerator out, RecordType type, Locale locale) throws IOException {
        out.writeObjectFieldStart("choices");
        List<ChoiceList> lists = type.choiceLists().stream()
                .sorted(Comparator.comparing(ChoiceList::name))
                .toList();
        for (ChoiceList list : lists) {
            out.writeArrayFieldStart(list.name());
            for (ChoiceList.Option choice : list.choices()) {
                out.writeStartObject();
                out.writeStringField("name", choice.name());
                out.writeStringField("label", type.label(locale, list, choice));
                optional(out, "category", choice.category());
                if (choice.initial()) {
                    out.writeBooleanField("initial", true);
                }
                if (choice.next() != null) {
                    texts(out, "next", choice.next());
                }
                out.writeEndObject();
            }
            out.writeEndArray();
        }
        out.writeEndObject();
    }

    /** What the caller may do with some records at least. */
    static void verbs(JsonGenerator out, TypeAccess granted) throws IOException {
        texts(
                out,
                "verbs",
                granted.verbs().keySet().stream()
                        .sorted()
                        .map(verb -> verb.name().toLowerCase(Locale.ROOT))
                        .toList());
    }

    static void operations(JsonGenerator out, RecordType type, List<RecordOperation> operations, Locale locale)
            throws IOException {
        TypeAccess everything = new TypeAccess(Map.of(), Set.of(), Set.of());
        out.writeArrayFieldStart("operations");
        for (RecordOperation operation : operations) {
            out.writeStartObject();
            out.writeStringField("name", operation.name());
            out.writeStringField("label", type.operationLabel(locale, operation.name()));
            optional(out, "permission", operation.permission());
            out.writeObjectFieldStart("input");
            fields(out, operation.input(), everything, "", locale);
            out.writeEndObject();
            out.writeObjectFieldStart("output");
            fields(out, operation.output(), everything, "", locale);
            out.writeEndObject();
            out.writeEndObject();
        }
        out.writeEndArray();
    }

    static void names(JsonGenerator out, String name, List<List<String>> lists) throws IOException {
        out.writeArrayFieldStart(name);
        for (List<String> list : lists) {
            out.writeStartArray();
            for (String text : list) {
                out.writeString(text);
            }
            out.writeEndArray();
        }
        out.writeEndArray();
    }

    static void texts(JsonGenerator out, String name, Collection<String> texts) throws IOException {
        out.writeArrayFieldStart(name);
        for (String text : texts) {
            out.writeString(text);
        }
        out.writeEndArray();
    }
}
