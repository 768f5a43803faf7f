/* Copyright the Guildhall authors. SPDX-License-Identifier: Apache-2.0 */
package org.guildhall.api;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.osgi.annotation.bundle.Attribute;
import org.osgi.annotation.bundle.Capability;
import org.osgi.annotation.bundle.Requirement;

/**
 * Declares a bundle to be a plugin; stands on the package that holds its records. The build turns it into the capability
 * {@value #NAMESPACE} of the bundle's manifest, which is read once when the bundle starts.
 */
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.PACKAGE)
@Capability(namespace = GuildhallPlugin.NAMESPACE)
@Requirement(namespace = "osgi.extender", name = GuildhallPlugin.NAMESPACE, version = "1.0.0")
public @interface GuildhallPlugin {
    /** The capability's namespace, and the name of the extender that serves it. */
    String NAMESPACE = "guildhall.plugin";

    /** The manifest header with the name of the package that is annotated; the build writes it. */
    String PACKAGE_HEADER = "Guildhall-Package";

    /** The manifest header with the names of the plugin's entity classes, separated by commas; the build writes it. */
    String RECORDS_HEADER = "Guildhall-Records";

    /**
     * The plugin's name, the first half of the names of its record types: {@code [a-z][A-Za-z0-9]{0,40}}, unique on a
     * server.
     */
    @Attribute(NAMESPACE)
    String name();

    /**
     * The number of the plugin's schema: 1 at first, and one more with each version that changes a record's fields. A
     * lower number than the database has seen runs as long as no change of the author's own lies between.
     */
    int schema() default 1;

    /** What the plugin wants of other plugins' records. */
    Uses[] uses() default {};
}
