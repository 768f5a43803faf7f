/* Copyright the Guildhall authors. SPDX-License-Identifier: Apache-2.0 */
package org.guildhall.benchmarks;

import java.lang.reflect.Proxy;
import java.util.Hashtable;
import java.util.Map;
import org.osgi.framework.BundleActivator;
import org.osgi.framework.BundleContext;
import org.osgi.framework.Constants;

/** A bundle for a server that is measured: a journal in front of the true one, which writes nothing. */
public final class WithoutAppend implements BundleActivator {
    private static final String JOURNAL = "org.guildhall.api.platform.Journal";

    @Override
    public void start(BundleContext context) throws ClassNotFoundException {
        Class<?> journal = Class.forName(JOURNAL);
        Object nothing = Proxy.newProxyInstance(
                journal.getClassLoader(), new Class<?>[] {journal}, (proxy, method, arguments) -> null);
        context.registerService(JOURNAL, nothing, new Hashtable<>(Map.of(Constants.SERVICE_RANKING, 1_000)));
    }

    @Override
    public void stop(BundleContext context) {
        // The framework takes the service back.
    }
}
