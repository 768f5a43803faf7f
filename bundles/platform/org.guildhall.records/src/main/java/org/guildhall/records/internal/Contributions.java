/* Copyright the Guildhall authors. SPDX-License-Identifier: Apache-2.0 */
package org.guildhall.records.internal;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import org.guildhall.api.ForRecord;
import org.guildhall.api.RecordDefaults;
import org.guildhall.api.RecordRule;
import org.guildhall.api.platform.PluginCalls;
import org.guildhall.api.platform.Plugins;
import org.guildhall.api.platform.RecordOperation;
import org.guildhall.api.platform.RecordType;
import org.osgi.framework.ServiceReference;
import org.osgi.service.component.annotations.Activate;
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

    private final Set<Missed> missed = ConcurrentHashMap.newKeySet();
    private final PluginCalls calls;

    /** A plugin that is leaving, and had something for a type. */
    private record Missed(String type, String plugin) {}

    @Activate
    public Contributions(@Reference PluginCalls calls) {
        this.calls = calls;
    }

    /** A service, the plugin that it is of, and the type that it is for. */
    record Contribution<S>(S service, String plugin, String type) {}

    @Reference(cardinality = ReferenceCardinality.MULTIPLE, policy = ReferencePolicy.DYNAMIC)
    void bindRule(RecordRule rule, ServiceReference<RecordRule> reference) {
        add(rules, rule, reference);
    }

    void unbindRule(RecordRule rule, ServiceReference<RecordRule> reference) {
        remove(rules, rule, reference);
    }

    @Reference(cardinality = ReferenceCardinality.MULTIPLE, policy = ReferencePolicy.DYNAMIC)
    void bindDefaults(RecordDefaults more, ServiceReference<RecordDefaults> reference) {
        add(defaults, more, reference);
    }

    void unbindDefaults(RecordDefaults more, ServiceReference<RecordDefaults> reference) {
        remove(defaults, more, reference);
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

    /** What leaves with its plugin holds until the calls that it may be for have ended, and is missed until it is back. */
    private <S> void remove(List<Contribution<S>> all, S service, ServiceReference<S> reference) {
        calls.leaveWith(reference);
        for (Contribution<S> one : all) {
            if (one.service() == service) {
                missed.add(new Missed(one.type(), one.plugin()));
                all.remove(one);
            }
        }
    }

    /** The plugins whose code a change of a record of the type runs; also those that are being replaced. */
    Set<String> plugins(RecordType type) {
        missed.removeIf(one -> !calls.isLeaving(one.plugin()));
        if (rules.isEmpty() && defaults.isEmpty() && missed.isEmpty()) {
            return Set.of(type.plugin());
        }
        Set<String> plugins = new HashSet<>();
        plugins.add(type.plugin());
        rules(type.name()).forEach(rule -> plugins.add(rule.plugin()));
        defaults(type.name()).forEach(more -> plugins.add(more.plugin()));
        missed.stream().filter(one -> one.type().equals(type.name())).forEach(one -> plugins.add(one.plugin()));
        return plugins;
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
