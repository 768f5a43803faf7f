/* Copyright the Guildhall authors. SPDX-License-Identifier: Apache-2.0 */
package org.guildhall.webhooks.internal;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.guildhall.api.Caller;
import org.guildhall.api.Finding;
import org.guildhall.api.ForRecord;
import org.guildhall.api.RecordRule;
import org.guildhall.api.Values;
import org.guildhall.api.Work;
import org.guildhall.api.platform.PlatformWork;
import org.guildhall.api.platform.RecordTypes;
import org.guildhall.api.platform.ValuesFormat;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/** A webhook is its owner's, stays his, and means something. */
@Component
@ForRecord(WebhookType.NAME)
public final class WebhookRule implements RecordRule {
    private final AddressGuard guard;
    private final Filters filters;

    /**
     * @param secrets not used: a purge finds its table
     * @param breakers as well
     */
    @Activate
    public WebhookRule(
            @Reference AddressGuard guard,
            @Reference RecordTypes types,
            @Reference ValuesFormat format,
            @Reference SecretTable secrets,
            @Reference BreakerTable breakers) {
        this(guard, new Filters(types, format));
    }

    WebhookRule(AddressGuard guard, Filters filters) {
        this.guard = guard;
        this.filters = filters;
    }

    @Override
    public List<Finding> check(Change change, Work work) {
        Caller caller = work.context().caller();
        switch (change.verb()) {
            case CREATE -> {
                Owners.requireAllRights(caller);
                return findings(change, work.context().locale());
            }
            case UPDATE -> {
                if (caller.equals(Caller.SERVER)) {
                    return List.of();
                }
                if (change.changed().has("owner")) {
                    return List.of(new Finding("owner", "webhooks.owner-stays", "owner"));
                }
                if (Stream.of("url", "events", "filter").anyMatch(change.changed()::has)) {
                    Owners.require(change.before(), caller);
                }
                return findings(change, work.context().locale());
            }
            case PURGE -> {
                try {
                    Connection connection = ((PlatformWork) work).transaction().connection();
                    SecretTable.remove(connection, change.record().id());
                    BreakerTable.remove(connection, change.record().id());
                } catch (SQLException e) {
                    throw new IllegalStateException(e);
                }
            }
            default -> {}
        }
        return List.of();
    }

    private List<Finding> findings(Change change, Locale locale) {
        Values changed = change.changed();
        List<Finding> findings = new ArrayList<>();
        if (changed.get("disabledReason") != null) {
            findings.add(new Finding("disabledReason", "field.read-only", "disabledReason"));
        }
        if (changed.get("url") instanceof String url && !guard.accepts(url)) {
            findings.add(new Finding("url", "webhooks.url", "url"));
        }
        List<Values> events = events(change.after());
        if (events.isEmpty()) {
            findings.add(new Finding("events", "field.required", "events"));
        }
        for (int i = 0; i < events.size(); i++) {
            String place = "events[" + i + "].name";
            if (events.get(i).get("name") instanceof String name && !EventPattern.isValid(name)) {
                findings.add(new Finding(place, "webhooks.event", place));
            }
        }
        if (findings.isEmpty()
                && (changed.has("filter") || changed.has("events"))
                && change.after().get("filter") instanceof String filter) {
            findings.addAll(filters.check(filter, patterns(change.after()), locale));
        }
        return findings;
    }

    static List<EventPattern> patterns(Values webhook) {
        return events(webhook).stream()
                .map(event -> new EventPattern((String) event.get("name")))
                .toList();
    }

    private static List<Values> events(Values webhook) {
        return webhook.get("events") instanceof List<?> items
                ? items.stream().map(Values.class::cast).toList()
                : List.of();
    }
}
