/* Copyright the Guildhall authors. SPDX-License-Identifier: Apache-2.0 */
package org.guildhall.yaml.internal;

import java.util.Map;
import java.util.Set;
import org.apache.xbean.asm9.AnnotationVisitor;
import org.apache.xbean.asm9.ClassWriter;
import org.apache.xbean.asm9.Opcodes;
import org.apache.xbean.asm9.Type;
import org.guildhall.api.GuildhallPlugin;
import org.guildhall.api.Uses;
import org.guildhall.api.Verb;
import org.guildhall.plugins.YamlNode;

/** Writes the class of the package, which declares the plugin. */
final class PackageWriter {
    private PackageWriter() {}

    static byte[] write(String packageName, Map<String, YamlNode> values) {
        ClassWriter type = new ClassWriter(0);
        type.visit(
                Opcodes.V17,
                Opcodes.ACC_INTERFACE | Opcodes.ACC_ABSTRACT | Opcodes.ACC_SYNTHETIC,
                packageName.replace('.', '/') + "/package-info",
                null,
                Type.getInternalName(Object.class),
                null);
        AnnotationVisitor plugin = type.visitAnnotation(Type.getDescriptor(GuildhallPlugin.class), true);
        plugin.visit("name", values.get("name").text());
        plugin.visit("schema", values.get("schema").number());
        if (values.containsKey("uses")) {
            AnnotationVisitor uses = plugin.visitArray("uses");
            for (YamlNode use : values.get("uses").list()) {
                use(uses.visitAnnotation(null, Type.getDescriptor(Uses.class)), use);
            }
            uses.visitEnd();
        }
        plugin.visitEnd();
        type.visitEnd();
        return type.toByteArray();
    }

    private static void use(AnnotationVisitor annotation, YamlNode use) {
        Map<String, YamlNode> values = use.map(Set.of("type", "verbs", "fields"));
        if (!values.containsKey("type")) {
            throw use.mistake("the key type is missing");
        }
        annotation.visit("type", Texts.qualified("", values.get("type")));
        if (values.containsKey("verbs")) {
            AnnotationVisitor verbs = annotation.visitArray("verbs");
            values.get("verbs")
                    .list()
                    .forEach(verb -> verbs.visitEnum(
                            null,
                            Type.getDescriptor(Verb.class),
                            Texts.constant(Verb.class, verb).name()));
            verbs.visitEnd();
        }
        if (values.containsKey("fields")) {
            AnnotationVisitor fields = annotation.visitArray("fields");
            values.get("fields").list().forEach(field -> fields.visit(null, Texts.name(field)));
            fields.visitEnd();
        }
        annotation.visitEnd();
    }
}
