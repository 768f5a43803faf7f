/* Copyright the Guildhall authors. SPDX-License-Identifier: Apache-2.0 */
package org.guildhall.security.internal;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Locale;
import java.util.OptionalLong;
import java.util.stream.Stream;
import org.guildhall.api.CallContext;
import org.guildhall.api.Caller;
import org.guildhall.api.Choices;
import org.guildhall.api.Condition;
import org.guildhall.api.Problem;
import org.guildhall.api.Query;
import org.guildhall.api.Values;
import org.guildhall.api.Verb;
import org.guildhall.api.platform.RecordService;
import org.guildhall.api.platform.RecordType;
import org.osgi.framework.BundleContext;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/**
 * Makes the role {@code Administrator} and the user {@code admin} where nobody can sign in yet. The random password goes
 * into a file that only the server's account can read; the start script prints it and deletes the file. The file is
 * written first and the hash last, so that no crash leaves an administrator whose password nobody knows.
 */
@Component(service = FirstAdministrator.class)
public final class FirstAdministrator {
    private static final String ROLE = "Administrator";
    private static final String USER = "admin";

    private final RecordService records;
    private final CallContext context = new CallContext(
            Caller.SERVER,
            "server",
            "first-administrator",
            Locale.ENGLISH,
            Instant.now().truncatedTo(ChronoUnit.MICROS));

    @Activate
    public FirstAdministrator(
            @Reference RecordService records,
            @Reference SecurityTypes types,
            @Reference Credentials credentials,
            BundleContext bundleContext) {
        this(records, types.role(), types.user(), credentials, Path.of(bundleContext.getProperty("guildhall.data")));
    }

    FirstAdministrator(RecordService records, RecordType role, RecordType user, Credentials credentials, Path folder) {
        this.records = records;
        if (credentials.areNone()) {
            create(role, user, credentials, folder.resolve("admin-password"));
        }
    }

    private void create(RecordType role, RecordType user, Credentials credentials, Path file) {
        String password = Passwords.random();
        try {
            Files.deleteIfExists(file);
            Files.createFile(file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
            Files.writeString(file, password + "\n");
            long administrator = findOrCreate(role, ROLE, role());
            credentials.insert(findOrCreate(user, USER, user(administrator)), Passwords.hash(password));
        } catch (Problem anotherServerWasFaster) {
            if (!anotherServerWasFaster.code().equals("record.duplicate")) {
                throw anotherServerWasFaster;
            }
            file.toFile().delete();
        } catch (IOException e) {
            throw new UncheckedIOException("The first administrator's password can't be written to " + file, e);
        }
    }

    /** Another server, or this one before a crash, may have made it. */
    private long findOrCreate(RecordType type, String name, Values values) {
        return find(type, name).orElseGet(() -> {
            try {
                return id(records.create(context, type, values, null));
            } catch (Problem problem) {
                return find(type, name).orElseThrow(() -> problem);
            }
        });
    }

    private OptionalLong find(RecordType type, String name) {
        return records.query(context, type, Query.where(Condition.equal("name", name))).items().stream()
                .mapToLong(FirstAdministrator::id)
                .findFirst();
    }

    private static long id(Values record) {
        return (Long) record.get("id");
    }

    private static Values role() {
        return Values.builder()
                .put("name", ROLE)
                .put("permissions", List.of(permission("*"), permission("security.*")))
                .put("grants", List.of(Values.of("permission", Permissions.ALL)))
                .build();
    }

    private static Values permission(String type) {
        return Values.builder()
                .put("type", type)
                .put(
                        "verbs",
                        new Choices(
                                Stream.of(Verb.values()).map(TokenScopes::word).toList()))
                .put("scope", "all")
                .build();
    }

    private static Values user(long role) {
        return Values.builder()
                .put("name", USER)
                .put("displayName", ROLE)
                .put("active", true)
                .put("roles", List.of(Values.of("role", role)))
                .build();
    }
}
