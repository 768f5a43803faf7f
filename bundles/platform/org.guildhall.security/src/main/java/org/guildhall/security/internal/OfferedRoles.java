/* Copyright the Guildhall authors. SPDX-License-Identifier: Apache-2.0 */
package org.guildhall.security.internal;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.guildhall.api.CallContext;
import org.guildhall.api.Caller;
import org.guildhall.api.Choices;
import org.guildhall.api.Condition;
import org.guildhall.api.Problem;
import org.guildhall.api.Query;
import org.guildhall.api.Values;
import org.guildhall.api.platform.RecordService;
import org.guildhall.api.platform.RoleOffer;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes the roles that plugins offer, for administrators to give and to change: a role of that name that is there, also in
 * the bin, is left as it is. By a thread of its own, because a plugin is being published while it is told.
 */
@Component(service = OfferedRoles.class, immediate = true)
public final class OfferedRoles {
    private static final Logger LOG = LoggerFactory.getLogger(OfferedRoles.class);

    private final RecordService records;
    private final SecurityTypes types;
    private final ExecutorService thread =
            Executors.newSingleThreadExecutor(task -> new Thread(task, "guildhall-offered-roles"));

    @Activate
    public OfferedRoles(@Reference RecordService records, @Reference SecurityTypes types) {
        this.records = records;
        this.types = types;
    }

    @Reference(cardinality = ReferenceCardinality.MULTIPLE, policy = ReferencePolicy.DYNAMIC)
    void bindRole(RoleOffer offer) {
        thread.execute(() -> {
            try {
                if (!isKnown(offer)) {
                    records.create(context(), types.role(), values(offer), null);
                }
            } catch (RuntimeException e) {
                // Another server may have been faster.
                if (!(e instanceof Problem problem) || problem.kind() != Problem.Kind.INVALID) {
                    LOG.warn(
                            "The role {} of a plugin could not be made; it is tried again at its next start",
                            offer.name(),
                            e);
                }
            }
        });
    }

    void unbindRole(RoleOffer offer) {
        // The role stays, with whoever has it.
    }

    private boolean isKnown(RoleOffer offer) {
        Query named = Query.where(Condition.equal("name", offer.name())).limit(1);
        return !records.query(context(), types.role(), named).items().isEmpty()
                || !records.query(context(), types.role(), named.inTheBin())
                        .items()
                        .isEmpty();
    }

    private static Values values(RoleOffer offer) {
        return Values.builder()
                .put("name", offer.name())
                .put("description", offer.description())
                .put(
                        "permissions",
                        offer.permissions().stream()
                                .map(OfferedRoles::permission)
                                .toList())
                .put(
                        "grants",
                        offer.grants().stream()
                                .map(grant -> Values.of("permission", grant))
                                .toList())
                .build();
    }

    private static Values permission(RoleOffer.Permission permission) {
        List<String> verbs = permission.verbs().stream().map(TokenScopes::word).toList();
        return Values.builder()
                .put("type", permission.type())
                .put("verbs", new Choices(verbs))
                .put("scope", permission.scope())
                .build();
    }

    private static CallContext context() {
        return new CallContext(
                Caller.SERVER,
                "server",
                "offered-roles",
                Locale.ENGLISH,
                Instant.now().truncatedTo(ChronoUnit.MICROS));
    }

    @Deactivate
    void stop() {
        thread.shutdown();
    }
}
