/* Copyright the Guildhall authors. SPDX-License-Identifier: Apache-2.0 */
/** An example: what a small clinic adds to a CRM. */
@GuildhallPlugin(name = "clinic", schema = 1, uses = @Uses(type = "customer.contact"))
package org.guildhall.clinic;

import org.guildhall.api.GuildhallPlugin;
import org.guildhall.api.Uses;
