/* Copyright the Guildhall authors. SPDX-License-Identifier: Apache-2.0 */
package org.guildhall.benchmarks;

import java.io.IOException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Makes a user who sees his own contacts only in a Guildhall server, and prints what the others need to know, as arguments.
 *
 * <p>Arguments: {@code ours.port=... ours.token=<of an administrator>}
 */
public final class Setup {
    private static final String ROLE = "{\"name\":\"Benchmark\",\"permissions\":[{\"type\":\"customer.contact\","
            + "\"verbs\":[\"read\",\"create\",\"update\"],\"scope\":\"own\"}]}";

    private Setup() {}

    public static void main(String[] arguments) throws Exception {
        Options options = new Options(arguments);
        try (HttpConnection server = new HttpConnection(options.number("ours.port"), options.text("ours.token"))) {
            HttpConnection.Response role = server.post("/api/v1/roles", ROLE);
            HttpConnection.Response user = server.post(
                    "/api/v1/users",
                    "{\"name\":\"benchmark\",\"roles\":[{\"role\":\"" + member(role, 201, "id") + "\"}]}");
            String id = member(user, 201, "id");
            HttpConnection.Response token =
                    server.post("/api/v1/users/" + id + "/issueToken", "{\"name\":\"benchmark\"}");
            System.out.println("administrator.id=" + member(role, 201, "createdBy") + " own.id=" + id + " own.token="
                    + member(token, 200, "token"));
        }
    }

    private static String member(HttpConnection.Response response, int status, String name) throws IOException {
        Matcher member = Pattern.compile("\"" + name + "\":\"([^\"]*)\"").matcher(response.text());
        if (response.status() != status || !member.find()) {
            throw new IOException(name + " is missing in " + response.status() + " " + response.text());
        }
        return member.group(1);
    }
}
