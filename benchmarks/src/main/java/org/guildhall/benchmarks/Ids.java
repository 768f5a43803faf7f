/* Copyright the Guildhall authors. SPDX-License-Identifier: Apache-2.0 */
package org.guildhall.benchmarks;

import java.time.Instant;
import java.util.concurrent.atomic.AtomicLong;

/** Ids as Guildhall makes them (time, counter, node), under the highest node numbers, which no small cluster leases. */
final class Ids {
    private static final long EPOCH = 1_577_836_800_000L;
    private static final int COUNTER_BITS = 12;
    private static final int NODE_BITS = 10;
    private static final long NODE = (1 << NODE_BITS) - 1;
    private static final long PAST_NODE = NODE - 1;
    private static final int LENGTH = 13;
    private static final String DIGITS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

    private final AtomicLong last = new AtomicLong();

    long next() {
        long now = (System.currentTimeMillis() - EPOCH) << COUNTER_BITS;
        return last.updateAndGet(before -> Math.max(before + 1, now)) << NODE_BITS | NODE;
    }

    /** The id of something made in the past, the n-th of its millisecond. */
    static long past(Instant time, int n) {
        return ((time.toEpochMilli() - EPOCH) << COUNTER_BITS | n) << NODE_BITS | PAST_NODE;
    }

    static String format(long id) {
        char[] text = new char[LENGTH];
        for (int i = LENGTH - 1; i >= 0; i--) {
            text[i] = DIGITS.charAt((int) (id & 31));
            id >>>= 5;
        }
        return new String(text);
    }

    static long parse(String text) {
        long id = 0;
        for (int i = 0; i < text.length(); i++) {
            id = id << 5 | DIGITS.indexOf(text.charAt(i));
        }
        return id;
    }
}
