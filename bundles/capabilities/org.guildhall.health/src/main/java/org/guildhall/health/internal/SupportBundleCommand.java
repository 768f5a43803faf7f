/* Copyright the Guildhall authors. SPDX-License-Identifier: Apache-2.0 */
package org.guildhall.health.internal;

import java.io.IOException;
import java.nio.file.Path;
import org.apache.karaf.shell.api.action.Action;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.Completion;
import org.apache.karaf.shell.api.action.Option;
import org.apache.karaf.shell.api.action.lifecycle.Reference;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.apache.karaf.shell.support.completers.FileCompleter;

/** Packs what helps others to help. */
@Service
@Command(
        scope = "guildhall",
        name = "support-bundle",
        description = "Packs the log, the settings, versions, states and threads, without secrets and anybody's data")
public final class SupportBundleCommand implements Action {
    @Option(name = "--to", description = "The folder in which the file is made (default: support of the home)")
    @Completion(FileCompleter.class)
    private String to;

    @Reference
    private SupportBundle bundle;

    @Override
    public Object execute() throws IOException {
        System.out.println("file: " + bundle.write(to == null ? null : Path.of(to)));
        return null;
    }
}
