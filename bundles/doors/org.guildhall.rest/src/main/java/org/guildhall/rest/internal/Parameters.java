/* Copyright the Guildhall authors. SPDX-License-Identifier: Apache-2.0 */
package org.guildhall.rest.internal;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import javax.ws.rs.core.MultivaluedMap;
import javax.ws.rs.core.UriInfo;
import org.guildhall.api.Finding;
import org.guildhall.api.Problem;
import org.guildhall.api.Query;
import org.guildhall.wire.Rsql;

/** The parameters of an address, each of which is known and given once. */
final class Parameters {
    private final MultivaluedMap<String, String> given;
    private final List<Finding> findings = new ArrayList<>();

    /** @throws Problem INVALID for parameters that are none of the known ones */
    Parameters(UriInfo uri, String... known) {
        given = uri.getQueryParameters();
        List<String> names = List.of(known);
        for (String name : given.keySet()) {
            if (!names.contains(name)) {
                findings.add(new Finding(name, "request.unknown-parameter", name, String.join(", ", names)));
            } else if (given.get(name).size() > 1) {
                find(name, "1");
            }
        }
        throwIfAny();
    }

    /** The query that the parameters of a list ask. */
    static Query query(UriInfo uri) {
        Parameters parameters =
                new Parameters(uri, "filter", "q", "sort", "limit", "after", "count", "bin", "fields", "expand");
        String filter = parameters.text("filter");
        Query query = Query.ALL
                .filter(filter == null || filter.isBlank() ? null : Rsql.parse(filter))
                .quickFind(parameters.text("q"))
                .sortedBy(parameters.names("sort").toArray(String[]::new))
                .limit(parameters.limit())
                .after(parameters.text("after"))
                .expanding(parameters.names("expand"));
        if (parameters.is("count")) {
            query = query.counted();
        }
        if (parameters.is("bin")) {
            query = query.inTheBin();
        }
        if (parameters.text("fields") != null) {
            query = query.only(parameters.names("fields"));
        }
        parameters.throwIfAny();
        return query;
    }

    String text(String name) {
        return given.getFirst(name);
    }

    /** Names between commas. */
    Set<String> names(String name) {
        String text = text(name);
        return text == null || text.isBlank()
                ? Set.of()
                : new LinkedHashSet<>(
                        Arrays.stream(text.split(",")).map(String::strip).toList());
    }

    boolean is(String name) {
        String text = text(name);
        if (text != null && !text.equals("true") && !text.equals("false")) {
            find(name, "true | false");
        }
        return "true".equals(text);
    }

    int limit() {
        String text = text("limit");
        if (text == null) {
            return Query.DEFAULT_LIMIT;
        }
        if (text.matches("[0-9]{1,3}") && Integer.parseInt(text) >= 1 && Integer.parseInt(text) <= Query.MAX_LIMIT) {
            return Integer.parseInt(text);
        }
        find("limit", "1.." + Query.MAX_LIMIT);
        return 1;
    }

    void find(String name, String expected) {
        findings.add(new Finding(name, "request.parameter", name, expected));
    }

    void throwIfAny() {
        if (!findings.isEmpty()) {
            throw Problem.invalid(findings);
        }
    }
}
