/* Copyright the Guildhall authors. SPDX-License-Identifier: Apache-2.0 */
package org.guildhall.itests;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.math.BigDecimal;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;
import org.guildhall.api.Choices;
import org.guildhall.api.Ids;
import org.guildhall.api.LocalDateTimeInZone;
import org.guildhall.api.Money;
import org.guildhall.api.Ref;
import org.guildhall.itests.ModelRecords.Row;
import org.guildhall.itests.RandomTypes.Field;
import org.guildhall.itests.RandomTypes.Part;

/** Records as the server takes and shows them. */
final class ModelJson {
    /** Reads decimals digit by digit. */
    static final ObjectMapper MAPPER = JsonMapper.builder()
            .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
            .build();

    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

    private ModelJson() {}

    /** A value of a field, or null, as it is written. */
    static JsonNode value(Field field, Object value) {
        if (value == null) {
            return NODES.nullNode();
        }
        return switch (field.kind()) {
            case INTEGER -> NODES.numberNode((Long) value);
            case DECIMAL -> NODES.numberNode((BigDecimal) value);
            case BOOLEAN -> NODES.booleanNode((Boolean) value);
            case REFERENCE -> NODES.textNode(Ids.format((Long) value));
            case CHOICES -> {
                ArrayNode names = NODES.arrayNode();
                ((Choices) value).names().forEach(names::add);
                yield names;
            }
            case MONEY -> {
                Money money = (Money) value;
                yield texts(
                        "amount",
                        money.amount().toPlainString(),
                        "currency",
                        money.currency().getCurrencyCode());
            }
            case LOCAL_DATE_TIME -> {
                LocalDateTimeInZone time = (LocalDateTimeInZone) value;
                yield texts(
                        "dateTime",
                        time.dateTime().toString(),
                        "timeZone",
                        time.timeZone().getId());
            }
            case REFERENCE_TO_ANY -> texts("type", ((Ref) value).type(), "id", Ids.format(((Ref) value).id()));
            default -> NODES.textNode(value.toString());
        };
    }

    private static ObjectNode texts(String first, String firstText, String second, String secondText) {
        return NODES.objectNode().put(first, firstText).put(second, secondText);
    }

    /** The body that makes or changes a record; parts have no ids yet. */
    static ObjectNode body(RandomTypes.Type type, Map<String, Object> values) {
        ObjectNode body = NODES.objectNode();
        values.forEach((name, value) -> {
            Part part = type.part(name).orElse(null);
            body.set(
                    name,
                    part == null
                            ? value(type.field(name).orElseThrow(), value)
                            : items(part, (List<?>) value, Set.of()));
        });
        return body;
    }

    /**
     * A record as a caller sees it.
     *
     * @param names the fields and parts that are asked for; null for all
     */
    static ObjectNode record(Row row, Set<String> hidden, Set<String> names) {
        ObjectNode record = NODES.objectNode();
        for (Field field : row.type().fields()) {
            String name = field.name();
            boolean asked = names == null || names.contains(name) || RandomTypes.isAlwaysSeen(name);
            if (asked && !hidden.contains(name)) {
                record.set(name, value(field, row.value(name)));
            }
        }
        for (Part part : row.type().parts()) {
            if ((names == null || names.contains(part.name())) && !hidden.contains(part.name())) {
                List<?> items = row.value(part.name()) instanceof List<?> list ? list : List.of();
                record.set(part.name(), items(part, items, hidden));
            }
        }
        return record;
    }

    private static ArrayNode items(Part part, List<?> items, Set<String> hidden) {
        ArrayNode all = NODES.arrayNode();
        for (Object item : items) {
            Map<?, ?> values = (Map<?, ?>) item;
            ObjectNode one = all.addObject();
            if (values.get("id") != null) {
                one.put("id", Ids.format((Long) values.get("id")));
            }
            part.fields().stream()
                    .filter(field -> !hidden.contains(part.name() + "." + field.name()))
                    .forEach(field -> one.set(field.name(), value(field, values.get(field.name()))));
        }
        return all;
    }

    /** A text that is the same for the same JSON, in whatever order and with however many zeros. */
    static String canonical(JsonNode node) {
        if (node.isObject()) {
            Map<String, String> members = new TreeMap<>();
            node.properties().forEach(member -> members.put(member.getKey(), canonical(member.getValue())));
            return members.toString();
        }
        if (node.isArray()) {
            return StreamSupport.stream(node.spliterator(), false)
                    .map(ModelJson::canonical)
                    .collect(Collectors.joining(", ", "[", "]"));
        }
        return node.isNumber() ? node.decimalValue().stripTrailingZeros().toPlainString() : node.toString();
    }
}
