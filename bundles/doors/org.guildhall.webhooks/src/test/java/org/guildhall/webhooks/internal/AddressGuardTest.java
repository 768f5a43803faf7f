/* Copyright the Guildhall authors. SPDX-License-Identifier: Apache-2.0 */
package org.guildhall.webhooks.internal;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertFalse;
import static org.junit.Assert.assertNull;
import static org.junit.Assert.assertThrows;
import static org.junit.Assert.assertTrue;

import java.lang.annotation.Annotation;
import java.net.InetAddress;
import java.util.List;
import org.junit.Test;

public class AddressGuardTest {
    @Test
    public void addressesOfNoPublicNetworkAreRefused() throws Exception {
        AddressGuard guard = new AddressGuard();
        for (String address : List.of(
                "0.0.0.0",
                "0.1.2.3",
                "10.255.255.255",
                "100.64.0.0",
                "100.127.255.255",
                "127.0.0.1",
                "127.255.255.255",
                "169.254.169.254",
                "172.16.0.0",
                "172.31.255.255",
                "192.0.0.170",
                "192.168.255.255",
                "198.18.0.1",
                "224.0.0.1",
                "239.255.255.255",
                "255.255.255.255",
                "::",
                "::1",
                "::127.0.0.1",
                "::ffff:10.0.0.1",
                "64:ff9b::10.0.0.1",
                "::ffff:0:127.0.0.1",
                "2002:a00:1::",
                "fc00::1",
                "fdff:ffff::1",
                "fe80::1",
                "febf::1",
                "fec0::1",
                "ff02::1")) {
            assertTrue(address, guard.refuses(InetAddress.getByName(address)));
        }
        for (String address : List.of(
                "1.1.1.1",
                "9.255.255.255",
                "11.0.0.0",
                "100.63.255.255",
                "100.128.0.0",
                "126.255.255.255",
                "128.0.0.1",
                "169.253.255.255",
                "172.15.255.255",
                "172.32.0.0",
                "192.167.255.255",
                "223.255.255.255",
                "::ffff:1.1.1.1",
                "64:ff9b::1.1.1.1",
                "2002:101:101::",
                "2606:4700::1111")) {
            assertFalse(address, guard.refuses(InetAddress.getByName(address)));
        }
    }

    @Test
    public void whatIsAllowedIsSentTo() throws Exception {
        AddressGuard guard = new AddressGuard("127.0.0.1/32, fd00:1::/32");
        assertFalse(guard.refuses(InetAddress.getByName("127.0.0.1")));
        assertFalse(guard.refuses(InetAddress.getByName("::ffff:127.0.0.1")));
        assertTrue(guard.refuses(InetAddress.getByName("127.0.0.2")));
        assertFalse(guard.refuses(InetAddress.getByName("fd00:1:2::3")));
        assertTrue(guard.refuses(InetAddress.getByName("fd00:2::3")));
        assertTrue(guard.accepts("http://localhost/"));
        for (String wrong : List.of("localhost", "10.0.0.0/33", "10.0.0.0/x", "10.0.0/8", "fd00::/129")) {
            assertThrows(wrong, IllegalArgumentException.class, () -> new AddressGuard(wrong));
        }
    }

    @Test
    public void addressesAreUnderstoodBeforeTheyAreStored() {
        AddressGuard guard = new AddressGuard();
        for (String url : List.of(
                "https://example.org/hook?a=b",
                "http://example.org:8080/",
                "HTTPS://EXAMPLE.ORG",
                "https://1.1.1.1/",
                "https://[2606:4700::1111]/")) {
            assertTrue(url, guard.accepts(url));
        }
        for (String url : List.of(
                "ftp://example.org/",
                "example.org",
                "https:///path",
                "https://user:password@example.org/",
                "https://example.org/#part",
                "https://example.org:0/",
                "https://example.org:65536/",
                "http://2130706433/",
                "http://0x7f000001/",
                "http://0x7f.0.0.1/",
                "http://0177.0.0.1/",
                "http://127.1/",
                "http://localhost./",
                "http://[::1]/",
                "http://[::ffff:7f00:1]/",
                "http://[fe80::1%25lo]/",
                "http://exa mple.org/")) {
            assertFalse(url, guard.accepts(url));
        }
    }

    @Test
    public void aMistakeInTheSettingsAllowsNothingMoreAndTakesNothingAway() {
        AddressGuard guard = new AddressGuard(allowing("10.1.0.0/16, 127.0.0.l"));
        assertTrue(guard.mistake(), guard.mistake().startsWith("127.0.0.l is no network"));
        assertFalse(guard.accepts("http://10.1.0.1/"));
        guard.configure(allowing("10.1.0.0/16"));
        assertNull(guard.mistake());
        guard.configure(allowing("10.1.0.0/33"));
        assertTrue(guard.accepts("http://10.1.0.1/"));
    }

    private static AddressGuard.Configuration allowing(String networks) {
        return new AddressGuard.Configuration() {
            @Override
            public Class<? extends Annotation> annotationType() {
                return AddressGuard.Configuration.class;
            }

            @Override
            public String[] allowedAddresses() {
                return new String[] {networks};
            }
        };
    }

    @Test
    public void eventsAreMatchedByTheirNames() {
        for (String text : List.of("*", "customer.*", "customer.contact.*", "customer.contact.created")) {
            assertTrue(text, EventPattern.isValid(text));
            assertTrue(text, new EventPattern(text).concerns("customer.contact"));
            assertEquals(
                    text,
                    text.equals("*") || text.equals("customer.*"),
                    new EventPattern(text).concerns("customer.account"));
        }
        for (String text : List.of(
                "", "customer", "contact created", "customer.contact", "*.created", "customer.*.created", "**")) {
            assertFalse(text, EventPattern.isValid(text));
        }
        assertFalse(new EventPattern("*").concerns("security.user"));
        assertTrue(new EventPattern("security.*").concerns("security.user"));
        assertFalse(new EventPattern("customer.cont.*").concerns("customer.contact"));
    }
}
