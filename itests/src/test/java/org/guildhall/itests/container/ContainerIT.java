/* Copyright the Guildhall authors. SPDX-License-Identifier: Apache-2.0 */
package org.guildhall.itests.container;

import org.junit.runner.RunWith;
import org.junit.runners.Suite;

/** Everything that is proven inside the container, in one container. */
@RunWith(Suite.class)
@Suite.SuiteClasses({UnitOfWorkInContainer.class, UnloadingInContainer.class})
public class ContainerIT {}
