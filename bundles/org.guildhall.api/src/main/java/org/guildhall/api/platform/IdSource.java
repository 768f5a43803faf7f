/* Copyright the Guildhall authors. SPDX-License-Identifier: Apache-2.0 */
package org.guildhall.api.platform;

import org.osgi.annotation.versioning.ProviderType;

/** Makes ids: positive, unique over all servers of one database, roughly in the order of time. */
@ProviderType
public interface IdSource {
    /** A new id; UNAVAILABLE when the lease on this server's numbers could not be renewed. */
    long next();
}
