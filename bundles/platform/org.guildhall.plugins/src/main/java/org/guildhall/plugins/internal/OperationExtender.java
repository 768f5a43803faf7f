/* Copyright the Guildhall authors. SPDX-License-Identifier: Apache-2.0 */
package org.guildhall.plugins.internal;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.guildhall.api.ForRecord;
import org.guildhall.api.Operates;
import org.guildhall.api.Operation;
import org.guildhall.api.platform.Plugins;
import org.guildhall.api.platform.RecordOperation;
import org.guildhall.api.platform.RecordType;
import org.osgi.framework.BundleContext;
import org.osgi.framework.ServiceReference;
import org.osgi.framework.ServiceRegistration;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Describes the operations of plugins to the platform for as long as they are here; a bad one is left out, and says why. */
@Component(service = OperationExtender.class, immediate = true)
public final class OperationExtender {
    private static final Logger LOG = LoggerFactory.getLogger(OperationExtender.class);

    private final PluginGates gates;
    private final BundleContext context;
    private final Map<Operation<?, ?>, ServiceRegistration<RecordOperation>> published = new ConcurrentHashMap<>();

    @Activate
    public OperationExtender(@Reference PluginGates gates, BundleContext context) {
        this.gates = gates;
        this.context = context;
    }

    @Reference(cardinality = ReferenceCardinality.MULTIPLE, policy = ReferencePolicy.DYNAMIC)
    void bindOperation(Operation<?, ?> operation, ServiceReference<Operation<?, ?>> reference) {
        try {
            published.put(
                    operation, context.registerService(RecordOperation.class, described(operation, reference), null));
        } catch (RuntimeException | LinkageError e) {
            LOG.error(
                    "The operation {} of {} is left out: {}",
                    operation.getClass().getName(),
                    reference.getBundle(),
                    e.getMessage());
        }
    }

    void unbindOperation(Operation<?, ?> operation, ServiceReference<Operation<?, ?>> reference) {
        gates.leaveWith(reference);
        ServiceRegistration<RecordOperation> registration = published.remove(operation);
        if (registration != null) {
            registration.unregister();
        }
    }

    private static RecordOperation described(Operation<?, ?> operation, ServiceReference<Operation<?, ?>> reference) {
        Mistakes mistakes = new Mistakes();
        String plugin = Plugins.nameOf(reference.getBundle());
        String type = text(reference, ForRecord.PROPERTY);
        String name = text(reference, Operates.NAME);
        String permission = text(reference, Operates.PERMISSION);
        if (plugin == null) {
            mistakes.add("Its bundle declares no plugin: annotate a package with @GuildhallPlugin.");
        }
        mistakes.checkName(type, RecordType.QUALIFIED_GRAMMAR, "The type of @ForRecord");
        mistakes.checkName(name, RecordType.GRAMMAR, "The name of @Operates");
        if (RecordType.ACTIONS.contains(name)) {
            mistakes.add("The name " + name + " is the platform's: name it differently in @Operates.");
        }
        if (!permission.isEmpty()) {
            mistakes.checkName(permission, RecordType.QUALIFIED_GRAMMAR, "The permission of @Operates");
        }
        JavaOperation described =
                JavaOperation.of(operation, plugin, type, name, permission.isEmpty() ? null : permission, mistakes);
        mistakes.throwIfAny();
        return described;
    }

    private static String text(ServiceReference<?> reference, String property) {
        Object value = reference.getProperty(property);
        return value == null ? "" : value.toString();
    }
}
