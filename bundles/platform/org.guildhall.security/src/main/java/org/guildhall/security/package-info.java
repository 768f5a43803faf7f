/* Copyright the Guildhall authors. SPDX-License-Identifier: Apache-2.0 */
/** Users, teams, roles and tokens, as records like all others. */
@GuildhallPlugin(name = "security", schema = 1)
package org.guildhall.security;

import org.guildhall.api.GuildhallPlugin;
