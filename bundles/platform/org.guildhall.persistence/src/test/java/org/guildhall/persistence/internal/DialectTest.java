/* Copyright the Guildhall authors. SPDX-License-Identifier: Apache-2.0 */
package org.guildhall.persistence.internal;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertThrows;
import static org.junit.Assert.assertTrue;

import org.junit.Test;

public class DialectTest {
    @Test
    public void theUrlNamesTheDatabase() {
        assertEquals(Dialect.DERBY, Dialect.of("jdbc:derby:memory:x"));
        assertEquals(Dialect.POSTGRESQL, Dialect.of("jdbc:postgresql://127.0.0.1/x"));
        assertEquals(Dialect.MARIADB, Dialect.of("jdbc:mariadb://127.0.0.1/x"));
        Refusal refusal = assertThrows(Refusal.class, () -> Dialect.of("jdbc:oracle:thin:scott/tiger@x"));
        assertTrue(refusal.getMessage().endsWith("begins with jdbc:oracle:."));
    }

    @Test
    public void postgresqlKeepsRefusedValuesToItselfUnlessToldOtherwise() {
        assertEquals(
                "jdbc:postgresql://h/d?logServerErrorDetail=false&socketTimeout=60",
                Dialect.POSTGRESQL.url("jdbc:postgresql://h/d", 60));
        String told = "jdbc:postgresql://h/d?logServerErrorDetail=true&socketTimeout=5";
        assertEquals(told, Dialect.POSTGRESQL.url(told, 60));
    }

    @Test
    public void nobodyWaitsForEverForAnAnswer() {
        assertEquals("jdbc:mariadb://h/d?a=b&socketTimeout=60000", Dialect.MARIADB.url("jdbc:mariadb://h/d?a=b", 60));
        assertEquals("jdbc:derby:d", Dialect.DERBY.url("jdbc:derby:d", 60));
    }
}
