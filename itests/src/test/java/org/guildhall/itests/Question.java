/* Copyright the Guildhall authors. SPDX-License-Identifier: Apache-2.0 */
package org.guildhall.itests;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.math.BigDecimal;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.net.http.HttpRequest;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.List;
import java.util.stream.Collectors;
import org.guildhall.api.Condition;
import org.guildhall.api.Condition.All;
import org.guildhall.api.Condition.Any;
import org.guildhall.api.Condition.Compare;
import org.guildhall.api.Condition.In;
import org.guildhall.api.Condition.IsNull;
import org.guildhall.api.Condition.Not;
import org.guildhall.api.Condition.Operator;
import org.guildhall.api.Condition.Prefix;
import org.guildhall.api.Query;
import org.guildhall.itests.RandomTypes.Type;

/**
 * A query in the form in which it is asked.
 *
 * @param form how the filter is written, and where the query stands
 */
record Question(Type type, Query query, Form form) {
    private static final int LONGEST_ADDRESS = 4_000;
    private static final String RESERVED = "\"'();,=!~<>*\\ \t\r\n";

    enum Form {
        /** RSQL in the address; in the body where that would be too long. */
        ADDRESS,
        /** RSQL in the body. */
        BODY,
        /** JSON in the body. */
        JSON
    }

    Question with(Query other) {
        return new Question(type, other, form);
    }

    /** The question with what RSQL can write: texts as values, no empty lists. */
    Question {
        if (form != Form.JSON && query.filter() != null) {
            query = query.filter(texts(query.filter()));
        }
    }

    private static Condition texts(Condition condition) {
        if (condition instanceof All all) {
            return joined(all.conditions(), true);
        }
        if (condition instanceof Any any) {
            return joined(any.conditions(), false);
        }
        if (condition instanceof Not not) {
            return new Not(texts(not.condition()));
        }
        if (condition instanceof Compare compare) {
            return new Compare(compare.field(), compare.operator(), text(compare.value()));
        }
        if (condition instanceof In in) {
            return in.values().isEmpty()
                    ? new IsNull(in.field())
                    : new In(
                            in.field(), in.values().stream().map(Question::text).toList());
        }
        return condition;
    }

    private static Condition joined(List<Condition> conditions, boolean all) {
        List<Condition> texts = conditions.stream().map(Question::texts).toList();
        if (texts.isEmpty()) {
            return new IsNull("id");
        }
        return texts.size() == 1 ? texts.get(0) : all ? new All(texts) : new Any(texts);
    }

    private static String text(Object value) {
        return value instanceof BigDecimal number ? number.toPlainString() : value.toString();
    }

