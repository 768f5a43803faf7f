/* Copyright the Guildhall authors. SPDX-License-Identifier: Apache-2.0 */
package org.guildhall.api.platform;

import java.util.List;
import java.util.OptionalLong;
import java.util.Set;
import org.guildhall.api.CallContext;
import org.osgi.annotation.versioning.ProviderType;

/**
 * Who may do what, from the users, teams and roles in the database. What it answers is at most a second older than they
 * are. For callers that are in no unit of work; what a unit of work needs is asked before.
 */
@ProviderType
public interface Access {
    /** What the caller may do with a type, as far as roles say; not asked of types that hang on other records. */
    TypeAccess of(CallContext context, RecordType type);

    /** Whether the caller has a permission, {@code plugin.permission}. */
    boolean allows(CallContext context, String permission);

    /** The permissions of the caller; {@code *} among them stands for all. */
    Set<String> permissions(CallContext context);

    /** The first of the caller's teams, which owns what the caller makes. */
    OptionalLong team(CallContext context);

    /** The ids of the caller's teams. */
    List<Long> teams(CallContext context);

    /** The ids of the caller's roles. */
    List<Long> roles(CallContext context);

    /** Says that users, teams, roles or shares have changed, in the transaction that changes them. */
    void changed(Transaction transaction);
}
