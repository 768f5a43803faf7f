/* Copyright the Guildhall authors. SPDX-License-Identifier: Apache-2.0 */
package org.guildhall.security.internal;

import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;
import org.guildhall.api.platform.Authentication;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;

/**
 * Compares passwords, one at a time, and makes who gives wrong ones wait: by name and address longer each time, by name
 * over all addresses after many in an hour. Names that nobody has are counted like others.
 */
@Component(service = PasswordTries.class)
public final class PasswordTries {
    private static final int FREE_TRIES = 5;
    private static final int MOST_AN_HOUR = 100;
    private static final int MOST_REMEMBERED = 10_000;
    private static final int LONGEST_NAME = 100;
    private static final long SECOND = TimeUnit.SECONDS.toNanos(1);
    private static final long HOUR = TimeUnit.HOURS.toNanos(1);
    private static final long LONGEST_WAIT = TimeUnit.MINUTES.toNanos(15);
    private static final int MOST_DOUBLINGS = 10;

    private final LongSupplier nanos;
    private final Object lane = new Object();
    private final Map<Place, Failures> failures = new Latest<>();
    private final Map<String, Hour> hours = new Latest<>();

    private record Place(String name, String address) {}

    /** @param at when the last one was */
    private record Failures(int count, long at) {
        /** How long nothing is looked at from then on. */
        long delay() {
            return count < FREE_TRIES
                    ? 0
                    : Math.min(SECOND << Math.min(count - FREE_TRIES, MOST_DOUBLINGS), LONGEST_WAIT);
        }
    }

    private record Hour(int count, long began) {}

    /** Forgets what was not looked at for longest, when there is too much. */
    private static final class Latest<K, V> extends LinkedHashMap<K, V> {
        private static final long serialVersionUID = 1;

        Latest() {
            super(16, 0.75f, true);
        }

        @Override
        protected boolean removeEldestEntry(Map.Entry<K, V> eldest) {
            return size() > MOST_REMEMBERED;
        }
    }

    @Activate
    public PasswordTries() {
        this(System::nanoTime);
    }

    PasswordTries(LongSupplier nanos) {
        this.nanos = nanos;
    }

    /**
     * Whether a comparison of a password says so. One at a time, so that whoever tries passwords slows down nobody's
     * processor but this one lane.
     *
     * @throws Authentication.Throttled when the try comes too early
     */
    boolean match(String name, String address, BooleanSupplier comparison) {
        check(name, address);
        synchronized (lane) {
            // Again: those who waited here together were let in as if each was the first.
            check(name, address);
            boolean right = comparison.getAsBoolean();
            if (right) {
                succeeded(name, address);
            } else {
                failed(name, address);
            }
            return right;
        }
    }

    synchronized void check(String name, String address) {
        long now = nanos.getAsLong();
        Failures before = failures.get(place(name, address));
        if (before != null) {
            throwIfAny(before.at() + before.delay() - now);
        }
        Hour hour = hours.get(key(name));
        if (hour != null && hour.count() >= MOST_AN_HOUR) {
            throwIfAny(hour.began() + HOUR - now);
        }
    }

    private static void throwIfAny(long wait) {
        if (wait > 0) {
            throw new Authentication.Throttled((wait + SECOND - 1) / SECOND);
        }
    }

    synchronized void failed(String name, String address) {
        long now = nanos.getAsLong();
        failures.merge(
                place(name, address),
                new Failures(1, now),
                (before, one) -> now - before.at() > HOUR ? one : new Failures(before.count() + 1, now));
        hours.merge(
                key(name),
                new Hour(1, now),
                (before, one) -> now - before.began() > HOUR ? one : new Hour(before.count() + 1, before.began()));
    }

    /** Says nothing of other addresses: their tries stay counted. */
    synchronized void succeeded(String name, String address) {
        failures.remove(place(name, address));
    }

    private static Place place(String name, String address) {
        return new Place(key(name), address == null ? "" : address);
    }

    private static String key(String name) {
        return name.substring(0, Math.min(name.length(), LONGEST_NAME)).toLowerCase(Locale.ROOT);
    }
}
