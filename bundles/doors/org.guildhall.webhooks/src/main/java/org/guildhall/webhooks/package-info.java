/* Copyright the Guildhall authors. SPDX-License-Identifier: Apache-2.0 */
/** Webhooks, as records like all others. */
@GuildhallPlugin(name = "webhooks", schema = 1)
package org.guildhall.webhooks;

import org.guildhall.api.GuildhallPlugin;
