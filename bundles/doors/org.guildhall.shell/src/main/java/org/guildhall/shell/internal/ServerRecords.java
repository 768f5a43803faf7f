/* Copyright the Guildhall authors. SPDX-License-Identifier: Apache-2.0 */
package org.guildhall.shell.internal;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import java.util.function.Function;
import org.guildhall.api.CallContext;
import org.guildhall.api.Caller;
import org.guildhall.api.Condition;
import org.guildhall.api.Page;
import org.guildhall.api.Query;
import org.guildhall.api.Values;
import org.guildhall.api.platform.RecordOperation;
import org.guildhall.api.platform.RecordService;
import org.guildhall.api.platform.RecordType;
import org.guildhall.api.platform.RecordTypes;

/** Records as an administrator at the shell sees and changes them; what goes wrong is told in sentences. */
final class ServerRecords {
    static final String USERS = "security.user";
    static final String TEAMS = "security.team";
    static final String ROLES = "security.role";

    private final RecordService records;
    private final RecordTypes types;
    private final CallContext context = new CallContext(
            Caller.SERVER,
            "shell",
            UUID.randomUUID().toString(),
            Locale.ENGLISH,
            Instant.now().truncatedTo(ChronoUnit.MICROS));

    ServerRecords(RecordService records, RecordTypes types) {
        this.records = records;
        this.types = types;
    }

    /** All records of a type, by name. */
    List<Values> all(String type) {
        return told(type, found -> {
            List<Values> all = new ArrayList<>();
            Query query = Query.ALL.sortedBy("name").limit(Query.MAX_LIMIT);
            for (Page page = records.query(context, found, query);
                    ;
                    page = records.query(context, found, query.after(page.next()))) {
                all.addAll(page.items());
                if (page.next() == null) {
                    return all;
                }
            }
        });
    }

    /** The names of all records of a type. */
    Map<Long, String> names(String type) {
        Map<Long, String> names = new LinkedHashMap<>();
        all(type).forEach(record -> names.put(id(record), text(record, "name")));
        return names;
    }

    /** The id of the record of a name. */
    long byName(String type, String name) {
        return told(
                type,
                found -> records.query(context, found, Query.where(Condition.equal("name", name))).items().stream()
                        .map(ServerRecords::id)
                        .findFirst()
                        .orElseThrow(() -> new IllegalArgumentException("There is no "
                                + found.label(Locale.ENGLISH).toLowerCase(Locale.ROOT) + " " + name + ".")));
    }

    Values create(String type, Values values) {
        return told(type, found -> records.create(context, found, values, null));
    }

    Values operate(String type, long id, String name, Values input) {
        return told(type, found -> {
            RecordOperation operation = records.operations(context, found).stream()
                    .filter(one -> one.name().equals(name))
                    .findFirst()
                    .orElseThrow(() -> new IllegalArgumentException("There is no operation " + name + " just now."));
            return records.operate(context, found, id, operation, input);
        });
    }

    private <T> T told(String type, Function<RecordType, T> action) {
        return Problems.told(() -> action.apply(types.get(type)));
    }

    static long id(Values record) {
        return (Long) record.get("id");
    }

    /** A field for people; nothing for an empty one. */
    static String text(Values record, String field) {
        Object value = record.get(field);
        return value == null ? "" : value.toString();
    }

    /** The parts in a field. */
    static List<Values> parts(Values record, String field) {
        return record.get(field) instanceof List<?> items
                ? items.stream().map(Values.class::cast).toList()
                : List.of();
    }
}
