/* Copyright the Guildhall authors. SPDX-License-Identifier: Apache-2.0 */
package org.guildhall.shell.internal;

import org.apache.karaf.shell.api.action.Action;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.Completion;
import org.apache.karaf.shell.api.action.Option;
import org.apache.karaf.shell.api.action.lifecycle.Reference;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.apache.karaf.shell.support.table.ShellTable;
import org.guildhall.api.platform.EventLog;
import org.guildhall.api.platform.Subscribers;

/** Shows how far the subscribers are, and helps one that failed. */
@Service
@Command(
        scope = "guildhall",
        name = "journal",
        description = "Shows the last event and how far behind each subscriber is; retries and skips what failed")
public final class JournalCommand implements Action {
    private static final int MOST_WAITING = 10_000;

    @Option(name = "--retry", description = "Tells a subscriber at once of the events that it failed at")
    @Completion(SubscriberCompleter.class)
    private String retry;

    @Option(name = "--skip", description = "Gives up the events that a subscriber failed at")
    @Completion(SubscriberCompleter.class)
    private String skip;

    @Option(name = "--forget", description = "Forgets a subscriber that will not come back")
    @Completion(SubscriberCompleter.class)
    private String forget;

    @Reference
    private EventLog events;

    @Reference
    private Subscribers subscribers;

    @Override
    public Object execute() {
        if (retry != null) {
            System.out.println(Problems.told(() -> subscribers.retry(retry)) + " events are tried again");
            return null;
        }
        if (skip != null) {
            System.out.println(Problems.told(() -> subscribers.skip(skip)) + " events are skipped");
            return null;
        }
        if (forget != null) {
            Problems.told(() -> {
                subscribers.forget(forget);
                return null;
            });
            return null;
        }
        EventLog.Waiting waiting = events.waiting(MOST_WAITING);
        System.out.println("Last event " + events.last() + ", expired up to " + events.expired() + ", "
                + (waiting.changes() == MOST_WAITING ? "at least " : "") + waiting.changes()
                + " changes without a number"
                + (waiting.since() == null ? "" : " since " + waiting.since()));
        ShellTable table = Tables.of("Subscriber", "State", "Server", "Cursor", "Behind", "Failed", "Skipped", "Error")
                .emptyTableText("Nobody listens to events.");
        for (Subscribers.Status one : subscribers.all()) {
            table.addRow()
                    .addContent(
                            one.name(),
                            one.server() == null ? "away" : one.failed() > 0 ? "failing" : "listening",
                            one.server() == null ? "" : one.server(),
                            one.cursor(),
                            one.behind(),
                            one.failed(),
                            one.skipped(),
                            one.error() == null ? "" : one.error());
        }
        table.print(System.out);
        return null;
    }
}
