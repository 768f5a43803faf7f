/* Copyright the Guildhall authors. SPDX-License-Identifier: Apache-2.0 */
package org.guildhall.webhooks.internal;

import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.guildhall.api.CallContext;
import org.guildhall.api.Condition;
import org.guildhall.api.Ids;
import org.guildhall.api.Problem;
import org.guildhall.api.Query;
import org.guildhall.api.Values;
import org.guildhall.api.Verb;
import org.guildhall.api.platform.RecordService;
import org.guildhall.api.platform.RecordType;
import org.guildhall.api.platform.RecordTypes;
import org.guildhall.api.platform.TypeAccess;
import org.guildhall.webhooks.internal.Delivery.Kind;
import org.guildhall.webhooks.internal.Delivery.Outcome;
import org.guildhall.wire.Json;

/** What is sent: an event, and its record as the webhook's owner sees it now. */
final class DeliveryBodies {
    private final RecordService records;
    private final RecordTypes types;

    DeliveryBodies(RecordService records, RecordTypes types) {
        this.records = records;
        this.types = types;
    }

    /**
     * What there is to send, and what became of the others.
     *
     * @param ready bodies by delivery
     */
    record Prepared(Map<Delivery, byte[]> ready, List<Outcome> done) {}

    Prepared prepare(WebhookSettings webhook, List<Delivery> deliveries) {
        Map<String, List<Delivery>> byType = new LinkedHashMap<>();
        deliveries.forEach(one -> byType.computeIfAbsent(one.record().type(), none -> new ArrayList<>())
                .add(one));
        Prepared prepared = new Prepared(new LinkedHashMap<>(), new ArrayList<>());
        byType.forEach((name, some) -> {
            try {
                Optional<RecordType> type = types.find(name);
                if (type.isEmpty()) {
                    some.forEach(one -> prepared.done().add(new Outcome(one, Kind.NOT_NOW, 0, name + " is away")));
                } else {
                    prepare(webhook, type.get(), some, prepared);
                }
            } catch (Problem problem) {
                some.forEach(one -> prepared.done().add(new Outcome(one, kind(problem), 0, problem.code())));
            }
        });
        return prepared;
    }

    private static Kind kind(Problem problem) {
        return switch (problem.kind()) {
            case FORBIDDEN, NOT_FOUND -> Kind.NOT_FOR_OWNER;
            case INVALID -> Kind.HOPELESS;
            case TOO_EXPENSIVE -> Kind.FAILED;
            case UNAVAILABLE, CONFLICT, EXPIRED -> Kind.NOT_NOW;
        };
    }

    private void prepare(WebhookSettings webhook, RecordType type, List<Delivery> some, Prepared prepared) {
        CallContext context = webhook.context();
        TypeAccess access = records.access(context, type);
        List<Long> wanted =
                some.stream().map(one -> one.record().id()).distinct().toList();
        Map<Long, Values> live = find(context, type, query(webhook, wanted));
        List<Long> missing = wanted.stream().filter(id -> !live.containsKey(id)).toList();
        Map<Long, Values> binned = missing.isEmpty()
                ? Map.of()
                : find(context, type, query(webhook, missing).inTheBin().only(Set.of("id")));
        // Of a record that is gone he hears where he sees every record and asks for nothing of it.
        boolean hearsOfGone =
                webhook.filter() == null && access.visibility(Verb.READ).isEverything();
        List<Long> there = hearsOfGone && missing.size() > binned.size() ? withoutFilter(type, missing) : missing;
        for (Delivery one : some) {
            long id = one.record().id();
            Values record = live.get(id);
            if (record != null || binned.containsKey(id) || (hearsOfGone && !there.contains(id))) {
                prepared.ready().put(one, body(type, access, one, record));
            } else {
                prepared.done().add(new Outcome(one, Kind.NOT_FOR_OWNER, 0, null));
            }
        }
    }

    /** Those of the records that are there, whoever sees them. */
    private List<Long> withoutFilter(RecordType type, List<Long> ids) {
        CallContext server = Lanes.server();
        Query query =
                Query.where(Condition.in("id", ids)).limit(Query.MAX_LIMIT).only(Set.of("id"));
        Map<Long, Values> there = new HashMap<>(find(server, type, query));
        there.putAll(find(server, type, query.inTheBin()));
        return List.copyOf(there.keySet());
    }

    private static Query query(WebhookSettings webhook, List<Long> ids) {
        Condition these = Condition.in("id", ids);
        return Query.where(webhook.filter() == null ? these : Condition.all(these, webhook.filter()))
                .limit(Query.MAX_LIMIT);
    }

    private Map<Long, Values> find(CallContext context, RecordType type, Query query) {
        Map<Long, Values> found = new HashMap<>();
        records.query(context, type, query).items().forEach(record -> found.put((Long) record.get("id"), record));
        return found;
    }

    private static byte[] body(RecordType type, TypeAccess access, Delivery delivery, Values record) {
        return Json.bytes(out -> {
            out.writeStartObject();
            out.writeStringField("type", type.name() + "." + delivery.event());
            out.writeStringField("timestamp", delivery.occurredAt());
            out.writeFieldName("data");
            out.writeStartObject();
            writeEvent(out, type, access, delivery);
            out.writeFieldName("record");
            if (record == null) {
                out.writeNull();
            } else {
                Json.write(out, type, record);
            }
            out.writeEndObject();
            out.writeEndObject();
        });
    }

    private static void writeEvent(JsonGenerator out, RecordType type, TypeAccess access, Delivery delivery)
            throws IOException {
        out.writeStringField("sequence", Long.toString(delivery.sequence()));
        out.writeStringField("type", type.name());
        out.writeStringField("id", Ids.format(delivery.record().id()));
        out.writeNumberField("version", delivery.version());
        out.writeFieldName("changed");
        out.writeStartArray();
        for (String name : delivery.changed()) {
            if (!access.hidden().contains(name)) {
                out.writeString(name);
            }
        }
        out.writeEndArray();
        out.writeStringField("by", Ids.format(delivery.actor()));
        out.writeStringField("requestId", delivery.requestId());
    }
}
