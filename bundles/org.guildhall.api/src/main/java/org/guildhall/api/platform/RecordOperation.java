/* Copyright the Guildhall authors. SPDX-License-Identifier: Apache-2.0 */
package org.guildhall.api.platform;

import org.guildhall.api.Ref;
import org.guildhall.api.Values;
import org.guildhall.api.Work;
import org.osgi.annotation.versioning.ProviderType;

/** An operation of a plugin, as a service for as long as the plugin offers it; it shows no class of the plugin. */
@ProviderType
public interface RecordOperation {
    /** The record type that it belongs to, {@code plugin.record}. */
    String type();

    /** Its name at the doors. */
    String name();

    /** What a caller needs, {@code plugin.permission}; null for the verb UPDATE on the record. */
    String permission();

    /** The plugin that offers it, which need not be that of the type. */
    String plugin();

    /** What it takes, in the form of a record type without fields of the platform. */
    RecordType input();

    /** What it gives. */
    RecordType output();

    /** Runs it with an input that was checked. */
    Values run(Ref on, Values input, Work work);
}
