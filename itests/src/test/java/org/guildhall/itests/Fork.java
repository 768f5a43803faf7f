/* Copyright the Guildhall authors. SPDX-License-Identifier: Apache-2.0 */
package org.guildhall.itests;

/** The JVMs of the tests run side by side; each has ports and databases of its own. */
public final class Fork {
    private static final int NUMBER = Integer.getInteger("guildhall.fork", 1);
    private static final int PORTS = 1_000;

    private Fork() {}

    public static int port(int port) {
        return port + (NUMBER - 1) * PORTS;
    }

    static String database(String name) {
        return NUMBER == 1 ? name : name + "_" + NUMBER;
    }
}
