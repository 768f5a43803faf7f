/* Copyright the Guildhall authors. SPDX-License-Identifier: Apache-2.0 */
package org.guildhall.itests.container;

import static org.junit.Assert.assertTrue;
import static org.ops4j.pax.exam.CoreOptions.systemProperty;
import static org.ops4j.pax.exam.CoreOptions.vmOption;
import static org.ops4j.pax.exam.CoreOptions.when;
import static org.ops4j.pax.exam.karaf.options.KarafDistributionOption.configureConsole;
import static org.ops4j.pax.exam.karaf.options.KarafDistributionOption.editConfigurationFilePut;
import static org.ops4j.pax.exam.karaf.options.KarafDistributionOption.karafDistributionConfiguration;
import static org.ops4j.pax.exam.karaf.options.KarafDistributionOption.keepRuntimeFolder;

import java.io.File;
import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Dictionary;
import java.util.Hashtable;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.inject.Inject;
import org.guildhall.api.CallContext;
import org.guildhall.api.Caller;
import org.guildhall.api.platform.RecordType;
import org.guildhall.api.platform.UnitOfWork;
import org.guildhall.itests.Fork;
import org.guildhall.itests.TestDatabase;
import org.junit.runner.RunWith;
import org.ops4j.pax.exam.Configuration;
import org.ops4j.pax.exam.Option;
import org.ops4j.pax.exam.junit.PaxExam;
import org.ops4j.pax.exam.spi.reactors.ExamReactorStrategy;
import org.ops4j.pax.exam.spi.reactors.PerSuite;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.BundleException;
import org.osgi.framework.InvalidSyntaxException;
import org.osgi.framework.ServiceReference;
import org.osgi.service.cm.ConfigurationAdmin;
import org.osgi.service.component.runtime.ServiceComponentRuntime;
import org.osgi.service.component.runtime.dto.ComponentConfigurationDTO;
import org.osgi.service.component.runtime.dto.ComponentDescriptionDTO;
import org.osgi.util.tracker.ServiceTracker;

/** The built distribution as the container of the tests, and what they all need in it. */
@RunWith(PaxExam.class)
@ExamReactorStrategy(PerSuite.class)
public abstract class Container {
    private static final String CLINIC = "guildhall.clinic";
    private static final String DATABASE = "org.guildhall.database";
    private static final int WAIT_MILLIS = 30_000;

    @Inject
    protected BundleContext context;

    @Configuration
    public static Option[] configuration() {
        String karaf = System.getProperty("karaf.version");
        String java = System.getProperty("guildhall.java").strip();
        return new Option[] {
            karafDistributionConfiguration()
                    .frameworkUrl("file:" + new File(System.getProperty("guildhall.archive")).getAbsolutePath())
                    .name("Guildhall")
                    .karafVersion(karaf)
                    .unpackDirectory(new File(System.getProperty("guildhall.work"), "container"))
                    .useDeployFolder(false),
            keepRuntimeFolder(),
            configureConsole().ignoreLocalConsole().ignoreRemoteShell(),
            // As bin/karaf gives them; the container's folder is where it starts.
            vmOption("--add-reads=java.xml=java.logging"),
            vmOption("--add-exports=java.base/org.apache.karaf.specs.locator=java.xml,ALL-UNNAMED"),
            vmOption("--patch-module=java.base=lib/endorsed/org.apache.karaf.specs.locator-" + karaf + ".jar"),
            vmOption("--patch-module=java.xml=lib/endorsed/org.apache.karaf.specs.java.xml-" + karaf + ".jar"),
            vmOption("--add-opens=java.base/java.security=ALL-UNNAMED"),
            vmOption("--add-opens=java.base/java.net=ALL-UNNAMED"),
            vmOption("--add-opens=java.base/java.lang=ALL-UNNAMED"),
            vmOption("--add-opens=java.base/java.util=ALL-UNNAMED"),
            vmOption("--add-opens=java.naming/javax.naming.spi=ALL-UNNAMED"),
            vmOption("-Duser.timezone=UTC"),
            vmOption("-Duser.language=tr"),
            vmOption("-Duser.country=TR"),
            vmOption("-Xmx256m"),
            vmOption("-XX:+UseSerialGC"),
            when(!java.isEmpty()).useOptions(vmOption(java)),
            editConfigurationFilePut("etc/system.properties", "guildhall.port", Integer.toString(Fork.port(18581))),
            editConfigurationFilePut("etc/system.properties", "guildhall.ssh.port", Integer.toString(Fork.port(18582))),
            editConfigurationFilePut(
                    "etc/org.ops4j.pax.url.mvn.cfg",
                    "org.ops4j.pax.url.mvn.localRepository",
                    System.getProperty("guildhall.repository")),
            systemProperty("guildhall.fork").value(System.getProperty("guildhall.fork", "1")),
            systemProperty("guildhall.full").value(System.getProperty("guildhall.full", "false")),
            systemProperty(CLINIC).value(new File(System.getProperty(CLINIC)).getAbsolutePath()),
        };
    }

