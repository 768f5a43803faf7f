/* Copyright the Guildhall authors. SPDX-License-Identifier: Apache-2.0 */
package org.guildhall.plugins.internal;

import java.util.Collection;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.guildhall.api.Problem;
import org.guildhall.api.platform.PluginCalls;
import org.osgi.service.component.annotations.Component;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A gate for each plugin: open while it is here, closed while it leaves. */
@Component(service = {PluginCalls.class, PluginGates.class})
public final class PluginGates implements PluginCalls {
    private static final Logger LOG = LoggerFactory.getLogger(PluginGates.class);
    /** Of the threads that serve calls, so that those to other plugins find one. */
    private static final int MOST_WAITING = 60;

    private static final int MOST_ATTEMPTS = 3;

    private final Map<String, Gate> gates = new ConcurrentHashMap<>();
    private final Semaphore waiting = new Semaphore(MOST_WAITING);
    /** The call that runs on a thread; null where none does. */
    private final ThreadLocal<Call> current = new ThreadLocal<>();

    private static final class Gate {
        private final String plugin;
        private int inside;
        private boolean closed;

        Gate(String plugin) {
            this.plugin = plugin;
        }

        synchronized boolean enter() {
            if (!closed) {
                inside++;
            }
            return !closed;
        }

        synchronized void exit() {
            inside--;
            if (inside == 0) {
                notifyAll();
            }
        }

        synchronized boolean isClosed() {
            return closed;
        }

        synchronized void open() {
            closed = false;
            notifyAll();
        }

        /** Gives how many are still inside. */
        synchronized int close() throws InterruptedException {
            closed = true;
            long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(PATIENCE_MILLIS);
            for (long left = PATIENCE_MILLIS; closed && inside > 0 && left > 0; left = millisTo(end)) {
                wait(left);
            }
            return inside;
        }

        /** Whether it has opened in time. */
        synchronized boolean await(long end) throws InterruptedException {
            for (long left = millisTo(end); closed && left > 0; left = millisTo(end)) {
                wait(left);
            }
            return !closed;
        }

        private static long millisTo(long end) {
            return TimeUnit.NANOSECONDS.toMillis(end - System.nanoTime());
        }
    }

    /** The gates that a call has passed, and the one that it found closed. */
    private static final class Call {
        private final Set<Gate> passed = new HashSet<>();
        private Gate closed;
    }

    private Gate gate(String plugin) {
        return gates.computeIfAbsent(plugin, Gate::new);
    }

    @Override
    public <T> T call(Collection<String> plugins, boolean waits, Supplier<T> body) {
        if (current.get() != null) {
            need(plugins);
            return body.get();
        }
        long end = end();
        for (int attempt = 1; ; attempt++) {
            Call call = new Call();
            current.set(call);
            try {
                need(plugins);
                return body.get();
            } catch (Problem problem) {
                if (call.closed == null || !waits || attempt == MOST_ATTEMPTS) {
                    throw problem;
                }
            } finally {
                current.remove();
                call.passed.forEach(Gate::exit);
            }
            await(call.closed, end);
        }
    }

    @Override
    public void need(Collection<String> plugins) {
        Call call = current.get();
        if (call == null) {
            throw new IllegalStateException("No call runs on this thread.");
        }
        for (String plugin : plugins) {
            Gate gate = gate(plugin);
            if (!call.passed.contains(gate)) {
                if (!gate.enter()) {
                    call.closed = gate;
                    throw unavailable(plugin);
                }
                call.passed.add(gate);
            }
        }
    }

    @Override
    public boolean isLeaving(String plugin) {
        return gate(plugin).isClosed();
    }

    @Override
    public void await(String plugin) {
        await(gate(plugin), end());
    }

    private static long end() {
        return System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(PATIENCE_MILLIS);
    }

    private void await(Gate gate, long end) {
        if (!waiting.tryAcquire()) {
            throw unavailable(gate.plugin);
        }
        try {
            if (!gate.await(end)) {
                throw unavailable(gate.plugin);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw unavailable(gate.plugin);
        } finally {
            waiting.release();
        }
    }

    private static Problem unavailable(String plugin) {
        return Problem.of(Problem.Kind.UNAVAILABLE, "plugin.unavailable", plugin);
    }

    @Override
    public void leave(String plugin) {
        Gate gate = gate(plugin);
        Call own = current.get();
        if (own != null && own.passed.remove(gate)) {
            // Who stops a plugin in the middle of a call to it would wait for itself.
            gate.exit();
        }
        try {
            int left = gate.close();
            if (left > 0) {
                LOG.warn(
                        "{} calls to the plugin {} did not end in {} ms; they fail now", left, plugin, PATIENCE_MILLIS);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void settle(String plugin) {
        gate(plugin).open();
    }
}
