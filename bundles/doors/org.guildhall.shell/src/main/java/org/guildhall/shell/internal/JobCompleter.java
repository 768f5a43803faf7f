/* Copyright the Guildhall authors. SPDX-License-Identifier: Apache-2.0 */
package org.guildhall.shell.internal;

import java.util.List;
import org.apache.karaf.shell.api.action.lifecycle.Reference;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.apache.karaf.shell.api.console.CommandLine;
import org.apache.karaf.shell.api.console.Completer;
import org.apache.karaf.shell.api.console.Session;
import org.apache.karaf.shell.support.completers.StringsCompleter;
import org.guildhall.api.Ids;
import org.guildhall.api.platform.Jobs;

/** Completes the ids of the jobs that guildhall:jobs lists. */
@Service
public final class JobCompleter implements Completer {
    @Reference
    private Jobs jobs;

    @Override
    public int complete(Session session, CommandLine line, List<String> candidates) {
        StringsCompleter ids = new StringsCompleter();
        jobs.last(0, JobsCommand.LAST).forEach(one -> ids.getStrings().add(Ids.format(one.id())));
        return ids.complete(session, line, candidates);
    }
}
