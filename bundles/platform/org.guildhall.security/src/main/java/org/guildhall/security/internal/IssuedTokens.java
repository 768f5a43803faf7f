/* Copyright the Guildhall authors. SPDX-License-Identifier: Apache-2.0 */
package org.guildhall.security.internal;

import java.security.SecureRandom;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Base64;
import java.util.List;
import org.guildhall.api.Finding;
import org.guildhall.api.Problem;
import org.guildhall.api.Values;
import org.guildhall.api.Verb;
import org.guildhall.api.platform.Journal;
import org.guildhall.api.platform.RecordType;
import org.guildhall.api.platform.Transaction;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/**
 * Makes tokens of 256 random bits: a record of {@code security.token}, and the hash. Past the pipeline, whose rule refuses
 * every other way of making one, and into the journal like all changes.
 */
@Component(service = IssuedTokens.class)
public final class IssuedTokens {
    private static final SecureRandom RANDOM = new SecureRandom();
    private static final int BYTES = 32;
    private static final int LONGEST_NAME = 100;
    private static final int LONGEST_SCOPES = 255;

    private final SecurityTypes types;
    private final Journal journal;
    private final Credentials credentials;

    /** @param text the token itself, which nobody can show again */
    record Issued(long id, String text) {}

    @Activate
    public IssuedTokens(
            @Reference SecurityTypes types, @Reference Journal journal, @Reference Credentials credentials) {
        this.types = types;
        this.journal = journal;
        this.credentials = credentials;
    }

    Issued issue(Transaction transaction, long user, String name, Instant expiresAt, String scopes) {
        List<String> limits = TokenScopes.of(scopes);
        if (!TokenScopes.areValid(limits) || String.join(" ", limits).length() > LONGEST_SCOPES) {
            throw Problem.invalid(List.of(new Finding("scopes", "security.token-scopes", "scopes")));
        }
        if (name == null || name.isBlank()) {
            throw Problem.invalid(List.of(new Finding("name", "field.required", "name")));
        }
        if (name.length() > LONGEST_NAME) {
            throw Problem.invalid(List.of(new Finding("name", "field.too-long", "name", "" + LONGEST_NAME)));
        }
        // The user owns it: what he may do with his own tokens follows from that.
        Values values = Values.builder()
                .put("owner", user)
                .put("holder", user)
                .put("name", name)
                .put("expiresAt", expiresAt.truncatedTo(ChronoUnit.MICROS))
                .put("scopes", limits.isEmpty() ? null : String.join(" ", limits))
                .build();
        RecordType type = types.token();
        Values stored = transaction.insert(type, values);
        long id = (Long) stored.get("id");
        journal.append(
                transaction,
                type,
                TokenScopes.word(Verb.CREATE),
                id,
                (Long) stored.get("version"),
                Values.builder().build(),
                values);
        String token = random();
        credentials.put(transaction.connection(), id, Credentials.sha256(token));
        return new Issued(id, token);
    }

    private static String random() {
        byte[] bits = new byte[BYTES];
        RANDOM.nextBytes(bits);
        return "gh_" + Base64.getUrlEncoder().withoutPadding().encodeToString(bits);
    }
}
