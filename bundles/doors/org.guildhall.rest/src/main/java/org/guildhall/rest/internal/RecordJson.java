/* Copyright the Guildhall authors. SPDX-License-Identifier: Apache-2.0 */
package org.guildhall.rest.internal;

import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.util.Map;
import java.util.Set;
import javax.ws.rs.core.EntityTag;
import javax.ws.rs.core.Response;
import org.guildhall.api.Ids;
import org.guildhall.api.Page;
import org.guildhall.api.Query;
import org.guildhall.api.Ref;
import org.guildhall.api.Values;
import org.guildhall.api.platform.FieldKind;
import org.guildhall.api.platform.Journal;
import org.guildhall.api.platform.RecordField;
import org.guildhall.api.platform.RecordType;
import org.guildhall.api.platform.RecordTypes;
import org.guildhall.wire.Json;

/** Records as answers. */
final class RecordJson {
    /** What a record refers to stands beside its fields; no field has such a name. */
    private static final String EXPANDED = "@expanded";

    private final RecordTypes types;

    RecordJson(RecordTypes types) {
        this.types = types;
    }

    static byte[] bytes(RecordType type, Values values) {
        return Json.bytes(out -> Json.write(out, type, values));
    }

    byte[] bytes(RecordType type, Values values, Set<String> expand, Map<Ref, Values> expanded) {
        return Json.bytes(out -> record(out, type, values, expand, expanded));
    }

    byte[] bytes(RecordType type, Query query, Page page) {
        return Json.bytes(out -> {
            out.writeStartObject();
            out.writeArrayFieldStart("items");
            for (Values item : page.items()) {
                record(out, type, item, query.expand(), page.expanded());
            }
            out.writeEndArray();
            out.writeStringField("next", page.next());
            if (page.count() != null) {
                out.writeFieldName("count");
                if (page.atLeast()) {
                    out.writeStartObject();
                    out.writeNumberField("atLeast", page.count());
                    out.writeEndObject();
                } else {
                    out.writeNumber(page.count());
                }
            }
            out.writeEndObject();
        });
    }

    private void record(
            JsonGenerator out, RecordType type, Values values, Set<String> expand, Map<Ref, Values> expanded)
            throws IOException {
        if (expand.isEmpty()) {
            Json.write(out, type, values);
            return;
        }
        out.writeStartObject();
        Json.writeFields(out, type, values);
        out.writeObjectFieldStart(EXPANDED);
        for (String name : expand) {
            RecordField field = type.field(name).orElseThrow();
            Object value = values.get(name);
            Ref ref = field.kind() == FieldKind.REFERENCE && value != null
                    ? new Ref(field.target(), (Long) value)
                    : (Ref) value;
            Values target = ref == null ? null : expanded.get(ref);
            out.writeFieldName(name);
            if (ref != null && types.find(ref.type()).isEmpty()) {
                away(out, ref);
            } else if (target == null) {
                out.writeNull();
            } else {
                Json.write(out, types.get(ref.type()), target);
            }
        }
        out.writeEndObject();
        out.writeEndObject();
    }

    /** A record of a plugin that is not here. */
    private static void away(JsonGenerator out, Ref ref) throws IOException {
        out.writeStartObject();
        out.writeStringField("type", ref.type());
        out.writeStringField("id", Ids.format(ref.id()));
        out.writeBooleanField("away", true);
        out.writeEndObject();
    }

    /** Another for another version, another shape of the type, and other hidden fields. */
    static EntityTag tag(RecordType type, Values stored, Set<String> hidden) {
        String tag = stored.get("version") + "-" + type.revision();
        return new EntityTag(hidden.isEmpty() ? tag : tag + Integer.toHexString(hidden.hashCode()));
    }

    static Response.ResponseBuilder answer(
            Response.ResponseBuilder response, RecordType type, Values stored, Set<String> hidden) {
        return response.entity(bytes(type, stored)).tag(tag(type, stored, hidden));
    }

    static void entry(JsonGenerator out, RecordType type, Journal.Entry entry) throws IOException {
        out.writeStartObject();
        out.writeNumberField("version", entry.version());
        out.writeStringField("verb", entry.verb());
        out.writeStringField("at", entry.occurredAt().toString());
        out.writeStringField("by", Ids.format(entry.actor()));
        out.writeStringField("requestId", entry.requestId());
        out.writeFieldName("from");
        Json.write(out, type, entry.former());
        out.writeFieldName("to");
        Json.write(out, type, entry.changes());
        out.writeEndObject();
    }
}
