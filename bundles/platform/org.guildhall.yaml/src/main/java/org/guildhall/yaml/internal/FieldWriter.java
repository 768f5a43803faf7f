/* Copyright the Guildhall authors. SPDX-License-Identifier: Apache-2.0 */
package org.guildhall.yaml.internal;

import java.util.EnumSet;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import javax.persistence.Column;
import javax.persistence.Lob;
import javax.validation.constraints.Digits;
import javax.validation.constraints.NotNull;
import javax.validation.constraints.Size;
import org.apache.xbean.asm9.AnnotationVisitor;
import org.apache.xbean.asm9.ClassWriter;
import org.apache.xbean.asm9.FieldVisitor;
import org.apache.xbean.asm9.Opcodes;
import org.apache.xbean.asm9.Type;
import org.guildhall.api.Choice;
import org.guildhall.api.DataSubject;
import org.guildhall.api.Format;
import org.guildhall.api.Numbered;
import org.guildhall.api.OnDelete;
import org.guildhall.api.OnErase;
import org.guildhall.api.OnRecord;
import org.guildhall.api.Personal;
import org.guildhall.api.Refers;
import org.guildhall.api.Restricted;
import org.guildhall.api.Searchable;
import org.guildhall.api.TextFormat;
import org.guildhall.api.platform.FieldKind;
import org.guildhall.plugins.YamlNode;

/** Writes one field of an entity, with the annotations that an author would write. */
final class FieldWriter {
    private static final Set<String> KEYS =
            Set.of("kind", "required", "restricted", "personal", "column", "label", "help");
    private static final Set<FieldKind> TEXTS = EnumSet.of(FieldKind.TEXT, FieldKind.LONG_TEXT);
    private static final Set<FieldKind> FORMATS =
            EnumSet.of(FieldKind.EMAIL, FieldKind.PHONE, FieldKind.URL, FieldKind.LANGUAGE, FieldKind.COUNTRY);
    private static final Set<FieldKind> SEARCHABLE = EnumSet.of(FieldKind.TEXT, FieldKind.EMAIL, FieldKind.PHONE);
    private static final Set<FieldKind> CHOICES = EnumSet.of(FieldKind.CHOICE, FieldKind.CHOICES);
    private static final Set<FieldKind> REFERENCES = EnumSet.of(FieldKind.REFERENCE, FieldKind.REFERENCE_TO_ANY);
    private static final int DIGITS = 25;
    private static final int SCALE = 6;

    private final FieldVisitor field;
    private final String plugin;
    private final YamlNode node;
    private final FieldKind kind;
    private final Map<String, YamlNode> values;

    private FieldWriter(FieldVisitor field, String plugin, YamlNode node, FieldKind kind) {
        this.field = field;
        this.plugin = plugin;
        this.node = node;
        this.kind = kind;
        this.values = node.map(keys(kind));
    }

    static void write(ClassWriter type, String plugin, String name, YamlNode node, Words words, String record) {
        YamlNode kindNode = node.map().get("kind");
        if (kindNode == null) {
            throw node.mistake("the key kind is missing");
        }
        FieldKind kind = Texts.constant(FieldKind.class, kindNode);
        FieldVisitor field = type.visitField(Opcodes.ACC_PRIVATE, name, Type.getDescriptor(kind.type()), null, null);
        FieldWriter writer = new FieldWriter(field, plugin, node, kind);
        writer.kind();
        writer.marks();
        field.visitEnd();
        words.add(record + "." + name, writer.values.get("label"));
        words.add(record + "." + name + ".help", writer.values.get("help"));
    }

