/* Copyright the Guildhall authors. SPDX-License-Identifier: Apache-2.0 */
/** What the parts of the platform share with each other; plugins have no use for it. */
@Export
@Version("0.1.0")
package org.guildhall.api.platform;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
