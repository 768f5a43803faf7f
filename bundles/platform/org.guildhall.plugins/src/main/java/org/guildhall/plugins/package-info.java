/* Copyright the Guildhall authors. SPDX-License-Identifier: Apache-2.0 */
/** YAML whose values know their places. */
@Export
@Version("0.1.0")
package org.guildhall.plugins;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
