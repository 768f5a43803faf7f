/* Copyright the Guildhall authors. SPDX-License-Identifier: Apache-2.0 */
/** The people whom a business knows. */
@GuildhallPlugin(name = "customer")
package org.guildhall.customer;

import org.guildhall.api.GuildhallPlugin;
