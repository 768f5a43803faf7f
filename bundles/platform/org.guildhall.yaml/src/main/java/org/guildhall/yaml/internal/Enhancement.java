/* Copyright the Guildhall authors. SPDX-License-Identifier: Apache-2.0 */
package org.guildhall.yaml.internal;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.openjpa.conf.OpenJPAConfiguration;
import org.apache.openjpa.conf.OpenJPAConfigurationImpl;
import org.apache.openjpa.enhance.AsmAdaptor;
import org.apache.openjpa.enhance.PCEnhancer;
import org.apache.openjpa.meta.MetaDataModes;
import org.apache.openjpa.meta.MetaDataRepository;
import serp.bytecode.BCClass;
import serp.bytecode.Project;

/** Makes generated classes what OpenJPA's enhancer makes of an author's at build time. */
final class Enhancement {
    private Enhancement() {}

    static Map<String, byte[]> of(Map<String, byte[]> classes) {
        OpenJPAConfiguration configuration = new OpenJPAConfigurationImpl();
        try {
            configuration.setSpecification("jpa");
            configuration.setLog("slf4j");
            MetaDataRepository repository = configuration.newMetaDataRepositoryInstance();
            repository.setSourceMode(MetaDataModes.MODE_META);
            ClassLoader loader = new GeneratedClasses(classes);
            Map<String, byte[]> enhanced = new LinkedHashMap<>();
            for (Map.Entry<String, byte[]> entry : classes.entrySet()) {
                BCClass type = new Project().loadClass(new ByteArrayInputStream(entry.getValue()), loader);
                PCEnhancer enhancer = new PCEnhancer(configuration, type, repository, loader);
                enhancer.setAddDefaultConstructor(false);
                enhancer.setEnforcePropertyRestrictions(true);
                enhancer.run();
                BCClass result = enhancer.getPCBytecode();
                enhanced.put(entry.getKey(), AsmAdaptor.toByteArray(result, result.toByteArray()));
            }
            return enhanced;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } finally {
            configuration.close();
        }
    }

    /** The classes as they were generated, for as long as the enhancer looks at them. */
    private static final class GeneratedClasses extends ClassLoader {
        private final Map<String, byte[]> classes;

        GeneratedClasses(Map<String, byte[]> classes) {
            super(Enhancement.class.getClassLoader());
            this.classes = classes;
        }

        @Override
        protected Class<?> findClass(String name) throws ClassNotFoundException {
            byte[] bytes = classes.get(name);
            if (bytes == null) {
                throw new ClassNotFoundException(name);
            }
            return defineClass(name, bytes, 0, bytes.length);
        }
    }
}
