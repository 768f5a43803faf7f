/* Copyright the Guildhall authors. SPDX-License-Identifier: Apache-2.0 */
package org.guildhall.api.platform;

import org.guildhall.api.Work;
import org.osgi.annotation.versioning.ProviderType;

/** The work as the platform's own rules and operations get it: with the transaction under it. */
@ProviderType
public interface PlatformWork extends Work {
    Transaction transaction();
}
