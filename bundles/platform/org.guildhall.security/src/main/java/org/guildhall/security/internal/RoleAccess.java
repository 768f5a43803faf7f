/* Copyright the Guildhall authors. SPDX-License-Identifier: Apache-2.0 */
package org.guildhall.security.internal;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.LongSupplier;
import org.guildhall.api.CallContext;
import org.guildhall.api.Caller;
import org.guildhall.api.Problem;
import org.guildhall.api.Verb;
import org.guildhall.api.platform.Access;
import org.guildhall.api.platform.RecordType;
import org.guildhall.api.platform.Schema;
import org.guildhall.api.platform.Table;
import org.guildhall.api.platform.Table.Column;
import org.guildhall.api.platform.Table.Type;
import org.guildhall.api.platform.Transaction;
import org.guildhall.api.platform.TypeAccess;
import org.guildhall.api.platform.Visibility;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/**
 * Keeps what is known of users, and reads it again when the number in {@code gh_revision} is another; a server looks at
 * that once a second, and after each commit of its own that changes it.
 */
@Component
public final class RoleAccess implements Access {
    private static final Table REVISIONS = new Table(
            "gh_revision",
            List.of(new Column("name", Type.TEXT, 41, true), new Column("number", Type.INTEGER, 0, true)),
            List.of("name"),
            List.of());
    private static final String READ = "select number from gh_revision where name = 'security'";
    private static final String BEGIN = "insert into gh_revision (name, number) values ('security', 0)";
    private static final String COUNT_UP = "update gh_revision set number = number + ? where name = 'security'";

    private static final TypeAccess EVERYTHING = everything();
    private static final long FRESH_NANOS = TimeUnit.SECONDS.toNanos(1);
    /** Up to here, who comes while another looks goes on with what is known. */
    private static final long STALE_NANOS = TimeUnit.SECONDS.toNanos(5);

    private static final int MOST_SNAPSHOTS = 2_000;
    private static final int MOST_STEPS = 1 << 20;

    private final Schema schema;
    private final AccessPolicies policies;
    private final LongSupplier nanos;
    private final AtomicReference<Seen> seen;
    private final AtomicBoolean looking = new AtomicBoolean();
    private final Map<Long, UserSnapshot> snapshots = new ConcurrentHashMap<>();

    /** The revision, and when it was read. */
    private record Seen(long revision, long at) {}

    /** @param types not used: with them, the tables are here */
    @Activate
    public RoleAccess(@Reference Schema schema, @Reference AccessPolicies policies, @Reference SecurityTypes types) {
        this(schema, policies, System::nanoTime);
    }

    RoleAccess(Schema schema, AccessPolicies policies, LongSupplier nanos) {
        this.schema = schema;
        this.policies = policies;
        this.nanos = nanos;
        this.seen = new AtomicReference<>(new Seen(-1, nanos.getAsLong() - STALE_NANOS));
        schema.ensure(REVISIONS);
        begin();
    }

    private void begin() {
        if (schema.call(connection ->
                Statements.select(connection, READ, row -> row.getLong(1)).isEmpty())) {
            try {
                schema.call(connection -> Statements.change(connection, BEGIN));
            } catch (Problem anotherServerWasFaster) {
                if (!anotherServerWasFaster.code().equals("record.duplicate")) {
                    throw anotherServerWasFaster;
                }
            }
        }
    }

    private static TypeAccess everything() {
        Map<Verb, Visibility> verbs = new EnumMap<>(Verb.class);
        for (Verb verb : Verb.values()) {
            verbs.put(verb, Visibility.EVERYTHING);
        }
        return new TypeAccess(verbs, Set.of(), Set.of());
    }

    @Override
    public TypeAccess of(CallContext context, RecordType type) {
        Caller caller = context.caller();
        return isServer(caller)
                ? EVERYTHING
                : policies.narrow(caller, type.name(), snapshot(caller).access(type, caller.scopes()));
    }

    @Override
    public boolean allows(CallContext context, String permission) {
        return Permissions.cover(permissions(context), permission);
    }

    @Override
    public Set<String> permissions(CallContext context) {
        Caller caller = context.caller();
        return isServer(caller) ? Set.of(Permissions.ALL) : snapshot(caller).grants(caller.scopes());
    }

    @Override
    public OptionalLong team(CallContext context) {
        return teams(context).stream().mapToLong(Long::longValue).findFirst();
    }

    @Override
    public List<Long> teams(CallContext context) {
        return isServer(context.caller())
                ? List.of()
                : snapshot(context.caller()).teams();
    }

    @Override
    public List<Long> roles(CallContext context) {
        return isServer(context.caller())
                ? List.of()
                : snapshot(context.caller()).roles().stream()
                        .map(GrantedRole::id)
                        .toList();
    }

    private static boolean isServer(Caller caller) {
        return caller.equals(Caller.SERVER);
    }

    private UserSnapshot snapshot(Caller caller) {
        long revision = revision();
        UserSnapshot known = snapshots.get(caller.id());
        if (known != null && known.revision() == revision) {
            return known;
        }
        UserSnapshot loaded = schema.read(connection -> SnapshotLoader.load(connection, read(connection), caller.id()));
        if (loaded.revision() == revision) {
            if (snapshots.size() >= MOST_SNAPSHOTS) {
                snapshots.clear();
            }
            snapshots.put(caller.id(), loaded);
        }
        return loaded;
    }

    private long revision() {
        Seen before = seen.get();
        long now = nanos.getAsLong();
        long age = now - before.at();
        if (age < FRESH_NANOS) {
            return before.revision();
        }
        boolean first = looking.compareAndSet(false, true);
        if (!first && age < STALE_NANOS) {
            return before.revision();
        }
        try {
            Seen found = new Seen(schema.read(RoleAccess::read), now);
            // Somebody may have looked later, or may know of a commit that this look was too early for.
            if (seen.compareAndSet(before, found) && found.revision() != before.revision()) {
                snapshots.clear();
            }
            return found.revision();
        } finally {
            if (first) {
                looking.set(false);
            }
        }
    }

    private static long read(Connection connection) throws SQLException {
        return Statements.count(connection, READ);
    }

    /**
     * Also makes everybody who changes users, teams, roles or shares wait for each other, until the end of the
     * transaction.
     */
    @Override
    public void changed(Transaction transaction) {
        // By steps of any size: a number that was rolled back, and read meanwhile, does not come again.
        long step = ThreadLocalRandom.current().nextLong(1, MOST_STEPS);
        try {
            Statements.change(transaction.connection(), COUNT_UP, step);
        } catch (SQLException e) {
            throw Statements.failure(e);
        }
        transaction.afterCommit(
                () -> seen.updateAndGet(before -> new Seen(before.revision(), nanos.getAsLong() - STALE_NANOS)));
    }
}
