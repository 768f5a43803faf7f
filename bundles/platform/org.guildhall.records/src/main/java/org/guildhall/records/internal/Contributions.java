/* Copyright the Guildhall authors. SPDX-License-Identifier: Apache-2.0 */
package org.guildhall.records.internal;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.guildhall.api.ForRecord;
import org.guildhall.api.RecordDefaults;
import org.guildhall.api.RecordRule;
import org.guildhall.api.platform.Plugins;
import org.guildhall.api.platform.RecordOperation;
import org.osgi.framework.ServiceReference;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What plugins contribute to record types, theirs and others', for as long as they are here. */
@Component(service = Contributions.class)
public final class Contributions {
    private static final Logger LOG = LoggerFactory.getLogger(Contributions.class);

    private final List<Contribution<RecordRule>> rules = new CopyOnWriteArrayList<>();
    private final List<Contribution<RecordDefaults>> defaults = new CopyOnWriteArrayList<>();
    private final List<RecordOperation> operations = new CopyOnWriteArrayList<>();

    /** A service, the plugin that it is of, and the type that it is for. */
    record Contribution<S>(S service, String plugin, String type) {}

    @Reference(cardinality = ReferenceCardinality.MULTIPLE, policy = ReferencePolicy.DYNAMIC)
    void bindRule(RecordRule rule, ServiceReference<RecordRule> reference) {
        add(rules, rule, reference);
    }

    void unbindRule(RecordRule rule) {
        rules.removeIf(one -> one.service() == rule);
    }

    @Reference(cardinality = ReferenceCardinality.MULTIPLE, policy = ReferencePolicy.DYNAMIC)
    void bindDefaults(RecordDefaults more, ServiceReference<RecordDefaults> reference) {
        add(defaults, more, reference);
    }

    void unbindDefaults(RecordDefaults more) {
        defaults.removeIf(one -> one.service() == more);
    }

    @Reference(cardinality = ReferenceCardinality.MULTIPLE, policy = ReferencePolicy.DYNAMIC)
    void bindOperation(RecordOperation operation) {
        operations.add(operation);
    }

    void unbindOperation(RecordOperation operation) {
        operations.remove(operation);
    }

    private static <S> void add(List<Contribution<S>> all, S service, ServiceReference<S> reference) {
        Object type = reference.getProperty(ForRecord.PROPERTY);
        String plugin = Plugins.nameOf(reference.getBundle());
        if (type instanceof String name && plugin != null) {
            all.add(new Contribution<>(service, plugin, name));
        } else {
            LOG.error(
                    "{} of {} does nothing: it must be of a plugin's bundle and say by @ForRecord for which type it is",
                    service.getClass().getName(),
                    reference.getBundle());
        }
    }

    List<Contribution<RecordRule>> rules(String type) {
        return of(rules, type);
    }

    List<Contribution<RecordDefaults>> defaults(String type) {
        return of(defaults, type);
    }

    private static <S> List<Contribution<S>> of(List<Contribution<S>> all, String type) {
        return all.isEmpty()
                ? List.of()
                : all.stream().filter(one -> one.type().equals(type)).toList();
    }

    List<RecordOperation> operations(String type) {
        return operations.stream().filter(one -> one.type().equals(type)).toList();
    }
}
