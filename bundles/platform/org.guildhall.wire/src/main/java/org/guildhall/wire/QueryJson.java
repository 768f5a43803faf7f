/* Copyright the Guildhall authors. SPDX-License-Identifier: Apache-2.0 */
package org.guildhall.wire;

import com.fasterxml.jackson.core.JsonParser;
import java.io.IOException;
import java.io.InputStream;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.guildhall.api.Choices;
import org.guildhall.api.Condition;
import org.guildhall.api.Problem;
import org.guildhall.api.Query;
import org.guildhall.api.platform.FieldKind;

/** Queries as an object of JSON, of which every member may be left out. */
public final class QueryJson {
    private static final int MAX_SORT = 10;
    private static final String SORT = "[\"name\", \"-changedAt\"], 0.." + MAX_SORT;

    private static final Map<String, FieldKind> KINDS = Map.of(
            "q", FieldKind.TEXT,
            "sort", FieldKind.CHOICES,
            "limit", FieldKind.INTEGER,
            "after", FieldKind.TEXT,
            "count", FieldKind.BOOLEAN,
            "bin", FieldKind.BOOLEAN,
            "fields", FieldKind.CHOICES,
            "expand", FieldKind.CHOICES);

    private QueryJson() {}

    /**
     * Reads a query; {@code filter} is an object as {@link ConditionJson} says, or a text as {@link Rsql} does.
     *
     * @throws Problem INVALID with {@code request.malformed} for what is not one JSON object, with {@code query.malformed}
     *     for a wrong filter, and with findings for all else; TOO_EXPENSIVE with {@code query.too-large}
     * @throws IOException when the stream fails
     */
    public static Query read(InputStream body) throws IOException {
        return Json.read(body, Json.ENVELOPES, QueryJson::query);
    }

    private static Query query(JsonParser in) throws IOException {
        Members members = Members.read(in, KINDS, "filter", QueryJson::filter);
        Query query = Query.ALL
                .filter(members.take("filter", Condition.class, "{...} | \"a==b\"", filter -> true)
                        .orElse(null))
                .quickFind(text(members, "q"))
                .sortedBy(members.take(
                                "sort",
                                Choices.class,
                                SORT,
                                sort -> sort.names().size() <= MAX_SORT)
                        .map(sort -> sort.names().toArray(String[]::new))
                        .orElse(new String[0]))
                .limit(members.take("limit", Long.class, "1.." + Query.MAX_LIMIT, QueryJson::isLimit)
                        .map(Long::intValue)
                        .orElse(Query.DEFAULT_LIMIT))
                .after(text(members, "after"))
                .only(names(members, "fields").orElse(null))
                .expanding(names(members, "expand").orElse(Set.of()));
        query = isTrue(members, "count") ? query.counted() : query;
        query = isTrue(members, "bin") ? query.inTheBin() : query;
        members.check();
        return query;
    }

    private static Object filter(JsonParser in) throws IOException {
        return switch (in.currentToken()) {
            case START_OBJECT -> ConditionJson.read(in);
            case VALUE_STRING -> Rsql.parse(in.getText());
            default -> JsonValues.raw(in);
        };
    }

    private static boolean isLimit(long limit) {
        return limit >= 1 && limit <= Query.MAX_LIMIT;
    }

    private static String text(Members members, String name) {
        return members.take(name, String.class, FieldKind.TEXT.example(), text -> true)
                .orElse(null);
    }

    private static boolean isTrue(Members members, String name) {
        return members.take(name, Boolean.class, FieldKind.BOOLEAN.example(), yes -> true)
                .orElse(false);
    }

    private static Optional<Set<String>> names(Members members, String name) {
        return members.take(name, Choices.class, "[\"name\"]", names -> true).map(names -> Set.copyOf(names.names()));
    }
}
