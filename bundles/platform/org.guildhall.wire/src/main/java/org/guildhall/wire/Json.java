/* Copyright the Guildhall authors. SPDX-License-Identifier: Apache-2.0 */
package org.guildhall.wire;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.LocalDate;
import java.time.format.DateTimeParseException;
import java.util.List;
import java.util.OptionalLong;
import java.util.function.Function;
import org.guildhall.api.Ids;
import org.guildhall.api.Problem;
import org.guildhall.api.Values;
import org.guildhall.api.platform.FieldKind;
import org.guildhall.api.platform.RecordField;
import org.guildhall.api.platform.RecordType;
import org.guildhall.api.platform.ValuesFormat;
import org.osgi.service.component.annotations.Component;

/** JSON as the doors speak it (RFC 8259), with limits on depth and on the length of names and numbers. */
@Component(service = ValuesFormat.class)
public final class Json implements ValuesFormat {
    private static final int MAX_DEPTH = 32;

    private static final JsonFactory FACTORY = JsonFactory.builder()
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxNestingDepth(MAX_DEPTH)
                    .maxNumberLength(100)
                    .maxNameLength(1_000)
                    .build())
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .build();

    /** Writes part of a JSON text. */
    @FunctionalInterface
    public interface Body {
        void write(JsonGenerator out) throws IOException;
    }

    /** The bytes of a JSON text in UTF-8. */
    public static byte[] bytes(Body body) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(1_024);
        try (JsonGenerator out = FACTORY.createGenerator(bytes)) {
            body.write(out);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }

    /** Writes values as an object, in the order of the type's fields. */
    public static void write(JsonGenerator out, RecordType type, Values values) throws IOException {
        out.writeStartObject();
        for (RecordField field : type.fields()) {
            if (values.has(field.name())) {
                out.writeFieldName(field.name());
                write(out, field.kind(), values.get(field.name()));
            }
        }
        out.writeEndObject();
    }

    private static void write(JsonGenerator out, FieldKind kind, Object value) throws IOException {
        if (value == null) {
            out.writeNull();
            return;
        }
        switch (kind) {
            case TEXT, LONG_TEXT -> out.writeString((String) value);
            case INTEGER -> out.writeNumber((Long) value);
            case DECIMAL -> out.writeNumber((BigDecimal) value);
            case BOOLEAN -> out.writeBoolean((Boolean) value);
            case DATE, INSTANT -> out.writeString(value.toString());
            case REFERENCE -> out.writeString(Ids.format((Long) value));
        }
    }

    @Override
    public String json(RecordType type, Values values) {
        Writer text = new StringWriter(256);
        try (JsonGenerator out = FACTORY.createGenerator(text)) {
            write(out, type, values);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return text.toString();
    }

    /**
     * Reads one object as values of a type. What can't be read as the field's kind, and what belongs to no field, comes
     * as it was written (text, number, boolean, or a list for what is nested), for the pipeline to find.
     *
     * @throws Problem INVALID with {@code request.malformed} for what is not one JSON object
     * @throws IOException when the stream fails
     */
    public static Values read(InputStream body, RecordType type) throws IOException {
        Values.Builder values = Values.builder();
        try (JsonParser in = FACTORY.createParser(body)) {
            if (in.nextToken() != JsonToken.START_OBJECT) {
                throw malformed("{...}");
            }
            while (in.nextToken() != JsonToken.END_OBJECT) {
                String name = in.currentName();
                JsonToken token = in.nextToken();
                RecordField field = type.field(name).orElse(null);
                Object value = field == null ? null : parsed(in, token, field.kind());
                values.put(name, value == null ? raw(in, token) : value);
            }
            if (in.nextToken() != null) {
                throw malformed("{...} ...");
            }
        } catch (JsonProcessingException e) {
            JsonLocation at = e.getLocation();
            throw malformed(
                    at == null
                            ? "<= " + MAX_DEPTH + " levels"
                            : "line " + at.getLineNr() + ", column " + at.getColumnNr());
        }
        return values.build();
    }

    private static Problem malformed(String where) {
        return Problem.of(Problem.Kind.INVALID, "request.malformed", where);
    }

    /** The token as a value of the kind; null when it is none. */
    private static Object parsed(JsonParser in, JsonToken token, FieldKind kind) throws IOException {
        String text = token == JsonToken.VALUE_STRING ? in.getText() : null;
        return switch (kind) {
            case TEXT, LONG_TEXT -> text;
            case INTEGER ->
                token == JsonToken.VALUE_NUMBER_INT && in.getNumberType() != JsonParser.NumberType.BIG_INTEGER
                        ? (Object) in.getLongValue()
                        : null;
            case DECIMAL -> token.isNumeric() ? in.getDecimalValue() : null;
            case BOOLEAN -> token.isBoolean() ? (Object) in.getBooleanValue() : null;
            case DATE -> time(text, LocalDate::parse);
            case INSTANT -> time(text, Instant::parse);
            case REFERENCE -> {
                OptionalLong id = Ids.parse(text);
                yield id.isPresent() ? (Object) id.getAsLong() : null;
            }
        };
    }

    private static Object raw(JsonParser in, JsonToken token) throws IOException {
        switch (token) {
            case VALUE_NULL:
                return null;
            case START_OBJECT, START_ARRAY:
                in.skipChildren();
                return List.of();
            case VALUE_TRUE, VALUE_FALSE:
                return in.getBooleanValue();
            case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT:
                return in.getNumberValue();
            default:
                return in.getText();
        }
    }

    private static Object time(String text, Function<String, Object> parser) {
        try {
            return text == null ? null : parser.apply(text);
        } catch (DateTimeParseException e) {
            return null;
        }
    }
}
