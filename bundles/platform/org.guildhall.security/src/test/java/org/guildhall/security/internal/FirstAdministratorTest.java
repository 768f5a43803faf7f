/* Copyright the Guildhall authors. SPDX-License-Identifier: Apache-2.0 */
package org.guildhall.security.internal;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertFalse;
import static org.junit.Assert.assertThrows;
import static org.junit.Assert.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.SQLException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.guildhall.api.CallContext;
import org.guildhall.api.Caller;
import org.guildhall.api.Choices;
import org.guildhall.api.Condition;
import org.guildhall.api.Page;
import org.guildhall.api.Problem;
import org.guildhall.api.Query;
import org.guildhall.api.Values;
import org.guildhall.api.platform.RecordService;
import org.guildhall.api.platform.RecordType;
import org.junit.Before;
import org.junit.Rule;
import org.junit.Test;
import org.junit.rules.TemporaryFolder;

public class FirstAdministratorTest {
    private static final RecordType ROLE =
            RecordType.of("security.role", List.of()).build();
    private static final RecordType USER =
            RecordType.of("security.user", List.of()).build();

    @Rule
    public final TemporaryFolder folder = new TemporaryFolder();

    private final Map<String, Values> stored = new LinkedHashMap<>();
    private final RecordService records = Fakes.of(
            RecordService.class,
            Map.of("create", arguments -> create(arguments), "query", arguments -> query(arguments)));
    private TestTables tables;
    private Credentials credentials;
    private Path file;

    @Before
    public void open() throws SQLException {
        tables = new TestTables();
        credentials = new Credentials(tables);
        file = folder.getRoot().toPath().resolve("admin-password");
    }

    private Values create(Object... arguments) {
        assertEquals(Caller.SERVER, ((CallContext) arguments[0]).caller());
        Values.Builder record = Values.builder();
        ((Values) arguments[2]).forEach(record::put);
        Values made = record.put("id", 500L + stored.size()).build();
        String key = arguments[1] + " " + made.get("name");
        if (stored.putIfAbsent(key, made) != null) {
            throw Problem.of(Problem.Kind.INVALID, "record.invalid");
        }
        return made;
    }

    private Page query(Object... arguments) {
        Condition.Compare name = (Condition.Compare) ((Query) arguments[2]).filter();
        Values found = stored.get(arguments[1] + " " + name.value());
        return new Page(found == null ? List.of() : List.of(found), null, null, false, Map.of());
    }

    private void start() {
        new FirstAdministrator(
                records, ROLE, USER, credentials, folder.getRoot().toPath());
    }

    @Test
    public void makesTheRoleTheUserAndThePassword() throws Exception {
        start();
        Values role = stored.get("security.role Administrator");
        Values user = stored.get("security.user admin");
        Values first = (Values) ((List<?>) role.get("permissions")).get(0);
        assertEquals("*", first.get("type"));
        assertEquals("all", first.get("scope"));
        assertEquals(
                List.of("create", "read", "update", "delete", "restore", "purge", "export"),
                ((Choices) first.get("verbs")).names());
        assertEquals(List.of(Values.of("permission", "*")), role.get("grants"));
        assertEquals(true, user.get("active"));
        assertEquals(List.of(Values.of("role", role.get("id"))), user.get("roles"));
        assertTrue(Passwords.matches(Files.readString(file).strip(), hash()));
        assertEquals("rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(file)));
    }

    private String hash() throws SQLException {
        return credentials
                .find(tables.connection(), (Long)
                        stored.get("security.user admin").get("id"))
                .orElseThrow();
    }

    @Test
    public void doesNothingWhereSomebodyCanSignIn() {
        credentials.insert(TestTables.ADA, "hash");
        start();
        assertTrue(stored.isEmpty());
        assertFalse(Files.exists(file));
    }

    @Test
    public void goesOnWhereACrashEndedIt() throws Exception {
        start();
        String before = Files.readString(file);
        tables.run("delete from gh_credential");
        start();
        assertEquals(2, stored.size());
        assertFalse(before.equals(Files.readString(file)));
        assertTrue(Passwords.matches(Files.readString(file).strip(), hash()));
    }

    @Test
    public void theSlowerOfTwoServersLeavesNoPassword() throws IOException {
        stored.put("security.role Administrator", Fakes.values("id", 500L));
        stored.put("security.user admin", Fakes.values("id", 501L));
        RecordService meanwhile = Fakes.of(RecordService.class, Map.of("query", arguments -> {
            if (arguments[1] == USER) {
                credentials.insert(501L, "the faster server's");
            }
            return query(arguments);
        }));
        new FirstAdministrator(
                meanwhile, ROLE, USER, credentials, folder.getRoot().toPath());
        assertFalse(Files.exists(file));
    }

    @Test
    public void whatTheRulesRefuseIsNotHidden() {
        RecordService refusing = Fakes.of(
                RecordService.class,
                Map.of("query", arguments -> new Page(List.of(), null, null, false, Map.of()), "create", arguments -> {
                    throw Problem.of(Problem.Kind.INVALID, "record.invalid");
                }));
        assertThrows(
                Problem.class,
                () -> new FirstAdministrator(
                        refusing, ROLE, USER, credentials, folder.getRoot().toPath()));
    }
}
