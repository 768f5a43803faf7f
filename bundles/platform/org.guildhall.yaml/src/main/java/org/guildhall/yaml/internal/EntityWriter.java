/* Copyright the Guildhall authors. SPDX-License-Identifier: Apache-2.0 */
package org.guildhall.yaml.internal;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import javax.persistence.Entity;
import javax.persistence.Table;
import org.apache.xbean.asm9.AnnotationVisitor;
import org.apache.xbean.asm9.ClassWriter;
import org.apache.xbean.asm9.MethodVisitor;
import org.apache.xbean.asm9.Opcodes;
import org.apache.xbean.asm9.Type;
import org.guildhall.api.CrmRecord;
import org.guildhall.api.DataSubject;
import org.guildhall.api.Emits;
import org.guildhall.api.Key;
import org.guildhall.api.ListIndex;
import org.guildhall.api.PartOf;
import org.guildhall.model.StoredPart;
import org.guildhall.model.StoredRecord;
import org.guildhall.plugins.YamlNode;

/** Writes the entity class of each type, as an author would write it. */
final class EntityWriter {
    private static final Set<String> KEYS = Set.of(
            "plural",
            "title",
            "label",
            "pluralLabel",
            "partOf",
            "keys",
            "listIndexes",
            "emits",
            "dataSubject",
            "table",
            "fields");

    private final String plugin;
    private final Words words = new Words();
    private final Map<String, byte[]> classes = new LinkedHashMap<>();

    EntityWriter(String plugin) {
        this.plugin = plugin;
    }

    String packageName() {
        return "guildhall." + plugin;
    }

    Map<String, byte[]> classes() {
        return classes;
    }

    Words words() {
        return words;
    }

    void write(String name, YamlNode node) {
        Map<String, YamlNode> values = node.map(KEYS);
        if (!values.containsKey("fields")) {
            throw node.mistake("the key fields is missing");
        }
        String className = packageName() + "." + name.substring(0, 1).toUpperCase(Locale.ROOT) + name.substring(1);
        String parent = Type.getInternalName(values.containsKey("partOf") ? StoredPart.class : StoredRecord.class);
        ClassWriter type = new ClassWriter(0);
        type.visit(
                Opcodes.V17, Opcodes.ACC_PUBLIC | Opcodes.ACC_SUPER, className.replace('.', '/'), null, parent, null);
        type.visitAnnotation(Type.getDescriptor(Entity.class), true).visitEnd();
        record(type, values);
        if (values.containsKey("partOf")) {
            partOf(type, values.get("partOf"));
        }
        lists(type, Key.class, Key.List.class, values.get("keys"));
        lists(type, ListIndex.class, ListIndex.List.class, values.get("listIndexes"));
        if (values.containsKey("emits")) {
            AnnotationVisitor emits = type.visitAnnotation(Type.getDescriptor(Emits.class), true);
            texts(emits, values.get("emits").list().stream().map(Texts::name).toList());
            emits.visitEnd();
        }
        if (values.containsKey("dataSubject") && values.get("dataSubject").flag()) {
            type.visitAnnotation(Type.getDescriptor(DataSubject.class), true).visitEnd();
        }
        if (values.containsKey("table")) {
            AnnotationVisitor table = type.visitAnnotation(Type.getDescriptor(Table.class), true);
            table.visit("name", values.get("table").text());
            table.visitEnd();
        }
        words.add(name, values.get("label"));
        words.add(name + ".plural", values.get("pluralLabel"));
        YamlNode fields = values.get("fields");
        fields.map().forEach((field, declared) -> {
            Texts.name(fields.key(field));
            FieldWriter.write(type, plugin, field, declared, words, name);
        });
        constructor(type, parent);
        type.visitEnd();
        classes.put(className, type.toByteArray());
    }

    private static void record(ClassWriter type, Map<String, YamlNode> values) {
        AnnotationVisitor record = type.visitAnnotation(Type.getDescriptor(CrmRecord.class), true);
        if (values.containsKey("plural")) {
            record.visit("plural", Texts.name(values.get("plural")));
        }
        if (values.containsKey("title")) {
            record.visit("title", values.get("title").text());
        }
        record.visitEnd();
    }

    private void partOf(ClassWriter type, YamlNode node) {
        Map<String, YamlNode> values = node.map(Set.of("type", "field", "nested", "max", "label"));
        for (String key : List.of("type", "field")) {
            if (!values.containsKey(key)) {
                throw node.mistake("the key " + key + " is missing");
            }
        }
        String parent = Texts.qualified(plugin, values.get("type"));
        String field = Texts.name(values.get("field"));
        AnnotationVisitor partOf = type.visitAnnotation(Type.getDescriptor(PartOf.class), true);
        partOf.visit("value", parent);
        partOf.visit("field", field);
        if (values.containsKey("nested")) {
            partOf.visit("nested", values.get("nested").flag());
        }
        if (values.containsKey("max")) {
            partOf.visit("max", values.get("max").number());
        }
        partOf.visitEnd();
        words.add(parent.substring(parent.indexOf('.') + 1) + "." + field, values.get("label"));
    }

    private static void lists(ClassWriter type, Class<?> each, Class<?> container, YamlNode node) {
        if (node == null) {
            return;
        }
        AnnotationVisitor all = type.visitAnnotation(Type.getDescriptor(container), true);
        AnnotationVisitor array = all.visitArray("value");
        for (YamlNode list : node.list()) {
            AnnotationVisitor one = array.visitAnnotation(null, Type.getDescriptor(each));
            texts(one, list.texts());
            one.visitEnd();
        }
        array.visitEnd();
        all.visitEnd();
    }

    private static void texts(AnnotationVisitor annotation, List<String> texts) {
        AnnotationVisitor array = annotation.visitArray("value");
        texts.forEach(text -> array.visit(null, text));
        array.visitEnd();
    }

    private static void constructor(ClassWriter type, String parent) {
        MethodVisitor constructor = type.visitMethod(Opcodes.ACC_PUBLIC, "<init>", "()V", null, null);
        constructor.visitCode();
        constructor.visitVarInsn(Opcodes.ALOAD, 0);
        constructor.visitMethodInsn(Opcodes.INVOKESPECIAL, parent, "<init>", "()V", false);
        constructor.visitInsn(Opcodes.RETURN);
        constructor.visitMaxs(1, 1);
        constructor.visitEnd();
    }
}
