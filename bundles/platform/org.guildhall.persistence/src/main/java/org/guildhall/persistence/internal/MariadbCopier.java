/* Copyright the Guildhall authors. SPDX-License-Identifier: Apache-2.0 */
package org.guildhall.persistence.internal;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;
import org.guildhall.persistence.internal.Programs.Program;
import org.guildhall.persistence.internal.Programs.Streams;

/** {@code mariadb-dump} in one transaction, as SQL. */
final class MariadbCopier extends DatabaseCopier {
    private static final String FILE = "database.sql.gz";
    private static final int BUFFER = 1 << 16;
    private static final String ADVICE = "install MariaDB's client programs (Debian: mariadb-client)";
    private static final Program DUMP = new Program(List.of("mariadb-dump", "mysqldump"), ADVICE);
    private static final Program CLIENT = new Program(List.of("mariadb", "mysql"), ADVICE);

    private final Programs programs;

    MariadbCopier(DatabaseAddress address, Programs programs) {
        super(address);
        this.programs = programs;
    }

    /** Its transaction sees rows as they were, and tables as they are. */
    @Override
    boolean wantsSameTables() {
        return true;
    }

    @Override
    void copy(Source source, Path folder) throws IOException {
        run(
                DUMP,
                List.of("--single-transaction", "--quick", "--hex-blob", "--no-tablespaces", "--skip-dump-date"),
                process -> {
                    process.getOutputStream().close();
                    try (InputStream in = process.getInputStream();
                            OutputStream out =
                                    new GZIPOutputStream(Files.newOutputStream(folder.resolve(FILE)), BUFFER)) {
                        in.transferTo(out);
                    }
                });
    }

    @Override
    void restore(Path folder) throws SQLException, IOException {
        try {
            run(CLIENT, List.of("--batch", "--binary-mode"), process -> {
                try (InputStream in = new GZIPInputStream(Files.newInputStream(folder.resolve(FILE)), BUFFER);
                        OutputStream out = process.getOutputStream()) {
                    in.transferTo(out);
                }
            });
        } catch (IllegalStateException e) {
            throw new IllegalStateException(
                    e.getMessage() + "\nA part of the backup may be in the database "
                            + address().database() + ": drop it and create it anew before the next try.",
                    e);
        }
        try (Connection connection = connect();
                Statement delete = connection.createStatement()) {
            // The copying server's, which kept tables as they are.
            delete.executeUpdate("delete from gh_lease");
            leaveGap(connection);
        }
    }

    private void run(Program program, List<String> more, Streams streams) throws IOException {
        // In a file of mode 600: other users of the machine read command lines.
        Path options = Files.createTempFile("guildhall-", ".cnf");
        try {
            Files.write(options, options());
            List<String> arguments = new ArrayList<>(List.of("--defaults-file=" + options));
            arguments.addAll(more);
            arguments.add(address().database());
            programs.run(program, arguments, Map.of(), streams);
        } finally {
            Files.delete(options);
        }
    }

    private List<String> options() {
        DatabaseAddress.Host host = address().hosts().get(0);
        List<String> lines = new ArrayList<>(List.of(
                "[client]",
                "protocol=tcp",
                "default-character-set=utf8mb4",
                "max-allowed-packet=1G",
                "host=" + quoted(host.name()),
                "port=" + (host.port().isEmpty() ? "3306" : host.port()),
                "user=" + quoted(address().user()),
                "password=" + quoted(address().password())));
        String ssl = address().parameters().getOrDefault("sslMode", "disable");
        if (ssl.equalsIgnoreCase("disable")) {
            lines.add("skip-ssl");
        } else {
            lines.add("ssl");
            if (ssl.toLowerCase(java.util.Locale.ROOT).startsWith("verify")) {
                lines.add("ssl-verify-server-cert");
            }
            String certificate = address().parameters().get("serverSslCert");
            if (certificate != null) {
                lines.add("ssl-ca=" + quoted(certificate));
            }
        }
        return lines;
    }

    private static String quoted(String text) {
        return "\"" + text.replace("\\", "\\\\").replace("\"", "\\\"") + "\"";
    }
}
