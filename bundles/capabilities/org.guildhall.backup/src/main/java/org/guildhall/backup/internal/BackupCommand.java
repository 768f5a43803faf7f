/* Copyright the Guildhall authors. SPDX-License-Identifier: Apache-2.0 */
package org.guildhall.backup.internal;

import java.nio.file.Path;
import org.apache.karaf.shell.api.action.Action;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.Completion;
import org.apache.karaf.shell.api.action.Option;
import org.apache.karaf.shell.api.action.lifecycle.Reference;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.apache.karaf.shell.support.completers.FileCompleter;

/** Makes a backup. */
@Service
@Command(
        scope = "guildhall",
        name = "backup",
        description = "Makes a backup of the database, the settings and the jars while the server serves")
public final class BackupCommand implements Action {
    @Option(
            name = "--to",
            description = "The folder in which the backup's folder is made (default: backups of the home)")
    @Completion(FileCompleter.class)
    private String to;

    @Reference
    private Backups backups;

    @Override
    public Object execute() {
        Backups.Made made = backups.make(to == null ? backups.folder() : Path.of(to), "");
        System.out.println("backup: " + made.path());
        System.out.println("bytes: " + made.manifest().bytes());
        System.out.println("milliseconds: " + made.took().toMillis());
        return null;
    }
}
