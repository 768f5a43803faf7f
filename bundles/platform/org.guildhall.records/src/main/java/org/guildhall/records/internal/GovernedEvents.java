/* Copyright the Guildhall authors. SPDX-License-Identifier: Apache-2.0 */
package org.guildhall.records.internal;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.guildhall.api.CallContext;
import org.guildhall.api.Problem;
import org.guildhall.api.Query;
import org.guildhall.api.RecordEvent;
import org.guildhall.api.Ref;
import org.guildhall.api.Values;
import org.guildhall.api.Verb;
import org.guildhall.api.platform.Access;
import org.guildhall.api.platform.EventLog;
import org.guildhall.api.platform.PluginCalls;
import org.guildhall.api.platform.RecordEvents;
import org.guildhall.api.platform.RecordReader;
import org.guildhall.api.platform.RecordType;
import org.guildhall.api.platform.RecordTypes;
import org.guildhall.api.platform.TypeAccess;
import org.guildhall.api.platform.UnitOfWork;
import org.guildhall.api.platform.ValuesFormat;
import org.guildhall.api.platform.Visibility;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/** Lets callers know of events whose records they see. */
@Component
public final class GovernedEvents implements RecordEvents {
    private static final String PURGED = "purged";

    private final EventLog log;
    private final UnitOfWork unitOfWork;
    private final RecordTypes types;
    private final PluginCalls calls;
    private final Reach reach;

    @Activate
    public GovernedEvents(
            @Reference EventLog log,
            @Reference UnitOfWork unitOfWork,
            @Reference RecordTypes types,
            @Reference PluginCalls calls,
            @Reference Access access,
            @Reference ValuesFormat format) {
        this.log = log;
        this.unitOfWork = unitOfWork;
        this.types = types;
        this.calls = calls;
        this.reach = new Reach(access, types, format);
    }

    @Override
    public long last() {
        return log.last();
    }

    @Override
    public Events after(CallContext context, Set<String> names, long sequence) {
        List<RecordEvent> all = look(sequence);
        Map<String, RecordType> here = new HashMap<>();
        Map<String, List<RecordEvent>> byType = new HashMap<>();
        for (int i = 0; i < all.size(); i++) {
            RecordEvent event = all.get(i);
            String name = event.record().type();
            if (names.isEmpty() || names.contains(name)) {
                RecordType type =
                        here.computeIfAbsent(name, absent -> types.find(absent).orElse(null));
                if (type != null) {
                    byType.computeIfAbsent(name, none -> new ArrayList<>()).add(event);
                } else if (isBeingReplaced(name)) {
                    all = all.subList(0, i);
                }
            }
        }
        Map<Long, RecordEvent> seen = new HashMap<>();
        byType.forEach((name, events) ->
                seen(context, here.get(name), events).forEach(event -> seen.put(event.sequence(), event)));
        return new Events(
                all.stream()
                        .map(event -> seen.get(event.sequence()))
                        .filter(event -> event != null)
                        .toList(),
                next(all, sequence));
    }

    /** Whether nobody can say yet who sees a type's records. */
    private boolean isBeingReplaced(String type) {
        return calls.isLeaving(type.substring(0, type.indexOf('.')));
    }

    private List<RecordEvent> look(long sequence) {
        if (!log.isKnown(sequence)) {
            throw Problem.of(
                    Problem.Kind.EXPIRED, "events.expired", Long.toString(log.expired()), Long.toString(log.last()));
        }
        return sequence == log.last() ? List.of() : log.after(sequence, MAX_LOOK);
    }

    private static long next(List<RecordEvent> looked, long sequence) {
        return looked.isEmpty() ? sequence : looked.get(looked.size() - 1).sequence();
    }

    private List<RecordEvent> seen(CallContext context, RecordType type, List<RecordEvent> events) {
        TypeAccess granted = reach.of(context, type);
        if (!granted.allows(Verb.READ)) {
            return List.of();
        }
        Visibility visibility = granted.visibility(Verb.READ);
        Set<Long> ids =
                events.stream().map(event -> event.record().id()).collect(Collectors.toCollection(HashSet::new));
        Set<Long> seen = unitOfWork.read(context, reader -> {
            Set<Long> reached = new HashSet<>(reader.existing(type, ids, false, visibility));
            ids.removeAll(reached);
            reached.addAll(binned(reader, type, ids, visibility));
            return reached;
        });
        return events.stream()
                .filter(event -> seen.contains(event.record().id()) || (isPurge(event) && visibility.isEverything()))
                .map(event -> masked(event, granted.hidden()))
                .toList();
    }

    private static Set<Long> binned(RecordReader reader, RecordType type, Set<Long> ids, Visibility visibility) {
        return ids.isEmpty() ? Set.of() : reader.existing(type, ids, true, visibility);
    }

    private static boolean isPurge(RecordEvent event) {
        return event.name().equals(PURGED);
    }

    private static RecordEvent masked(RecordEvent event, Set<String> hidden) {
        return hidden.isEmpty() || event.changed().isEmpty()
                ? event
                : new RecordEvent(
                        event.sequence(),
                        event.record(),
                        event.version(),
                        event.name(),
                        event.changed().stream()
                                .filter(name -> !hidden.contains(name))
                                .toList(),
                        event.actor(),
                        event.requestId(),
                        event.occurredAt());
    }

    @Override
    public Changes changes(CallContext context, RecordType type, long sequence) {
        TypeAccess granted = reach.require(context, type, Verb.READ);
        Visibility visibility = granted.visibility(Verb.READ);
        List<RecordEvent> all = look(sequence);
        Map<Ref, RecordEvent> last = new LinkedHashMap<>();
        long next = sequence;
        for (RecordEvent event : all) {
            if (event.record().type().equals(type.name())) {
                if (last.size() == Query.MAX_LIMIT && !last.containsKey(event.record())) {
                    break;
                }
                last.remove(event.record());
                last.put(event.record(), event);
            }
            next = event.sequence();
        }
        Set<Long> ids = last.keySet().stream().map(Ref::id).collect(Collectors.toCollection(HashSet::new));
        List<Change> changes = unitOfWork.read(context, reader -> {
            Map<Long, Values> live = reader.findAll(type, ids, visibility);
            ids.removeAll(live.keySet());
            Set<Long> binned = binned(reader, type, ids, visibility);
            List<Change> some = new ArrayList<>();
            last.forEach((ref, event) -> {
                Values record = live.get(ref.id());
                if (record != null) {
                    some.add(new Change(event, Mask.of(type, granted.hidden(), record)));
                } else if (binned.contains(ref.id()) || (isPurge(event) && visibility.isEverything())) {
                    some.add(new Change(event, null));
                }
            });
            return some;
        });
        return new Changes(changes, next, next < log.last());
    }
}
