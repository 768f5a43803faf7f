/* Copyright the Guildhall authors. SPDX-License-Identifier: Apache-2.0 */
package org.guildhall.webhooks.internal;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;

/** Networks in CIDR notation, and the addresses that lie in them. */
record Networks(List<Network> all) {
    private static final Pattern NUMERIC =
            Pattern.compile("[0-9]{1,3}(\\.[0-9]{1,3}){3}|[0-9a-fA-F:.]*:[0-9a-fA-F:.]*");

    /** @param bits how many of the address count */
    record Network(byte[] address, int bits) {
        boolean contains(byte[] other) {
            if (other.length != address.length) {
                return false;
            }
            for (int bit = 0; bit < bits; bit++) {
                int mask = 0x80 >> (bit & 7);
                if ((address[bit >> 3] & mask) != (other[bit >> 3] & mask)) {
                    return false;
                }
            }
            return true;
        }
    }

    /** @throws IllegalArgumentException for what is none */
    static Networks of(String... texts) {
        return new Networks(Arrays.stream(texts)
                .map(String::strip)
                .filter(text -> !text.isEmpty())
                .map(Networks::network)
                .toList());
    }

    private static Network network(String text) {
        String[] parts = text.split("/", 2);
        byte[] address = numeric(parts[0]);
        if (address == null) {
            throw new IllegalArgumentException(text + " is no network such as 10.1.0.0/16 or fd00:1::/32.");
        }
        int most = 8 * address.length;
        int bits = parts.length == 1 ? most : parts[1].matches("[0-9]{1,3}") ? Integer.parseInt(parts[1]) : -1;
        if (bits < 0 || bits > most) {
            throw new IllegalArgumentException(text + " has no number of bits from 0 to " + most + ".");
        }
        return new Network(address, bits);
    }

    /** The address that a text writes in the usual form, without a look at a name server; null for a name. */
    static byte[] numeric(String text) {
        if (!NUMERIC.matcher(text).matches()) {
            return null;
        }
        try {
            return InetAddress.getByName(text).getAddress();
        } catch (UnknownHostException e) {
            return null;
        }
    }

    boolean contain(byte[] address) {
        return all.stream().anyMatch(network -> network.contains(address));
    }
}
