/* Copyright the Guildhall authors. SPDX-License-Identifier: Apache-2.0 */
package org.guildhall.shell.internal;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import org.apache.karaf.shell.api.action.Action;
import org.apache.karaf.shell.api.action.Argument;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.Completion;
import org.apache.karaf.shell.api.action.lifecycle.Reference;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.apache.karaf.shell.support.completers.FileCompleter;
import org.guildhall.api.platform.PluginFiles;
import org.guildhall.api.platform.Plugins;

/** Shows what the deployment of a jar would do. */
@Service
@Command(
        scope = "guildhall",
        name = "plan",
        description =
                "Prints what the deployment of a plugin's jar would do, and does nothing: deploying the jar does it")
public final class PlanCommand implements Action {
    @Argument(name = "jar", description = "The plugin's jar, or its file without code", required = true)
    @Completion(FileCompleter.class)
    private String jar;

    @Reference
    private Plugins plugins;

    @Reference
    private PluginFiles pluginFiles;

    @Override
    public Object execute() throws IOException {
        Plugins.Plan plan;
        Path file = Path.of(jar).toAbsolutePath();
        if (!Files.isRegularFile(file)) {
            throw new IllegalArgumentException(
                    "There is no file " + file + ": give the whole path of the jar, as it is on the server's machine.");
        }
        try (InputStream stream =
                jar.endsWith(PluginFiles.ENDING) ? pluginFiles.jar(file) : Files.newInputStream(file)) {
            plan = plugins.plan(stream);
        }
        System.out.println("-- The plugin " + plan.plugin() + " " + plan.version() + ", schema " + plan.schema() + ", "
                + (plan.replaced() == null
                        ? "is not here yet."
                        : "in place of " + plan.replaced().version() + ", schema "
                                + plan.replaced().schema() + "; calls to it wait while it is replaced."));
        if (!plan.refusal().isEmpty()) {
            System.out.println("-- It will not be started. " + plan.refusal());
        }
        section("Types", plan.changes(), "None changes.");
        section(
                "Grants that it waits for (guildhall:grant " + plan.plugin() + ")",
                plan.ungranted().stream()
                        .map(use -> use.type() + ": "
                                + use.verbs().stream()
                                        .map(verb -> verb.name().toLowerCase(Locale.ROOT))
                                        .sorted()
                                        .collect(Collectors.joining(", ")))
                        .toList(),
                "None.");
        System.out.println(
                plan.statements().isEmpty() ? "-- SQL: the database is up to date for this jar." : "-- SQL:");
        plan.statements().forEach(sql -> System.out.println(sql + (sql.startsWith("--") ? "" : ";")));
        return null;
    }

    private static void section(String title, List<String> lines, String none) {
        System.out.println("-- " + title + ":" + (lines.isEmpty() ? " " + none : ""));
        lines.forEach(line -> System.out.println("--   " + line));
    }
}
