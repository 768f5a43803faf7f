/* Copyright the Guildhall authors. SPDX-License-Identifier: Apache-2.0 */
package org.guildhall.benchmarks;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.StringWriter;
import java.util.List;

/** The answers of the bare stack. */
final class Json {
    static final JsonFactory FACTORY = new JsonFactory();

    private Json() {}

    /** Writes members of an object that is open. */
    interface Members {
        void write(JsonGenerator out) throws IOException;
    }

    static byte[] bytes(Members members) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(1_024);
        try (JsonGenerator out = FACTORY.createGenerator(bytes)) {
            object(out, members);
        }
        return bytes.toByteArray();
    }

    static String text(Members members) throws IOException {
        StringWriter text = new StringWriter(256);
        try (JsonGenerator out = FACTORY.createGenerator(text)) {
            object(out, members);
        }
        return text.toString();
    }

    static void object(JsonGenerator out, Members members) throws IOException {
        out.writeStartObject();
        members.write(out);
        out.writeEndObject();
    }

    /** @param count null when it was not asked for */
    static byte[] page(List<? extends Members> items, String next, Integer count) throws IOException {
        return bytes(out -> {
            out.writeArrayFieldStart("items");
            for (Members item : items) {
                object(out, item);
            }
            out.writeEndArray();
            out.writeStringField("next", next);
            if (count != null && count > Paging.MOST_COUNTED) {
                out.writeObjectFieldStart("count");
                out.writeNumberField("atLeast", Paging.MOST_COUNTED);
                out.writeEndObject();
            } else if (count != null) {
                out.writeNumberField("count", count);
            }
        });
    }
}
