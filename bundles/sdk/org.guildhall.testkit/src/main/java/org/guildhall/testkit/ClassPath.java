/* Copyright the Guildhall authors. SPDX-License-Identifier: Apache-2.0 */
package org.guildhall.testkit;

import java.io.IOException;
import java.io.InputStream;
import java.net.URL;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.jar.Attributes;
import java.util.jar.Manifest;
import java.util.stream.Collectors;
import org.osgi.framework.Constants;

/** The bundles of the test's class path. */
record ClassPath(List<String> bundles, String shared) {
    private static final String MANIFEST = "META-INF/MANIFEST.MF";
    /** What the test and the server speak to each other with. */
    private static final Set<String> SHARED = Set.of("org.guildhall.api", "slf4j.api");

    private static final Set<String> LEFT_OUT =
            Set.of("org.guildhall.testkit", "org.apache.felix.framework", "slf4j.simple", "osgi.core");

    static ClassPath read() throws IOException {
        List<String> bundles = new ArrayList<>();
        Map<String, String> shared = new LinkedHashMap<>();
        for (URL url : Collections.list(ClassPath.class.getClassLoader().getResources(MANIFEST))) {
            Attributes manifest = manifest(url);
            String header = manifest.getValue(Constants.BUNDLE_SYMBOLICNAME);
            if (header == null) {
                continue;
            }
            String name = header.split(";")[0].strip();
            if (SHARED.contains(name)) {
                shared.put(name, exports(manifest));
            } else if (!LEFT_OUT.contains(name)) {
                bundles.add(location(url));
            }
        }
        // The settings are written by the test kit. What OpenJPA imports and does without is offered empty.
        shared.put("", "org.osgi.service.cm;version=\"1.6.1\",javax.rmi,org.apache.logging.log4j");
        return new ClassPath(bundles, shared.values().stream().collect(Collectors.joining(",")));
    }

    private static Attributes manifest(URL url) throws IOException {
        try (InputStream in = url.openStream()) {
            return new Manifest(in).getMainAttributes();
        }
    }

    private static String exports(Attributes manifest) {
        return manifest.getValue(Constants.EXPORT_PACKAGE).replaceAll(";\\s*uses:=\"[^\"]*\"", "");
    }

    /** By reference: neither jars nor folders are copied. */
    private static String location(URL manifest) {
        String text = manifest.toString();
        String place = text.substring(0, text.length() - MANIFEST.length());
        return "reference:" + (place.startsWith("jar:") ? place.substring("jar:".length(), place.length() - 2) : place);
    }
}
