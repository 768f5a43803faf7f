/* Copyright the Guildhall authors. SPDX-License-Identifier: Apache-2.0 */
/** The superclasses of entities. */
@Export
@Version("0.1.0")
package org.guildhall.model;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
