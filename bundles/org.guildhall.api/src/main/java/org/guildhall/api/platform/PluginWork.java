/* Copyright the Guildhall authors. SPDX-License-Identifier: Apache-2.0 */
package org.guildhall.api.platform;

import java.util.function.BiFunction;
import org.guildhall.api.CallContext;
import org.guildhall.api.Work;
import org.osgi.annotation.versioning.ProviderType;

/** Runs a plugin's code where no caller waits for it. */
@ProviderType
public interface PluginWork {
    /**
     * Runs code in a unit of work, with the rights of its plugin, and where it works for a user of his, too.
     *
     * @param forCaller whether it may only do what the context's caller may
     * @throws org.guildhall.api.Problem as {@link UnitOfWork#write}
     */
    <T> T run(String plugin, CallContext context, boolean forCaller, BiFunction<Work, Transaction, T> code);
}
