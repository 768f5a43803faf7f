/* Copyright the Guildhall authors. SPDX-License-Identifier: Apache-2.0 */
package org.guildhall.shell.internal;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.apache.karaf.shell.api.action.Action;
import org.apache.karaf.shell.api.action.Argument;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.Completion;
import org.apache.karaf.shell.api.action.Option;
import org.apache.karaf.shell.api.action.lifecycle.Reference;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.apache.karaf.shell.support.completers.FileCompleter;
import org.guildhall.api.platform.Plugins;

/** Shows what the deployment of a jar would do to the database. */
@Service
@Command(
        scope = "guildhall",
        name = "migrate",
        description = "Prints the SQL that the deployment of a plugin's jar would run; deploying the jar runs it")
public final class MigrateCommand implements Action {
    @Argument(name = "jar", description = "The plugin's jar", required = true)
    @Completion(FileCompleter.class)
    private String jar;

    @Option(name = "--preview", description = "Print, and change nothing", required = true)
    private boolean preview;

    @Reference
    private Plugins plugins;

    @Override
    public Object execute() throws IOException {
        try (InputStream stream = Files.newInputStream(Path.of(jar))) {
            List<String> statements = plugins.preview(stream);
            if (statements.isEmpty()) {
                System.out.println("-- The database is up to date for this jar.");
            }
            statements.forEach(statement -> System.out.println(statement + (statement.startsWith("--") ? "" : ";")));
        }
        return null;
    }
}
