/* Copyright the Guildhall authors. SPDX-License-Identifier: Apache-2.0 */
package org.guildhall.webhooks.internal;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.guildhall.api.Condition;
import org.guildhall.api.Finding;
import org.guildhall.api.Problem;
import org.guildhall.api.platform.FieldKind;
import org.guildhall.api.platform.RecordField;
import org.guildhall.api.platform.RecordType;
import org.guildhall.api.platform.RecordTypes;
import org.guildhall.api.platform.ValuesFormat;
import org.guildhall.wire.ConditionJson;
import org.guildhall.wire.Rsql;

/** Filters as webhooks hold them: RSQL, or JSON where the text begins with a brace. */
final class Filters {
    private static final JsonFactory FACTORY = new JsonFactory();

    private final RecordTypes types;
    private final ValuesFormat format;

    Filters(RecordTypes types, ValuesFormat format) {
        this.types = types;
        this.format = format;
    }

    /** @throws Problem as {@link Rsql#parse} */
    static Condition parse(String text) {
        if (!text.stripLeading().startsWith("{")) {
            return Rsql.parse(text);
        }
        try (JsonParser in = FACTORY.createParser(text)) {
            in.nextToken();
            Condition condition = ConditionJson.read(in);
            if (in.nextToken() != null) {
                throw malformed();
            }
            return condition;
        } catch (IOException e) {
            throw malformed();
        }
    }

    private static Problem malformed() {
        return Problem.of(Problem.Kind.INVALID, "query.malformed", "JSON");
    }

    /**
     * What is wrong with a filter for the types that are here. Whether its owner may look at the fields is seen when it is
     * used: that may change.
     */
    List<Finding> check(String text, List<EventPattern> events, Locale locale) {
        Condition condition;
        try {
            condition = parse(text);
        } catch (Problem problem) {
            return List.of(new Finding("filter", "webhooks.filter", "filter", problem.text(locale)));
        }
        List<Finding> findings = new ArrayList<>();
        types.all().stream()
                .filter(type -> events.stream().anyMatch(event -> event.concerns(type.name())))
                .forEach(type -> check(type, condition, findings));
        return findings.stream().distinct().toList();
    }

    private void check(RecordType type, Condition condition, List<Finding> findings) {
        if (condition instanceof Condition.All all) {
            all.conditions().forEach(one -> check(type, one, findings));
        } else if (condition instanceof Condition.Any any) {
            any.conditions().forEach(one -> check(type, one, findings));
        } else if (condition instanceof Condition.Not not) {
            check(type, not.condition(), findings);
        } else if (condition instanceof Condition.Compare compare) {
            check(type, compare.field(), List.of(compare.value()), findings);
        } else if (condition instanceof Condition.In in) {
            check(type, in.field(), in.values(), findings);
        } else if (condition instanceof Condition.Prefix prefix) {
            check(type, prefix.field(), List.of(), findings);
        } else if (condition instanceof Condition.IsNull empty) {
            check(type, empty.field(), List.of(), findings);
        }
    }

    private void check(RecordType type, String name, List<?> values, List<Finding> findings) {
        Optional<RecordField> field = field(type, name);
        if (field.isEmpty()) {
            findings.add(new Finding("filter", "webhooks.filter-field", "filter", type.name(), name));
        } else if (values.stream().anyMatch(value -> !isOf(field.get(), value))) {
            findings.add(
                    new Finding("filter", "field.kind", name, field.get().kind().example()));
        }
    }

    private Optional<RecordField> field(RecordType type, String name) {
        int dot = name.indexOf('.');
        return dot < 0
                ? type.field(name)
                : type.field(name.substring(0, dot))
                        .filter(reference -> reference.target() != null)
                        .flatMap(reference -> types.find(reference.target()))
                        .flatMap(target -> target.field(name.substring(dot + 1)));
    }

    private boolean isOf(RecordField field, Object value) {
        return value instanceof String text
                ? text.startsWith("@") || format.value(field, text) != null
                : field.kind().type().isInstance(value)
                        || (field.kind() == FieldKind.DECIMAL && value instanceof Number);
    }
}
