/* Copyright the Guildhall authors. SPDX-License-Identifier: Apache-2.0 */
package org.guildhall.itests;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.assignableTo;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noFields;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertTrue;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import com.tngtech.archunit.library.dependencies.SliceAssignment;
import com.tngtech.archunit.library.dependencies.SliceIdentifier;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.guildhall.api.platform.ChoiceList;
import org.guildhall.api.platform.Labels;
import org.guildhall.api.platform.PluginModel;
import org.guildhall.api.platform.RecordField;
import org.guildhall.api.platform.RecordPart;
import org.guildhall.api.platform.RecordType;
import org.junit.BeforeClass;
import org.junit.Test;
import org.osgi.framework.Bundle;

/** The rules of the house, over all bundles. */
public class ArchitectureTest {
    private static final List<String> DOMAINS = List.of("customer", "clinic");

    private static JavaClasses classes;

    @BeforeClass
    public static void read() {
        classes = new ClassFileImporter()
                .withImportOption(new ImportOption.DoNotIncludeTests())
                .importPackages("org.guildhall");
        assertTrue("the bundles are on the class path", classes.contain("org.guildhall.customer.Contact"));
    }

    @Test
    public void nobodyImportsTheInsideOfAnotherBundle() {
        check(classes().should(new ArchCondition<>("stay out of the internal packages of other bundles") {
            @Override
            public void check(JavaClass origin, ConditionEvents events) {
                origin.getDirectDependenciesFromSelf().stream()
                        .filter(dependency ->
                                dependency.getTargetClass().getPackageName().contains(".internal"))
                        .filter(dependency -> bundle(dependency.getTargetClass()) != null)
                        .filter(dependency ->
                                !bundle(dependency.getTargetClass()).equals(bundle(origin)))
                        .forEach(dependency ->
                                events.add(SimpleConditionEvent.violated(origin, dependency.getDescription())));
            }
        }));
    }

    @Test
    public void thePlatformAndItsDoorsKnowNoDomain() {
        check(noClasses()
                .that()
                .resideOutsideOfPackages(packages(DOMAINS))
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(packages(DOMAINS)));
    }

    @Test
    public void jpaIsForPersistenceTheModelAndPlugins() {
        check(noClasses()
                .that()
                .resideOutsideOfPackages(
                        packages(List.of("persistence", "yaml", "model", "security", "webhooks", "customer", "clinic")))
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("javax.persistence..", "org.apache.openjpa.."));
    }

    @Test
    public void doorsSpeakToTheApiAlone() {
        check(noClasses()
                .that()
                .resideInAnyPackage("org.guildhall.rest..", "org.guildhall.shell..")
                .should()
                .dependOnClassesThat(new DescribedPredicate<>("are of another bundle than the api and wire") {
                    @Override
                    public boolean test(JavaClass target) {
                        return bundle(target) != null
                                && !List.of("api", "wire", "rest", "shell").contains(bundle(target));
                    }
                }));
    }

    @Test
    public void webhooksAreADoorWithRecordsOfTheirOwn() {
        check(noClasses()
                .that()
                .resideInAnyPackage("org.guildhall.webhooks..")
                .should()
                .dependOnClassesThat(
                        new DescribedPredicate<>("are of another bundle than the api, the model and wire") {
                            @Override
                            public boolean test(JavaClass target) {
                                return bundle(target) != null
                                        && !List.of("api", "model", "wire", "webhooks")
                                                .contains(bundle(target));
                            }
                        }));
    }

    @Test
    public void aRecordTypeHoldsNoClassOfItsPlugin() {
        for (Class<?> type : List.of(
                RecordType.class,
                RecordField.class,
                RecordPart.class,
                ChoiceList.class,
                Labels.class,
                PluginModel.class)) {
            check(noFields()
                    .that()
                    .areDeclaredIn(type)
                    .and()
                    .areNotStatic()
                    .should()
                    .haveRawType(assignableTo(Class.class)
                            .or(assignableTo(ClassLoader.class))
                            .or(assignableTo(Bundle.class))
                            .or(assignableTo(Object.class)
                                    .and(not(resideInAnyPackage("java..", "org.guildhall.api.."))))));
        }
    }

    @Test
    public void packagesHaveNoCycles() {
        slices().assignedFrom(new SliceAssignment() {
                    @Override
                    public SliceIdentifier getIdentifierOf(JavaClass type) {
                        return bundle(type) == null
                                ? SliceIdentifier.ignore()
                                : SliceIdentifier.of(type.getPackageName());
                    }

                    @Override
                    public String getDescription() {
                        return "packages";
                    }
                })
                .should()
                .beFreeOfCycles()
                .check(classes);
    }

    @Test
    public void everyExportedPackageHasAVersionAndASentence() throws IOException {
        int exported = 0;
        try (Stream<Path> files = Files.walk(Path.of("../bundles"))) {
            for (Path file :
                    files.filter(path -> path.endsWith("package-info.java")).toList()) {
                String text = Files.readString(file);
                assertTrue(file + " has no sentence", text.contains("/** "));
                if (text.contains("@Export")) {
                    exported++;
                    assertTrue(file + " has no @Version", text.contains("@Version("));
                }
            }
        }
        assertEquals("exported packages: api, api.platform, model, wire, plugins", 5, exported);
    }

    @Test
    public void everyBundleFolderHasAReadme() throws IOException {
        try (Stream<Path> files = Files.walk(Path.of("../bundles"), 3)) {
            for (Path pom : files.filter(path -> path.endsWith("pom.xml") && path.getNameCount() > 3)
                    .toList()) {
                assertTrue(pom.getParent() + " has no README.md", Files.exists(pom.resolveSibling("README.md")));
            }
        }
    }

    private static void check(ArchRule rule) {
        rule.check(classes);
    }

    private static String[] packages(List<String> bundles) {
        return bundles.stream().map(bundle -> "org.guildhall." + bundle + "..").toArray(String[]::new);
    }

    /** The third part of a package's name; null outside of the house. */
    private static String bundle(JavaClass type) {
        String[] parts = type.getPackageName().split("\\.");
        return type.getPackageName().startsWith("org.guildhall.") && !parts[2].equals("itests") ? parts[2] : null;
    }
}
