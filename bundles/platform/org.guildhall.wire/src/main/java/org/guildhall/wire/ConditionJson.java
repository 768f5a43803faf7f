/* Copyright the Guildhall authors. SPDX-License-Identifier: Apache-2.0 */
package org.guildhall.wire;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.guildhall.api.Condition;
import org.guildhall.api.Condition.Operator;
import org.guildhall.api.Problem;

/** The canonical form of conditions: for long filters, views, rules and policies. */
public final class ConditionJson {
    private static final String IN = "in";
    private static final String PREFIX = "prefix";
    private static final String NULL = "null";
    private static final String OPERATORS = Stream.concat(
                    Arrays.stream(Operator.values()).map(Operator::word), Stream.of(IN, PREFIX, NULL))
            .collect(Collectors.joining(" | "));
    private static final String SHAPES =
            "{\"field\", \"op\", \"value\" | \"values\"} | {\"not\"} | {\"all\"} | {\"any\"}";
    private static final String VALUE = "\"text\" | 12 | 12.30 | true";

    /** The most digits before or behind a number's point. */
    private static final int MAX_DIGITS = 100;

    private final ConditionLimits limits = new ConditionLimits();
    private final JsonParser in;

    private ConditionJson(JsonParser in) {
        this.in = in;
    }

    /**
     * Reads the condition at the parser's token, the start of an object. Its values are {@code String}, {@code Long},
     * {@code BigDecimal} and {@code Boolean}.
     *
     * @throws Problem INVALID with {@code query.malformed} and the place (RFC 6901), TOO_EXPENSIVE with
     *     {@code query.too-large}
     * @throws IOException when it is no JSON, or the stream fails
     */
    public static Condition read(JsonParser in) throws IOException {
        return new ConditionJson(in).condition(1);
    }

    private Condition condition(int depth) throws IOException {
        if (in.currentToken() != JsonToken.START_OBJECT) {
            throw malformed(SHAPES);
        }
        limits.count(depth);
        Map<String, Object> members = new HashMap<>();
        while (in.nextToken() != JsonToken.END_OBJECT) {
            String name = in.currentName();
            in.nextToken();
            Object member =
                    switch (name) {
                        case "field", "op" -> text();
                        case "value" -> value();
                        case "values" -> values(depth);
                        case "not" -> new Condition.Not(condition(depth + 1));
                        case "all" -> new Condition.All(conditions(depth + 1));
                        case "any" -> new Condition.Any(conditions(depth + 1));
                        default -> throw malformed(SHAPES);
                    };
            members.put(name, member);
        }
        return condition(members);
    }

    private Condition condition(Map<String, Object> members) {
        if (members.size() == 1 && members.values().iterator().next() instanceof Condition whole) {
            return whole;
        }
        Set<String> names = members.keySet();
        String field = (String) members.get("field");
        String operator = (String) members.get("op");
        Object value = members.get("value");
        if (names.equals(Set.of("field", "op")) && operator.equals(NULL)) {
            return new Condition.IsNull(field);
        } else if (names.equals(Set.of("field", "op", "values")) && operator.equals(IN)) {
            return new Condition.In(field, (List<?>) members.get("values"));
        } else if (names.equals(Set.of("field", "op", "value"))) {
            if (operator.equals(PREFIX) && value instanceof String text) {
                return new Condition.Prefix(field, text);
            }
            for (Operator comparison : Operator.values()) {
                if (operator.equals(comparison.word())) {
                    return new Condition.Compare(field, comparison, value);
                }
            }
        }
        throw malformed(SHAPES + ", \"op\": " + OPERATORS);
    }

    private List<Condition> conditions(int depth) throws IOException {
        startArray();
        List<Condition> conditions = new ArrayList<>();
        while (in.nextToken() != JsonToken.END_ARRAY) {
            conditions.add(condition(depth));
        }
        return conditions;
    }

    private List<Object> values(int depth) throws IOException {
        startArray();
        List<Object> values = new ArrayList<>();
        while (in.nextToken() != JsonToken.END_ARRAY) {
            limits.count(depth);
            values.add(value());
        }
        return values;
    }

    private void startArray() {
        if (in.currentToken() != JsonToken.START_ARRAY) {
            throw malformed("[...]");
        }
    }

    private String text() throws IOException {
        if (in.currentToken() != JsonToken.VALUE_STRING) {
            throw malformed("\"text\"");
        }
        return in.getText();
    }

    private Object value() throws IOException {
        return switch (in.currentToken()) {
            case VALUE_STRING -> in.getText();
            case VALUE_TRUE, VALUE_FALSE -> in.getBooleanValue();
            case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> number();
            default -> throw malformed(VALUE);
        };
    }

    private Object number() throws IOException {
        if (in.currentToken() == JsonToken.VALUE_NUMBER_INT
                && in.getNumberType() != JsonParser.NumberType.BIG_INTEGER) {
            return in.getLongValue();
        }
        BigDecimal number = JsonValues.decimal(in);
        // The digits of 1e999999999 would fill the memory.
        if (number == null || Math.abs((long) number.scale()) > MAX_DIGITS) {
            throw malformed(VALUE);
        }
        return number;
    }

    private Problem malformed(String expected) {
        String place = in.getParsingContext().pathAsPointer().toString();
        return Problem.of(Problem.Kind.INVALID, "query.malformed", (place.isEmpty() ? "/" : place) + ": " + expected);
    }

    /**
     * Writes a condition as an object. Values that JSON has no form of are written as texts: {@code 2026-11-22},
     * {@code 12.30 EUR}, {@code customer.contact:0HZX3W8K2M4QR}.
     */
    public static void write(JsonGenerator out, Condition condition) throws IOException {
        out.writeStartObject();
        if (condition instanceof Condition.Compare compare) {
            head(out, compare.field(), compare.operator().word());
            out.writeFieldName("value");
            writeValue(out, compare.value());
        } else if (condition instanceof Condition.In in) {
            head(out, in.field(), IN);
            out.writeArrayFieldStart("values");
            for (Object value : in.values()) {
                writeValue(out, value);
            }
            out.writeEndArray();
        } else if (condition instanceof Condition.Prefix prefix) {
            head(out, prefix.field(), PREFIX);
            out.writeStringField("value", prefix.text());
        } else if (condition instanceof Condition.IsNull isNull) {
            head(out, isNull.field(), NULL);
        } else if (condition instanceof Condition.Not not) {
            out.writeFieldName("not");
            write(out, not.condition());
        } else if (condition instanceof Condition.All all) {
            write(out, "all", all.conditions());
        } else if (condition instanceof Condition.Any any) {
            write(out, "any", any.conditions());
        }
        out.writeEndObject();
    }

    private static void head(JsonGenerator out, String field, String operator) throws IOException {
        out.writeStringField("field", field);
        out.writeStringField("op", operator);
    }

    private static void write(JsonGenerator out, String name, List<Condition> conditions) throws IOException {
        out.writeArrayFieldStart(name);
        for (Condition condition : conditions) {
            write(out, condition);
        }
        out.writeEndArray();
    }

    private static void writeValue(JsonGenerator out, Object value) throws IOException {
        Object plain = Texts.format(value);
        if (plain instanceof Long number) {
            out.writeNumber(number);
        } else if (plain instanceof BigDecimal number) {
            out.writeNumber(number);
        } else if (plain instanceof Boolean yes) {
            out.writeBoolean(yes);
        } else {
            out.writeString((String) plain);
        }
    }
}
