/* Copyright the Guildhall authors. SPDX-License-Identifier: Apache-2.0 */
package org.guildhall.persistence.internal;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Where a database is, in parts, for programs that take no JDBC URL.
 *
 * @param hosts of several the first is asked first
 * @param database its name; of Derby its folder
 * @param parameters of the driver
 * @param tools the folder of the database's programs; empty for those on the path
 */
record DatabaseAddress(
        Dialect dialect,
        String url,
        List<Host> hosts,
        String database,
        Map<String, String> parameters,
        String user,
        String password,
        String tools) {
    private static final Pattern EMBEDDED = Pattern.compile("jdbc:derby:(?:directory:)?([^;]+)(?:;.*)?");
    private static final Pattern SERVED =
            Pattern.compile("jdbc:(?:postgresql|mariadb):(?:(?:\\w+:)?//([^/?()]*)/?)?([^?/]*)(?:\\?(.*))?");
    private static final Pattern HOST = Pattern.compile("(\\[[^]]+]|[^:]+)(?::(\\d+))?");

    /** @param port empty for the usual one */
    record Host(String name, String port) {}

    static DatabaseAddress of(String url, String user, String password, String tools) {
        Dialect dialect = Dialect.of(url);
        if (dialect == Dialect.DERBY) {
            Matcher parts = EMBEDDED.matcher(url);
            if (!parts.matches() || parts.group(1).matches("(memory|jar|classpath):.*")) {
                throw unreadable();
            }
            return new DatabaseAddress(dialect, url, List.of(), parts.group(1), Map.of(), "", "", tools);
        }
        Matcher parts = SERVED.matcher(url);
        if (!parts.matches() || parts.group(2).isEmpty()) {
            throw unreadable();
        }
        Map<String, String> parameters = parameters(parts.group(3));
        return new DatabaseAddress(
                dialect,
                url,
                hosts(parts.group(1)),
                decoded(parts.group(2)),
                parameters,
                user.isEmpty() ? parameters.getOrDefault("user", "") : user,
                password.isEmpty() ? parameters.getOrDefault("password", "") : password,
                tools);
    }

    private static IllegalArgumentException unreadable() {
        return new IllegalArgumentException("The url in etc/org.guildhall.database.cfg is of a form that backups don't"
                + " read: write jdbc:derby:<folder>, jdbc:postgresql://<host>:<port>/<database> or"
                + " jdbc:mariadb://<host>:<port>/<database>.");
    }

    private static List<Host> hosts(String text) {
        List<Host> hosts = new ArrayList<>();
        for (String part : (text == null || text.isEmpty() ? "localhost" : text).split(",")) {
            Matcher host = HOST.matcher(part);
            if (!host.matches()) {
                throw unreadable();
            }
            hosts.add(new Host(host.group(1).replaceAll("[\\[\\]]", ""), host.group(2) == null ? "" : host.group(2)));
        }
        return hosts;
    }

    private static Map<String, String> parameters(String query) {
        Map<String, String> parameters = new HashMap<>();
        for (String parameter : query == null ? new String[0] : query.split("&")) {
            String[] pair = parameter.split("=", 2);
            parameters.put(pair[0], pair.length == 2 ? decoded(pair[1]) : "");
        }
        return parameters;
    }

    private static String decoded(String text) {
        return URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8);
    }

    /** Tells no password. */
    @Override
    public String toString() {
        return dialect + " " + hosts + " " + database;
    }
}
