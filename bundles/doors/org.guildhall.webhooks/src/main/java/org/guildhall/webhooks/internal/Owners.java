/* Copyright the Guildhall authors. SPDX-License-Identifier: Apache-2.0 */
package org.guildhall.webhooks.internal;

import java.util.Objects;
import org.guildhall.api.Caller;
import org.guildhall.api.Problem;
import org.guildhall.api.Values;

/** What a webhook is sent is what its owner sees: nobody else may say where to, and nobody with a part of his rights. */
final class Owners {
    private Owners() {}

    /** @throws Problem FORBIDDEN for somebody else than the owner */
    static void require(Values webhook, Caller caller) {
        if (!Objects.equals(webhook.get("owner"), caller.id())) {
            throw Problem.of(Problem.Kind.FORBIDDEN, "webhooks.owner");
        }
        requireAllRights(caller);
    }

    /** @throws Problem FORBIDDEN for a token that may do less than its user */
    static void requireAllRights(Caller caller) {
        if (!caller.scopes().isEmpty() && !caller.scopes().contains("*")) {
            throw Problem.of(Problem.Kind.FORBIDDEN, "webhooks.scopes");
        }
    }
}
