/* Copyright the Guildhall authors. SPDX-License-Identifier: Apache-2.0 */
package org.guildhall.api;

import java.util.Optional;
import org.osgi.annotation.versioning.ConsumerType;

/** Narrows what callers reach of a type beyond their roles; a service with {@link ForRecord}. */
@ConsumerType
public interface AccessPolicy {
    /**
     * Asked at every call, so it answers at once and without a look at the database. The condition becomes part of every
     * statement; it is not applied to the server's own work.
     *
     * @return what the records must be like that the caller may reach so; empty for no more than the roles say
     */
    Optional<Condition> reachable(Caller caller, Verb verb);
}
