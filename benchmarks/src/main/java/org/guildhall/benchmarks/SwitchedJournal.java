/* Copyright the Guildhall authors. SPDX-License-Identifier: Apache-2.0 */
package org.guildhall.benchmarks;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.Hashtable;
import java.util.Map;
import org.osgi.framework.BundleActivator;
import org.osgi.framework.BundleContext;
import org.osgi.framework.Constants;

/** A bundle for a server that is measured: a journal in front of the true one, which leaves out what some calls append. */
public final class SwitchedJournal implements BundleActivator {
    /** The X-Request-Id of calls that append nothing. */
    static final String WITHOUT_APPEND = "without-append";

    private static final String JOURNAL = "org.guildhall.api.platform.Journal";
    private static final String TRANSACTION = "org.guildhall.api.platform.Transaction";
    private static final String CONTEXT = "org.guildhall.api.CallContext";

    @Override
    public void start(BundleContext context) throws ReflectiveOperationException {
        Object journal = context.getService(context.getServiceReference(JOURNAL));
        Class<?> type = Class.forName(JOURNAL);
        Method call = Class.forName(TRANSACTION).getMethod("context");
        Method requestId = Class.forName(CONTEXT).getMethod("requestId");
        InvocationHandler handler = (proxy, method, arguments) -> {
            if (method.getName().equals("append")
                    && WITHOUT_APPEND.equals(requestId.invoke(call.invoke(arguments[0])))) {
                return null;
            }
            try {
                return method.invoke(journal, arguments);
            } catch (InvocationTargetException e) {
                throw e.getCause();
            }
        };
        context.registerService(
                JOURNAL,
                Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, handler),
                new Hashtable<>(Map.of(Constants.SERVICE_RANKING, 1_000)));
    }

    @Override
    public void stop(BundleContext context) {
        // The framework takes the service back.
    }
}
