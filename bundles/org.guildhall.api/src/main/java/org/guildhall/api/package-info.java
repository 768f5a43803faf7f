/* Copyright the Guildhall authors. SPDX-License-Identifier: Apache-2.0 */
/** What the authors of plugins compile against: the declarations of a plugin, values, problems and the context of a call. */
@Export
@Version("0.1.0")
package org.guildhall.api;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
