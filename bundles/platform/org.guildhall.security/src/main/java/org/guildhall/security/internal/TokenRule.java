/* Copyright the Guildhall authors. SPDX-License-Identifier: Apache-2.0 */
package org.guildhall.security.internal;

import java.util.List;
import java.util.stream.Stream;
import org.guildhall.api.Finding;
import org.guildhall.api.ForRecord;
import org.guildhall.api.RecordRule;
import org.guildhall.api.Work;
import org.guildhall.api.platform.PlatformWork;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/** A token is made by its operation alone, stays what it is, and never comes back. */
@Component
@ForRecord("security.token")
public final class TokenRule implements RecordRule {
    private final Credentials credentials;

    @Activate
    public TokenRule(@Reference Credentials credentials) {
        this.credentials = credentials;
    }

    @Override
    public List<Finding> check(Change change, Work work) {
        return switch (change.verb()) {
            case CREATE -> List.of(new Finding("holder", "security.token-made"));
            case UPDATE ->
                Stream.of("holder", "scopes")
                        .filter(change.changed()::has)
                        .map(field -> new Finding(field, "security.token-fixed", field))
                        .toList();
            case RESTORE -> List.of(new Finding("holder", "security.token-revoked"));
            case DELETE, PURGE -> {
                credentials.remove(
                        ((PlatformWork) work).transaction().connection(),
                        change.record().id());
                yield List.of();
            }
            case READ, EXPORT -> List.of();
        };
    }
}
