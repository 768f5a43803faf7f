/* Copyright the Guildhall authors. SPDX-License-Identifier: Apache-2.0 */
package org.guildhall.records.internal;

import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.guildhall.api.Problem;
import org.guildhall.api.platform.PluginCalls;
import org.guildhall.api.platform.RecordType;
import org.guildhall.api.platform.RecordTypes;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The record types that are here now, by name and by alias. */
@Component
public final class TrackedTypes implements RecordTypes {
    private static final Logger LOG = LoggerFactory.getLogger(TrackedTypes.class);

    /** First segments of URLs that are or will be the platform's own. */
    private static final Set<String> RESERVED =
            Set.of("types", "plugins", "jobs", "me", "events", "routes", "imports", "exports", "openapi.json");

    private final Map<String, RecordType> types = new ConcurrentHashMap<>();
    /** The plugins that were leaving when their types went, by name and alias of the types. */
    private final Map<String, String> leaving = new ConcurrentHashMap<>();

    private final PluginCalls calls;

    @Activate
    public TrackedTypes(@Reference PluginCalls calls) {
        this.calls = calls;
    }

    @Reference(cardinality = ReferenceCardinality.MULTIPLE, policy = ReferencePolicy.DYNAMIC)
    void bindType(RecordType type) {
        RecordType former = types.put(type.name(), type);
        if (former != null && types.replace(former.plural(), former, type)) {
            return;
        }
        if (RESERVED.contains(type.plural())) {
            LOG.warn("{} goes without the alias {}, which is reserved: use its name in URLs", type, type.plural());
            return;
        }
        RecordType first = types.putIfAbsent(type.plural(), type);
        if (first != null) {
            LOG.warn("{} goes without the alias {}, which {} has: use its name in URLs", type, type.plural(), first);
        }
    }

    void unbindType(RecordType type) {
        if (calls.isLeaving(type.plugin())) {
            leaving.put(type.name(), type.plugin());
            leaving.put(type.plural(), type.plugin());
        }
        types.remove(type.name(), type);
        types.remove(type.plural(), type);
    }

    @Override
    public RecordType get(String nameOrAlias) {
        RecordType type = types.get(nameOrAlias);
        String plugin = type == null ? leaving.get(nameOrAlias) : null;
        if (plugin != null) {
            calls.await(plugin);
            type = types.get(nameOrAlias);
            // It is back, or it is gone.
            leaving.remove(nameOrAlias);
        }
        if (type == null) {
            throw Problem.of(Problem.Kind.NOT_FOUND, "type.not-found", nameOrAlias);
        }
        return type;
    }

    @Override
    public Optional<RecordType> find(String name) {
        RecordType type = types.get(name);
        return type == null || !type.name().equals(name) ? Optional.empty() : Optional.of(type);
    }

    @Override
    public List<RecordType> all() {
        return types.values().stream()
                .distinct()
                .sorted(Comparator.comparing(RecordType::name))
                .toList();
    }

    @Override
    public boolean hasAlias(RecordType type) {
        return types.get(type.plural()) == type;
    }
}
