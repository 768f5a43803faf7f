/* Copyright the Guildhall authors. SPDX-License-Identifier: Apache-2.0 */
/** Values to and from the text that doors speak. */
@Export
@Version("0.1.0")
package org.guildhall.wire;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
