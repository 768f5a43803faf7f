/* Copyright the Guildhall authors. SPDX-License-Identifier: Apache-2.0 */
package org.guildhall.security.internal;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import org.guildhall.api.CallContext;
import org.guildhall.api.Caller;
import org.guildhall.api.RecordRule.Change;
import org.guildhall.api.Ref;
import org.guildhall.api.Values;
import org.guildhall.api.Verb;
import org.guildhall.api.platform.Access;
import org.guildhall.api.platform.PlatformWork;
import org.guildhall.api.platform.Transaction;

/** Stand-ins for what the platform hands to this bundle. */
final class Fakes {
    static final Instant NOW = Instant.parse("2026-11-22T08:30:00Z");

    /** What runs when a transaction is committed. */
    final List<Runnable> afterCommit = new ArrayList<>();

    /** The names of the events that were emitted. */
    final List<Object> emitted = new ArrayList<>();

    /** What was inserted past the pipeline. */
    final List<Values> inserted = new ArrayList<>();

    private final Connection connection;

    Fakes(Connection connection) {
        this.connection = connection;
    }

    /** An interface of which only some methods are there. */
    static <T> T of(Class<T> type, Map<String, Function<Object[], Object>> methods) {
        InvocationHandler handler = (proxy, method, arguments) -> {
            Function<Object[], Object> body = methods.get(method.getName());
            if (body == null) {
                throw new UnsupportedOperationException(method.getName());
            }
            return body.apply(arguments);
        };
        return type.cast(Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, handler));
    }

    static CallContext context(Caller caller) {
        return new CallContext(caller, "test", "request", Locale.ENGLISH, NOW);
    }

    static CallContext user(long id) {
        return context(new Caller(id, "user" + id, List.of()));
    }

    /** An access that allows some permissions to everybody, and nothing else. */
    static Access allowing(String... permissions) {
        return of(
                Access.class,
                Map.of(
                        "allows",
                        arguments -> Set.of(permissions).contains(arguments[1]),
                        "changed",
                        arguments -> null));
    }

    Transaction transaction(CallContext context) {
        Map<String, Function<Object[], Object>> methods = new HashMap<>();
        methods.put("connection", none -> connection);
        methods.put("context", none -> context);
        methods.put("afterCommit", arguments -> afterCommit.add((Runnable) arguments[0]));
        methods.put("insert", arguments -> {
            Values.Builder stored = Values.builder();
            ((Values) arguments[1]).forEach(stored::put);
            inserted.add((Values) arguments[1]);
            return stored.put("id", 900L + inserted.size()).put("version", 1L).build();
        });
        return of(Transaction.class, methods);
    }

    PlatformWork work(CallContext context) {
        Transaction transaction = transaction(context);
        return of(
                PlatformWork.class,
                Map.of(
                        "context",
                        none -> context,
                        "now",
                        none -> context.time(),
                        "transaction",
                        none -> transaction,
                        "emit",
                        arguments -> emitted.add(arguments[0])));
    }

    static Values values(Object... namesAndValues) {
        Values.Builder values = Values.builder();
        for (int i = 0; i < namesAndValues.length; i += 2) {
            values.put((String) namesAndValues[i], namesAndValues[i + 1]);
        }
        return values.build();
    }

    static Change create(String type, Values record) {
        return new Change(Verb.CREATE, new Ref(type, 0), values(), record, record);
    }

    static Change update(String type, long id, Values before, Values changed) {
        Values.Builder after = Values.builder();
        before.forEach(after::put);
        changed.forEach(after::put);
        return new Change(Verb.UPDATE, new Ref(type, id), before, after.build(), changed);
    }

    static Change delete(String type, long id, Values before) {
        return new Change(Verb.DELETE, new Ref(type, id), before, values(), values());
    }
}
