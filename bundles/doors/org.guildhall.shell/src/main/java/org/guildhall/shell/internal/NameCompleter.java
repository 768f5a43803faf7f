/* Copyright the Guildhall authors. SPDX-License-Identifier: Apache-2.0 */
package org.guildhall.shell.internal;

import java.util.List;
import org.apache.karaf.shell.api.action.lifecycle.Reference;
import org.apache.karaf.shell.api.console.CommandLine;
import org.apache.karaf.shell.api.console.Completer;
import org.apache.karaf.shell.api.console.Session;
import org.apache.karaf.shell.support.completers.StringsCompleter;
import org.guildhall.api.platform.RecordService;
import org.guildhall.api.platform.RecordTypes;

/** Completes the names of the records of a type. */
abstract class NameCompleter implements Completer {
    private final String type;

    @Reference
    private RecordService records;

    @Reference
    private RecordTypes types;

    NameCompleter(String type) {
        this.type = type;
    }

    @Override
    public int complete(Session session, CommandLine line, List<String> candidates) {
        StringsCompleter names = new StringsCompleter();
        names.getStrings().addAll(new ServerRecords(records, types).names(type).values());
        return names.complete(session, line, candidates);
    }
}
