/* Copyright the Guildhall authors. SPDX-License-Identifier: Apache-2.0 */
package org.guildhall.persistence.internal;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertFalse;
import static org.junit.Assert.assertThrows;

import java.util.List;
import org.guildhall.persistence.internal.DatabaseAddress.Host;
import org.junit.Test;

public class DatabaseAddressTest {
    @Test
    public void itsPartsAreRead() {
        DatabaseAddress one = of("jdbc:postgresql://db1:5433,[::1]/guild%20hall?sslmode=require&user=in+url");
        assertEquals(List.of(new Host("db1", "5433"), new Host("::1", "")), one.hosts());
        assertEquals("guild hall", one.database());
        assertEquals("require", one.parameters().get("sslmode"));
        assertEquals("in+url", one.user());
        assertEquals(
                List.of(new Host("localhost", "")), of("jdbc:postgresql:crm").hosts());
        DatabaseAddress other = of("jdbc:mariadb:sequential://db:3307/crm?sslMode=verify-full");
        assertEquals(List.of(new Host("db", "3307")), other.hosts());
        assertEquals("crm", other.database());
        assertEquals("/srv/data/derby", of("jdbc:derby:/srv/data/derby;create=true").database());
    }

    @Test
    public void whatCannotBeReadIsSaid() {
        for (String url : List.of(
                "jdbc:derby:memory:crm", "jdbc:mariadb://address=(host=db)(port=1)/crm", "jdbc:postgresql://db:1/")) {
            assertThrows(url, IllegalArgumentException.class, () -> of(url));
        }
    }

    @Test
    public void noPasswordIsTold() {
        DatabaseAddress one = DatabaseAddress.of("jdbc:postgresql:crm?password=hidden", "user", "hidden", "");
        assertFalse(one.toString(), one.toString().contains("hidden"));
    }

    private static DatabaseAddress of(String url) {
        return DatabaseAddress.of(url, "", "", "");
    }
}
