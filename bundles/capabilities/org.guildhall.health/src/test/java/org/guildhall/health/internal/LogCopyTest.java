/* Copyright the Guildhall authors. SPDX-License-Identifier: Apache-2.0 */
package org.guildhall.health.internal;

import static org.junit.Assert.assertEquals;

import org.junit.Test;

public class LogCopyTest {
    private static final String HEAD = "2026-11-27T00:09:18,859 | WARN  | a thread | Name                  | 18 - ";

    @Test
    public void whatThePlatformSaysIsKeptWithoutAddresses() {
        String line = HEAD + "org.guildhall.rest - 0.1.0.SNAPSHOT | From ";
        assertEquals(
                line + LogCopy.LEFT_OUT + " and 127.0.0.1 by " + LogCopy.LEFT_OUT,
                LogCopy.of(line + "10.1.2.3 and 127.0.0.1 by ada@example.org"));
        assertEquals(
                HEAD + "org.guildhall.rest - 0.1.0.SNAPSHOT | Version 1.2.3",
                LogCopy.of(HEAD + "org.guildhall.rest - 0.1.0.SNAPSHOT | Version 1.2.3"));
    }

    @Test
    public void whatADatabaseQuotesIsLeftOut() {
        String line = HEAD + "org.guildhall.plugins - 0.1.0.SNAPSHOT | Plugin shop failed, and can't be served: ";
        assertEquals(
                line + "Duplicate entry " + LogCopy.LEFT_OUT + ". Correct it.",
                LogCopy.of(line + "Duplicate entry 'Ada O'Hara' for key 'name'. Correct it."));
        assertEquals(
                line + "invalid input: " + LogCopy.LEFT_OUT,
                LogCopy.of(line + "invalid input: \"Ada begins here and ends on another line"));
        assertEquals("a. It can't be " + LogCopy.LEFT_OUT, LogCopy.sentence("a. It can't be \"Ada\nLovelace\""));
    }

    @Test
    public void whatAPluginSaysIsLeftOut() {
        String head = HEAD + "com.example.plugin - 1.0.0 | ";
        assertEquals(head + LogCopy.LEFT_OUT, LogCopy.of(head + "Ada Lovelace has called"));
    }

    @Test
    public void ofExceptionsTheClassesAndPlacesAreKept() {
        assertEquals("java.lang.IllegalStateException", LogCopy.of("java.lang.IllegalStateException: Ada can't go"));
        assertEquals("Caused by: a.b.C$DException", LogCopy.of("Caused by: a.b.C$DException: Ada"));
        assertEquals("\tat a.b.C.run(C.java:7) ~[?:?]", LogCopy.of("\tat a.b.C.run(C.java:7) ~[?:?]"));
        assertEquals("\t... 12 more", LogCopy.of("\t... 12 more"));
        assertEquals(LogCopy.LEFT_OUT, LogCopy.of("Detail: Key (name)=(Ada) exists"));
    }
}