    /** What a field of the kind can say. */
    private static Set<String> keys(FieldKind kind) {
        Set<String> keys = new HashSet<>(KEYS);
        if (TEXTS.contains(kind) || FORMATS.contains(kind)) {
            keys.add("length");
        }
        if (SEARCHABLE.contains(kind)) {
            keys.add("searchable");
        }
        if (kind == FieldKind.TEXT) {
            keys.add("numbered");
        }
        if (kind == FieldKind.DECIMAL) {
            keys.addAll(Set.of("digits", "scale"));
        }
        if (CHOICES.contains(kind)) {
            keys.add("choices");
        }
        if (REFERENCES.contains(kind)) {
            keys.addAll(Set.of("onDelete", "dataSubject", "onRecord"));
        }
        if (kind == FieldKind.REFERENCE) {
            keys.add("to");
        }
        return keys;
    }

    private void kind() {
        if (kind == FieldKind.LONG_TEXT) {
            annotate(Lob.class, Map.of());
        }
        if (FORMATS.contains(kind)) {
            annotate(Format.class, Map.of("value", TextFormat.valueOf(kind.name())));
        }
        if (CHOICES.contains(kind)) {
            annotate(Choice.class, Map.of("value", Texts.qualified(plugin, needed("choices"))));
        }
        if (REFERENCES.contains(kind)) {
            Map<String, Object> refers = new LinkedHashMap<>();
            if (kind == FieldKind.REFERENCE) {
                refers.put("value", Texts.qualified(plugin, needed("to")));
            }
            if (values.containsKey("onDelete")) {
                refers.put("onDelete", Texts.constant(OnDelete.class, values.get("onDelete")));
            }
            annotate(Refers.class, refers);
        }
        if (values.containsKey("length")) {
            int length = values.get("length").number();
            if (length < 1 || (kind == FieldKind.TEXT && length > 255)) {
                throw values.get("length").mistake("the length must be from 1 to 255; make the kind longText for more");
            }
            annotate(Size.class, Map.of("max", length));
        }
        if (kind == FieldKind.DECIMAL) {
            int digits = values.containsKey("digits") ? values.get("digits").number() : DIGITS;
            int scale = values.containsKey("scale") ? values.get("scale").number() : Math.min(SCALE, digits);
            if (scale > digits) {
                throw values.get("scale")
                        .mistake(
                                "the scale is the digits behind the point, and " + digits + " digits are there in all");
            }
            annotate(Digits.class, Map.of("integer", digits - scale, "fraction", scale));
        }
    }

    private YamlNode needed(String key) {
        if (!values.containsKey(key)) {
            throw node.mistake("the key " + key + " is missing");
        }
        return values.get(key);
    }

    private void marks() {
        flag("required", NotNull.class);
        flag("searchable", Searchable.class);
        flag("dataSubject", DataSubject.class);
        flag("onRecord", OnRecord.class);
        if (values.containsKey("numbered")) {
            annotate(Numbered.class, Map.of("value", values.get("numbered").text()));
        }
        if (values.containsKey("restricted")) {
            annotate(Restricted.class, Map.of("value", Texts.name(values.get("restricted"))));
        }
        if (values.containsKey("personal")) {
            annotate(Personal.class, Map.of("onErase", Texts.constant(OnErase.class, values.get("personal"))));
        }
        if (values.containsKey("column")) {
            annotate(Column.class, Map.of("name", values.get("column").text()));
        }
    }

    private void flag(String key, Class<?> annotation) {
        if (values.containsKey(key) && values.get(key).flag()) {
            annotate(annotation, Map.of());
        }
    }

    private void annotate(Class<?> annotation, Map<String, Object> members) {
        AnnotationVisitor visitor = field.visitAnnotation(Type.getDescriptor(annotation), true);
        // In one order, for the same bytes each time.
        members.entrySet().stream().sorted(Map.Entry.comparingByKey()).forEach(member -> {
            if (member.getValue() instanceof Enum<?> constant) {
                visitor.visitEnum(member.getKey(), Type.getDescriptor(constant.getDeclaringClass()), constant.name());
            } else {
                visitor.visit(member.getKey(), member.getValue());
            }
        });
        visitor.visitEnd();
    }
}
