/* Copyright the Guildhall authors. SPDX-License-Identifier: Apache-2.0 */
package org.guildhall.itests;

import static org.junit.Assert.assertEquals;

import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/** Makes the users, teams and roles of a test through REST, as an administrator does. */
final class People {
    private final Server administrator;

    People(Server administrator) {
        this.administrator = administrator;
    }

    /** A user, and the server as the user speaks to it. */
    record Person(String id, String token, Server server) {}

    String team(String name, String parent) throws Exception {
        return create(
                "teams", "{\"name\":\"" + name + "\"" + (parent == null ? "" : ",\"parent\":\"" + parent + "\"") + "}");
    }

    /** @param more further members of the body, each beginning with a comma */
    String role(String name, String more, String... permissions) throws Exception {
        return create(
                "roles",
                "{\"name\":\"" + name + "\",\"permissions\":[" + String.join(",", permissions) + "]" + more + "}");
    }

    /** A permission of a role: which verbs on which type, for which records. */
    static String may(String type, String scope, String... verbs) {
        return "{\"type\":\"" + type + "\",\"scope\":\"" + scope + "\",\"verbs\":["
                + Arrays.stream(verbs).map(verb -> "\"" + verb + "\"").collect(Collectors.joining(",")) + "]}";
    }

    Person user(String name, List<String> roles, String... teams) throws Exception {
        String id = create(
                "users",
                "{\"name\":\"" + name + "\",\"roles\":["
                        + roles.stream()
                                .map(role -> "{\"role\":\"" + role + "\"}")
                                .collect(Collectors.joining(","))
                        + "],\"teams\":["
                        + Arrays.stream(teams)
                                .map(team -> "{\"team\":\"" + team + "\"}")
                                .collect(Collectors.joining(","))
                        + "]}");
        String token = token(id, "");
        return new Person(id, token, administrator.as(token));
    }

    /** @param scopes what the token is limited to; empty for nothing */
    String token(String user, String scopes) throws Exception {
        Server.Answer issued = administrator.post(
                "/api/v1/users/" + user + "/issueToken", "{\"name\":\"test\",\"scopes\":\"" + scopes + "\"}");
        assertEquals(issued.body().toString(), 200, issued.status());
        return issued.body().path("token").asText();
    }

    private String create(String plural, String json) throws Exception {
        Server.Answer answer = administrator.post("/api/v1/" + plural, json);
        assertEquals(answer.body().toString(), 201, answer.status());
        return answer.id();
    }
}
