/* Copyright the Guildhall authors. SPDX-License-Identifier: Apache-2.0 */
package org.guildhall.security.internal;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.guildhall.api.AccessPolicy;
import org.guildhall.api.Caller;
import org.guildhall.api.Condition;
import org.guildhall.api.ForRecord;
import org.guildhall.api.Problem;
import org.guildhall.api.Verb;
import org.guildhall.api.platform.TypeAccess;
import org.guildhall.api.platform.Visibility;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The policies of the plugins, which narrow what roles give. One that fails closes its type rather than opening it. */
@Component(service = AccessPolicies.class)
public final class AccessPolicies {
    private static final Logger LOG = LoggerFactory.getLogger(AccessPolicies.class);

    private final Map<String, List<AccessPolicy>> policies = new ConcurrentHashMap<>();

    @Reference(policy = ReferencePolicy.DYNAMIC, cardinality = ReferenceCardinality.MULTIPLE)
    void addPolicy(AccessPolicy policy, Map<String, Object> properties) {
        policies.compute(type(properties), (type, others) -> {
            List<AccessPolicy> more = new ArrayList<>(others == null ? List.of() : others);
            more.add(policy);
            return List.copyOf(more);
        });
    }

    void removePolicy(AccessPolicy policy, Map<String, Object> properties) {
        policies.computeIfPresent(type(properties), (type, all) -> {
            List<AccessPolicy> others =
                    all.stream().filter(one -> one != policy).toList();
            return others.isEmpty() ? null : others;
        });
    }

    private static String type(Map<String, Object> properties) {
        return String.valueOf(properties.get(ForRecord.PROPERTY));
    }

    /**
     * What is left of an access.
     *
     * @throws Problem FORBIDDEN when a policy of the type fails
     */
    TypeAccess narrow(Caller caller, String type, TypeAccess access) {
        List<AccessPolicy> all = policies.getOrDefault(type, List.of());
        if (all.isEmpty() || access.verbs().isEmpty()) {
            return access;
        }
        Map<Verb, Visibility> verbs = new EnumMap<>(Verb.class);
        access.verbs().forEach((verb, reached) -> verbs.put(verb, narrow(caller, type, verb, reached, all)));
        return new TypeAccess(verbs, access.hidden(), access.readOnly());
    }

    private static Visibility narrow(
            Caller caller, String type, Verb verb, Visibility reached, List<AccessPolicy> policies) {
        if (!(reached instanceof Visibility.Rows rows)) {
            return reached;
        }
        List<Condition> conditions = new ArrayList<>(rows.conditions());
        for (AccessPolicy policy : policies) {
            ask(policy, caller, type, verb).ifPresent(conditions::add);
        }
        return new Visibility.Rows(
                rows.all(), rows.owners(), rows.teams(), rows.grantees(), rows.changing(), List.copyOf(conditions));
    }

    private static Optional<Condition> ask(AccessPolicy policy, Caller caller, String type, Verb verb) {
        try {
            Optional<Condition> condition = policy.reachable(caller, verb);
            if (condition != null) {
                return condition;
            }
            LOG.error(
                    "The access policy {} of {} has answered null",
                    policy.getClass().getName(),
                    type);
        } catch (RuntimeException | LinkageError e) {
            LOG.error("The access policy {} of {} has failed", policy.getClass().getName(), type, e);
        }
        throw Problem.of(Problem.Kind.FORBIDDEN, "access.policy-failed", type);
    }
}
