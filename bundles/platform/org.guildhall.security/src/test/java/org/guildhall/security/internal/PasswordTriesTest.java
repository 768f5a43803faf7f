/* Copyright the Guildhall authors. SPDX-License-Identifier: Apache-2.0 */
package org.guildhall.security.internal;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertFalse;
import static org.junit.Assert.assertTrue;

import java.util.concurrent.TimeUnit;
import org.guildhall.api.platform.Authentication;
import org.junit.Test;

public class PasswordTriesTest {
    private long now = -5;
    private final PasswordTries tries = new PasswordTries(() -> now);

    private void pass(long seconds) {
        now += TimeUnit.SECONDS.toNanos(seconds);
    }

    private void fail(String name, String address, int times) {
        for (int i = 0; i < times; i++) {
            tries.failed(name, address);
        }
    }

    /** How long to wait; 0 where a try is looked at. */
    private long wait(String name, String address) {
        try {
            tries.check(name, address);
            return 0;
        } catch (Authentication.Throttled e) {
            return e.seconds();
        }
    }

    @Test
    public void fiveTriesAreFreeAndThenTheWaitDoubles() {
        fail("ada", "1", 5);
        long expected = 1;
        for (int i = 0; i < 15; i++) {
            assertEquals(Math.min(expected, 900), wait("ada", "1"));
            pass(Math.min(expected, 900) - 1);
            assertEquals(1, wait("ada", "1"));
            pass(1);
            fail("ada", "1", 1);
            expected *= 2;
        }
    }

    @Test
    public void aTryThatComesTooEarlyIsNotCounted() {
        fail("ada", "1", 6);
        assertEquals(2, wait("ada", "1"));
        assertEquals(2, wait("ada", "1"));
        pass(2);
        assertTrue(tries.match("ada", "1", () -> true));
    }

    @Test
    public void aRightPasswordClears() {
        for (int i = 0; i < 5; i++) {
            assertFalse(tries.match("ada", "1", () -> false));
        }
        assertEquals(1, wait("ada", "1"));
        pass(1);
        assertTrue(tries.match("ada", "1", () -> true));
        fail("ada", "1", 5);
        assertEquals(1, wait("ada", "1"));
    }

    @Test
    public void otherNamesAndOtherAddressesAreFree() {
        fail("ada", "1", 5);
        assertEquals(0, wait("ada", "2"));
        assertEquals(0, wait("bob", "1"));
        assertEquals(1, wait("ADA", "1"));
        assertEquals(0, wait("ada", null));
    }

    @Test
    public void anHourForgets() {
        fail("ada", "1", 10);
        pass(3_601);
        fail("ada", "1", 5);
        assertEquals(1, wait("ada", "1"));
    }

    @Test
    public void aHundredAnHourOverAllAddresses() {
        for (int i = 0; i < 100; i++) {
            fail("ada", "address " + i, 1);
        }
        assertEquals(3_600, wait("ada", "another"));
        assertEquals(0, wait("bob", "another"));
        pass(3_600);
        assertEquals(0, wait("ada", "another"));
        fail("ada", "another", 1);
        assertEquals(0, wait("ada", "another"));
    }

    @Test
    public void aRightPasswordElsewhereDoesNotFreeTheName() {
        for (int i = 0; i < 99; i++) {
            fail("ada", "address " + i, 1);
        }
        assertTrue(tries.match("ada", "home", () -> true));
        fail("ada", "address", 1);
        assertTrue(wait("ada", "home") > 0);
    }

    @Test
    public void whoWaitsInTheLaneIsCountedToo() throws InterruptedException {
        int[] compared = new int[1];
        Thread[] threads = new Thread[30];
        for (int i = 0; i < threads.length; i++) {
            threads[i] = new Thread(() -> {
                try {
                    tries.match("ada", "1", () -> {
                        compared[0]++;
                        return false;
                    });
                } catch (Authentication.Throttled e) {
                    // Expected of most.
                }
            });
        }
        for (Thread thread : threads) {
            thread.start();
        }
        for (Thread thread : threads) {
            thread.join();
        }
        assertEquals(5, compared[0]);
    }
}
