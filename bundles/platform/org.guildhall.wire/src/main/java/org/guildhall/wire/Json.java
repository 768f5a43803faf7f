/* Copyright the Guildhall authors. SPDX-License-Identifier: Apache-2.0 */
package org.guildhall.wire;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.SerializableString;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.io.SerializedString;
import java.io.ByteArrayOutputStream;
import java.io.CharConversionException;
import java.io.IOException;
import java.io.InputStream;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.guildhall.api.Problem;
import org.guildhall.api.Values;
import org.guildhall.api.platform.RecordField;
import org.guildhall.api.platform.RecordPart;
import org.guildhall.api.platform.RecordType;
import org.guildhall.api.platform.ValuesFormat;
import org.osgi.service.component.annotations.Component;

/** JSON as the doors speak it (RFC 8259), with limits on depth, on the length of names and numbers, and on their number. */
@Component(service = ValuesFormat.class)
public final class Json implements ValuesFormat {
    private static final int MAX_DEPTH = 32;
    private static final int MAX_DIGITS = 100;
    private static final int MAX_NAME = 1_000;

    /** A batch of empty objects, or of names alone, would take many times its size of the memory else. */
    private static final int MAX_TOKENS = 500_000;

    private static final String LIMITS = " levels, " + MAX_DIGITS + " digits of a number, " + MAX_NAME
            + " characters of a name, " + MAX_TOKENS + " names and values";

    static final JsonFactory FACTORY = factory(MAX_DEPTH);

    /** For what has a record's body, or a condition of the greatest depth, some levels below it. */
    static final JsonFactory ENVELOPES = factory(MAX_DEPTH + 3);

    /** For what the server wrote: a plugin's object of JSON may be larger than what callers may send. */
    private static final JsonFactory WRITTEN = new JsonFactory();

    private static final int MOST_NAMES = 10_000;
    private static final Map<String, SerializableString> NAMES = new ConcurrentHashMap<>();

    private static JsonFactory factory(int depth) {
        return JsonFactory.builder()
                .streamReadConstraints(StreamReadConstraints.builder()
                        .maxNestingDepth(depth)
                        .maxNumberLength(MAX_DIGITS)
                        .maxNameLength(MAX_NAME)
                        .maxTokenCount(MAX_TOKENS)
                        .build())
                .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                .build();
    }

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

    /** A name as bytes: it is written with every record. */
    private static SerializableString name(String name) {
        SerializableString known = NAMES.get(name);
        if (known == null) {
            if (NAMES.size() > MOST_NAMES) {
                NAMES.clear();
            }
            known = new SerializedString(name);
            NAMES.put(name, known);
        }
        return known;
    }

    /** Writes values as an object, in the order of the type's fields, and the parts after them. */
    public static void write(JsonGenerator out, RecordType type, Values values) throws IOException {
        out.writeStartObject();
        writeFields(out, type, values);
        out.writeEndObject();
    }

    /** Writes values as members of an object that is open. */
    public static void writeFields(JsonGenerator out, RecordType type, Values values) throws IOException {
        for (RecordField field : type.fields()) {
            Object value = values.get(field.name());
            if (value != null || values.has(field.name())) {
                out.writeFieldName(name(field.name()));
                JsonValues.write(out, field.kind(), value);
            }
        }
        for (RecordPart part : type.parts()) {
            if (values.has(part.name())) {
                out.writeArrayFieldStart(part.name());
                if (values.get(part.name()) instanceof List<?> items) {
                    for (Object item : items) {
                        write(out, part.type(), (Values) item);
                    }
                }
                out.writeEndArray();
            }
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

    @Override
    public Values values(RecordType type, String json) {
        try (JsonParser in = WRITTEN.createParser(json)) {
            in.nextToken();
            return known(type, object(in, type));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The values that the type still has a field or part for. */
    private static Values known(RecordType type, Values values) {
        Values.Builder known = Values.builder();
        values.forEach((name, value) -> {
            RecordPart part = type.part(name).orElse(null);
            RecordField field = type.field(name).orElse(null);
            if (part != null && value instanceof List<?> items) {
                known.put(
                        name,
                        items.stream()
                                .filter(Values.class::isInstance)
                                .map(item -> known(part.type(), (Values) item))
                                .toList());
            } else if (field != null && (value == null || field.kind().type().isInstance(value))) {
                known.put(name, value);
            }
        });
        return known.build();
    }

    @Override
    public Object value(RecordField field, String text) {
        return Texts.parse(field.kind(), text);
    }

    /**
     * Reads one object as values of a type. What can't be read as the field's kind, and what belongs to no field, comes
     * as it was written (text, number, boolean, or an empty list for what is nested), for the pipeline to find.
     *
     * @throws Problem INVALID with {@code request.malformed} for what is not one JSON object
     * @throws IOException when the stream fails
     */
    public static Values read(InputStream body, RecordType type) throws IOException {
        return read(body, FACTORY, in -> object(in, type));
    }

    /** Reads what is at a parser's token. */
    @FunctionalInterface
    interface Reading<T> {
        T read(JsonParser in) throws IOException;
    }

    /** Reads a text that is one object. */
    static <T> T read(InputStream body, JsonFactory factory, Reading<T> reading) throws IOException {
        try (JsonParser in = factory.createParser(body)) {
            if (in.nextToken() != JsonToken.START_OBJECT) {
                throw malformed("{...}");
            }
            T read = reading.read(in);
            if (in.nextToken() != null) {
                throw malformed("{...} ...");
            }
            return read;
        } catch (CharConversionException e) {
            throw malformed("UTF-8");
        } catch (JsonProcessingException e) {
            JsonLocation at = e.getLocation();
            throw malformed(
                    at == null
                            ? "<= " + factory.streamReadConstraints().getMaxNestingDepth() + LIMITS
                            : "line " + at.getLineNr() + ", column " + at.getColumnNr());
        }
    }

    static Values object(JsonParser in, RecordType type) throws IOException {
        Values.Builder values = Values.builder();
        while (in.nextToken() != JsonToken.END_OBJECT) {
            String name = in.currentName();
            JsonToken token = in.nextToken();
            RecordPart part = type.part(name).orElse(null);
            RecordField field = type.field(name).orElse(null);
            Object value;
            if (part != null) {
                value = token == JsonToken.START_ARRAY ? parts(in, part) : noParts(in);
            } else if (field != null) {
                value = JsonValues.read(in, field.kind());
            } else {
                value = JsonValues.raw(in);
            }
            values.put(name, value);
        }
        return values.build();
    }

    /** What stands where parts should; an empty list would take away those that are there. */
    private static Object noParts(JsonParser in) throws IOException {
        Object value = JsonValues.raw(in);
        return value instanceof List ? Values.builder().build() : value;
    }

    /** The parts of a list; what is none of them comes as it was written. */
    private static List<Object> parts(JsonParser in, RecordPart part) throws IOException {
        List<Object> parts = new ArrayList<>();
        while (in.nextToken() != JsonToken.END_ARRAY) {
            parts.add(in.currentToken() == JsonToken.START_OBJECT ? object(in, part.type()) : JsonValues.raw(in));
        }
        return Collections.unmodifiableList(parts);
    }

    private static Problem malformed(String where) {
        return Problem.of(Problem.Kind.INVALID, "request.malformed", where);
    }
}
