/* Copyright the Guildhall authors. SPDX-License-Identifier: Apache-2.0 */
package org.guildhall.persistence.internal;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.guildhall.persistence.internal.Programs.Program;

/** {@code pg_dump} in its own format, and {@code pg_restore} in one transaction. */
final class PostgresqlCopier extends DatabaseCopier {
    private static final String FILE = "database.dump";
    private static final String ADVICE =
            "install PostgreSQL's client programs of at least the database's version" + " (Debian: postgresql-client)";
    private static final Program DUMP = new Program(List.of("pg_dump"), ADVICE);
    private static final Program RESTORE = new Program(List.of("pg_restore"), ADVICE);
    /** What the driver and the programs call differently. */
    private static final Map<String, String> PARAMETERS = Map.of(
            "sslmode", "PGSSLMODE",
            "sslrootcert", "PGSSLROOTCERT",
            "sslcert", "PGSSLCERT",
            "sslkey", "PGSSLKEY",
            "gssEncMode", "PGGSSENCMODE");

    private final Programs programs;

    PostgresqlCopier(DatabaseAddress address, Programs programs) {
        super(address);
        this.programs = programs;
    }

    @Override
    void copy(Source source, Path folder) throws IOException {
        run(DUMP, List.of("--format=custom", "--file=" + folder.resolve(FILE)));
    }

    @Override
    void restore(Path folder) throws SQLException, IOException {
        run(
                RESTORE,
                List.of(
                        "--single-transaction",
                        "--exit-on-error",
                        "--dbname=" + address().database(),
                        folder.resolve(FILE).toString()));
        try (Connection connection = connect()) {
            leaveGap(connection);
        }
    }

    private void run(Program program, List<String> more) throws IOException {
        List<String> arguments = new ArrayList<>(List.of("--no-password", "--no-owner", "--no-privileges"));
        arguments.addAll(more);
        // In a file of mode 600: other users of the machine read command lines.
        Path passwords = Files.createTempFile("guildhall-", ".pgpass");
        try {
            Files.writeString(
                    passwords,
                    "*:*:*:*:" + address().password().replace("\\", "\\\\").replace(":", "\\:") + "\n");
            programs.run(program, arguments, environment(passwords), process -> process.getOutputStream()
                    .close());
        } finally {
            Files.delete(passwords);
        }
    }

    private Map<String, String> environment(Path passwords) {
        Map<String, String> environment = new HashMap<>();
        List<DatabaseAddress.Host> hosts = address().hosts();
        environment.put("PGHOST", hosts.stream().map(DatabaseAddress.Host::name).collect(Collectors.joining(",")));
        environment.put(
                "PGPORT",
                hosts.stream()
                        .map(host -> host.port().isEmpty() ? "5432" : host.port())
                        .collect(Collectors.joining(",")));
        if (hosts.size() > 1) {
            environment.put("PGTARGETSESSIONATTRS", "read-write");
        }
        environment.put("PGDATABASE", address().database());
        environment.put("PGUSER", address().user());
        environment.put("PGPASSFILE", passwords.toString());
        PARAMETERS.forEach((parameter, variable) -> {
            String value = address().parameters().get(parameter);
            if (value != null) {
                environment.put(variable, value);
            }
        });
        return environment;
    }
}
