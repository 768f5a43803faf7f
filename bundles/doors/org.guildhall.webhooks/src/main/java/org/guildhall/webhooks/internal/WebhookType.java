/* Copyright the Guildhall authors. SPDX-License-Identifier: Apache-2.0 */
package org.guildhall.webhooks.internal;

import org.guildhall.api.platform.RecordType;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferencePolicy;

/**
 * The record type of webhooks, and with it its tables. Dynamic, so that a type that is published again, with one more
 * choice, stops nobody.
 */
@Component(service = WebhookType.class)
public final class WebhookType {
    static final String NAME = "webhooks.webhook";

    @Reference(target = "(guildhall.type=" + NAME + ")", policy = ReferencePolicy.DYNAMIC)
    private volatile RecordType type;

    RecordType get() {
        return type;
    }
}