    /** A service that is here within half a minute; else the failure names every unsatisfied reference. */
    protected <T> T service(Class<T> type) throws InterruptedException {
        return service(type, "(objectClass=" + type.getName() + ")");
    }

    protected <T> T service(Class<T> type, String filter) throws InterruptedException {
        try {
            ServiceTracker<T, T> tracker = new ServiceTracker<>(
                    context, context.createFilter("(&(objectClass=" + type.getName() + ")" + filter + ")"), null);
            // Left open: a closed tracker gives its services back, and some end with that.
            tracker.open();
            T service = tracker.waitForService(WAIT_MILLIS);
            if (service == null) {
                throw new AssertionError("no service " + type.getName() + " " + filter + "\n" + unsatisfied());
            }
            return service;
        } catch (InvalidSyntaxException e) {
            throw new IllegalArgumentException(e);
        }
    }

    private String unsatisfied() {
        ServiceComponentRuntime components =
                context.getService(context.getServiceReference(ServiceComponentRuntime.class));
        List<String> lines = new ArrayList<>();
        for (ComponentDescriptionDTO description : components.getComponentDescriptionDTOs()) {
            for (ComponentConfigurationDTO component : components.getComponentConfigurationDTOs(description)) {
                if (component.state != ComponentConfigurationDTO.ACTIVE
                        && component.state != ComponentConfigurationDTO.SATISFIED) {
                    lines.add(description.name + " lacks "
                            + Stream.of(component.unsatisfiedReferences)
                                    .map(reference -> reference.name + " " + reference.target)
                                    .collect(Collectors.joining(", "))
                            + (component.failure == null ? "" : component.failure));
                }
            }
        }
        return String.join("\n", lines);
    }

    protected RecordType type(String name) throws InterruptedException {
        return service(RecordType.class, "(guildhall.type=" + name + ")");
    }

    protected Bundle installClinic() throws IOException, BundleException {
        try (InputStream jar = new FileInputStream(System.getProperty(CLINIC))) {
            Bundle bundle = context.installBundle("test:clinic", jar);
            bundle.start();
            return bundle;
        }
    }

    /** Moves the running server to an empty database of a kind, as an administrator's edit of the file in etc does. */
    protected void moveTo(TestDatabase database, int poolSize) throws Exception {
        String name = "guildhall_container_it";
        database.create(name);
        String url = database == TestDatabase.DERBY
                ? "jdbc:derby:" + context.getProperty("guildhall.data") + "/derby-" + System.nanoTime() + ";create=true"
                : database.url(name);
        Hashtable<String, Object> settings = new Hashtable<>();
        settings.put("url", url);
        settings.put("user", "guildhall");
        settings.put(".password", "guildhall");
        settings.put("poolSize", poolSize);
        configure(settings);
    }

    /** Closes the pool and opens it anew, on the same database. */
    protected void reconnect() throws Exception {
        Dictionary<String, Object> settings = service(ConfigurationAdmin.class)
                .getConfiguration(DATABASE, null)
                .getProperties();
        settings.put("poolSize", (Integer) settings.get("poolSize") + 1);
        configure(settings);
    }

    private void configure(Dictionary<String, Object> settings) throws Exception {
        ServiceReference<UnitOfWork> before = context.getServiceReference(UnitOfWork.class);
        service(ConfigurationAdmin.class).getConfiguration(DATABASE, null).update(settings);
        long end = System.nanoTime() + WAIT_MILLIS * 1_000_000L;
        ServiceReference<UnitOfWork> after = null;
        while (after == null || after.equals(before)) {
            assertTrue("the unit of work is made anew\n" + unsatisfied(), System.nanoTime() < end);
            Thread.sleep(20);
            after = context.getServiceReference(UnitOfWork.class);
        }
    }

    protected static CallContext call(String requestId) {
        return new CallContext(Caller.SERVER, "tests", requestId, Locale.ENGLISH, Instant.now());
    }
}
