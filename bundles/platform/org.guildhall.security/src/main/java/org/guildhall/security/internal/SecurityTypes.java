/* Copyright the Guildhall authors. SPDX-License-Identifier: Apache-2.0 */
package org.guildhall.security.internal;

import org.guildhall.api.platform.RecordType;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferencePolicy;

/**
 * The record types of this plugin, and with them its tables: here for as long as all of them are. Dynamic, so that a type
 * that is published again, with one more choice, stops nobody.
 */
@Component(service = SecurityTypes.class)
public final class SecurityTypes {
    @Reference(target = "(guildhall.type=security.user)", policy = ReferencePolicy.DYNAMIC)
    private volatile RecordType user;

    @Reference(target = "(guildhall.type=security.team)", policy = ReferencePolicy.DYNAMIC)
    private volatile RecordType team;

    @Reference(target = "(guildhall.type=security.role)", policy = ReferencePolicy.DYNAMIC)
    private volatile RecordType role;

    @Reference(target = "(guildhall.type=security.token)", policy = ReferencePolicy.DYNAMIC)
    private volatile RecordType token;

    RecordType user() {
        return user;
    }

    RecordType role() {
        return role;
    }

    RecordType token() {
        return token;
    }
}