    /** @param cursor of the page before; null for the first page */
    HttpRequest.Builder request(Server server, String cursor) {
        if (form == Form.ADDRESS) {
            String address = "/api/v1/" + type.plural() + "?" + parameters(cursor);
            if (address.length() < LONGEST_ADDRESS) {
                return server.request(address).GET();
            }
        }
        return server.request("/api/v1/" + type.plural() + ":query")
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(body(cursor).toString()));
    }

    private String parameters(String cursor) {
        StringBuilder parameters = new StringBuilder("limit=" + query.limit());
        if (query.filter() != null) {
            parameters.append("&filter=").append(encoded(rsql(query.filter())));
        }
        if (query.quickFind() != null) {
            parameters.append("&q=").append(encoded(query.quickFind()));
        }
        if (!query.sort().isEmpty()) {
            parameters.append("&sort=").append(joined(query.sort()));
        }
        if (query.fields() != null) {
            parameters.append("&fields=").append(joined(query.fields()));
        }
        if (!query.expand().isEmpty()) {
            parameters.append("&expand=").append(joined(query.expand()));
        }
        parameters.append(query.count() ? "&count=true" : "").append(query.binned() ? "&bin=true" : "");
        return parameters + (cursor == null ? "" : "&after=" + cursor);
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }

    private static String joined(Collection<?> names) {
        return names.stream().map(Object::toString).collect(Collectors.joining(","));
    }

    private ObjectNode body(String cursor) {
        ObjectNode body = ModelJson.MAPPER.createObjectNode().put("limit", query.limit());
        if (query.filter() != null && form == Form.JSON) {
            body.set("filter", json(query.filter()));
        } else if (query.filter() != null) {
            body.put("filter", rsql(query.filter()));
        }
        if (query.quickFind() != null) {
            body.put("q", query.quickFind());
        }
        if (!query.sort().isEmpty()) {
            ArrayNode sort = body.putArray("sort");
            query.sort().forEach(one -> sort.add(one.toString()));
        }
        if (query.fields() != null) {
            ArrayNode fields = body.putArray("fields");
            query.fields().forEach(fields::add);
        }
        if (!query.expand().isEmpty()) {
            ArrayNode expand = body.putArray("expand");
            query.expand().forEach(expand::add);
        }
        if (query.count()) {
            body.put("count", true);
        }
        if (query.binned()) {
            body.put("bin", true);
        }
        return cursor == null ? body : body.put("after", cursor);
    }

    private static String rsql(Condition condition) {
        if (condition instanceof All all) {
            return group(all.conditions(), ";");
        }
        if (condition instanceof Any any) {
            return group(any.conditions(), ",");
        }
        if (condition instanceof Not not) {
            return negated(not.condition());
        }
        if (condition instanceof Compare compare) {
            boolean equal = compare.operator() == Operator.EQUAL;
            // Both ways to write it, each for some of the fields.
            boolean word = !equal && compare.field().length() % 2 == 0;
            return compare.field()
                    + (word
                            ? "=" + compare.operator().word() + "="
                            : compare.operator().sign())
                    + value((String) compare.value());
        }
        if (condition instanceof In in) {
            return in.field() + "=in=" + values(in);
        }
        return condition instanceof Prefix prefix
                ? prefix.field() + "==" + prefix(prefix)
                : ((IsNull) condition).field() + "=null=true";
    }

    private static String negated(Condition condition) {
        if (condition instanceof Compare compare && compare.operator() == Operator.EQUAL) {
            return compare.field() + "!=" + value((String) compare.value());
        }
        if (condition instanceof In in) {
            return in.field() + "=out=" + values(in);
        }
        return condition instanceof IsNull isNull ? isNull.field() + "=null=false" : "!(" + rsql(condition) + ")";
    }

    private static String group(List<Condition> conditions, String separator) {
        return conditions.stream().map(Question::rsql).collect(Collectors.joining(separator, "(", ")"));
    }

    private static String values(In in) {
        return in.values().stream().map(value -> value((String) value)).collect(Collectors.joining(",", "(", ")"));
    }

    private static String prefix(Prefix prefix) {
        return "'" + escaped(prefix.text()) + "*'";
    }

    private static String value(String text) {
        boolean bare = !text.isEmpty() && text.chars().noneMatch(unit -> RESERVED.indexOf(unit) >= 0);
        return bare ? text : "'" + escaped(text) + "'";
    }

    private static String escaped(String text) {
        return text.replaceAll("[\\\\'*]", "\\\\$0");
    }

    private static ObjectNode json(Condition condition) {
        ObjectNode node = ModelJson.MAPPER.createObjectNode();
        if (condition instanceof All all) {
            return nested(node, "all", all.conditions());
        }
        if (condition instanceof Any any) {
            return nested(node, "any", any.conditions());
        }
        if (condition instanceof Not not) {
            node.set("not", json(not.condition()));
            return node;
        }
        node.put("field", ModelConditions.name(condition));
        if (condition instanceof Compare compare) {
            node.put("op", compare.operator().word()).putPOJO("value", compare.value());
        } else if (condition instanceof In in) {
            ArrayNode values = node.put("op", "in").putArray("values");
            in.values().forEach(values::addPOJO);
        } else if (condition instanceof Prefix prefix) {
            node.put("op", "prefix").put("value", prefix.text());
        } else {
            node.put("op", "null");
        }
        return node;
    }

    private static ObjectNode nested(ObjectNode node, String name, List<Condition> conditions) {
        ArrayNode array = node.putArray(name);
        conditions.forEach(condition -> array.add(json(condition)));
        return node;
    }

    @Override
    public String toString() {
        return type.plural() + (form == Form.JSON ? ":query " + body(null) : "?" + readable());
    }

    /** The parameters as people read them. */
    private String readable() {
        return URLDecoder.decode(parameters(null), StandardCharsets.UTF_8);
    }
}
