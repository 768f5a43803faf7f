/* Copyright the Guildhall authors. SPDX-License-Identifier: Apache-2.0 */
package org.guildhall.shell.internal;

import java.util.List;
import org.apache.karaf.shell.api.action.lifecycle.Reference;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.apache.karaf.shell.api.console.CommandLine;
import org.apache.karaf.shell.api.console.Completer;
import org.apache.karaf.shell.api.console.Session;
import org.apache.karaf.shell.support.completers.StringsCompleter;
import org.guildhall.api.platform.RecordType;

/** Completes the names of lists of choices. */
@Service
public final class ChoiceListCompleter implements Completer {
    @Reference(optional = true)
    private List<RecordType> types;

    @Override
    public int complete(Session session, CommandLine line, List<String> candidates) {
        StringsCompleter names = new StringsCompleter();
        if (types != null) {
            types.forEach(type ->
                    type.choiceLists().forEach(list -> names.getStrings().add(list.name())));
        }
        return names.complete(session, line, candidates);
    }
}
