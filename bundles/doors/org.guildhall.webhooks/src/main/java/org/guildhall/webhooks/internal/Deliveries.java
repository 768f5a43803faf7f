/* Copyright the Guildhall authors. SPDX-License-Identifier: Apache-2.0 */
package org.guildhall.webhooks.internal;

import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import javax.validation.constraints.Size;
import org.guildhall.api.Finding;
import org.guildhall.api.ForRecord;
import org.guildhall.api.Ids;
import org.guildhall.api.JsonObject;
import org.guildhall.api.Operates;
import org.guildhall.api.Operation;
import org.guildhall.api.Problem;
import org.guildhall.api.Ref;
import org.guildhall.api.Work;
import org.guildhall.api.platform.PlatformWork;
import org.guildhall.wire.Json;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/** The log of a webhook, the last delivery first. */
@Component(service = Operation.class)
@ForRecord(WebhookType.NAME)
@Operates(name = "deliveries")
public final class Deliveries implements Operation<Deliveries.Input, Deliveries.Output> {
    static final List<String> STATES = List.of("waiting", "delivered", "failed");
    private static final int LIMIT = 50;
    private static final int MOST = 200;

    /**
     * @param state waiting, delivered or failed; all when left out
     * @param after the {@code next} of the page before
     * @param limit 50 when left out, at most 200
     */
    public record Input(@Size(max = 20) String state, @Size(max = 20) String after, Integer limit) {}

    /** @param page the deliveries as {@code items}, and {@code next} */
    public record Output(JsonObject page) {}

    private record Line(long id, String json) {}

    /** @param table not used: it is there */
    @Activate
    public Deliveries(@Reference DeliveryTable table) {}

    @Override
    public Output run(Ref on, Input input, Work work) {
        int state = input.state() == null ? -1 : STATES.indexOf(input.state());
        int limit = input.limit() == null ? LIMIT : input.limit();
        long before = input.after() == null ? Long.MAX_VALUE : Delivery.parse(input.after());
        check(input, state, limit, before);
        try {
            List<Line> lines =
                    lines(((PlatformWork) work).transaction().connection(), on.id(), state, before, limit + 1);
            return new Output(page(lines, limit));
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    private static void check(Input input, int state, int limit, long before) {
        List<Finding> findings = new ArrayList<>();
        if (input.state() != null && state < 0) {
            findings.add(new Finding("state", "field.choice", "state", String.join(", ", STATES)));
        }
        if (limit < 1 || limit > MOST) {
            findings.add(new Finding("limit", "request.parameter", "limit", "1.." + MOST));
        }
        if (before < 0) {
            findings.add(new Finding("after", "request.parameter", "after", "next"));
        }
        if (!findings.isEmpty()) {
            throw Problem.invalid(findings);
        }
    }

    private static List<Line> lines(Connection connection, long webhook, int state, long before, int limit)
            throws SQLException {
        try (PreparedStatement select =
                connection.prepareStatement("select id, seq, record_type, record_id, record_version, event, state,"
                        + " attempts, due, answer, error, created_at, tried_at from gh_delivery"
                        + " where webhook = ? and id < ?" + (state < 0 ? "" : " and state = " + state)
                        + " order by id desc fetch first " + limit + " rows only")) {
            select.setLong(1, webhook);
            select.setLong(2, before);
            try (ResultSet rows = select.executeQuery()) {
                List<Line> lines = new ArrayList<>();
                while (rows.next()) {
                    lines.add(new Line(
                            rows.getLong(1), new String(Json.bytes(out -> write(out, rows)), StandardCharsets.UTF_8)));
                }
                return lines;
            }
        }
    }

    private static void write(JsonGenerator out, ResultSet row) throws IOException {
        try {
            int state = row.getInt(7);
            out.writeStartObject();
            out.writeStringField("delivery", Delivery.message(row.getLong(1)));
            out.writeStringField("event", row.getString(3) + "." + row.getString(6));
            out.writeStringField("sequence", Long.toString(row.getLong(2)));
            out.writeStringField("id", Ids.format(row.getLong(4)));
            out.writeNumberField("version", row.getLong(5));
            out.writeStringField("state", STATES.get(state));
            out.writeNumberField("attempts", row.getInt(8));
            out.writeStringField("createdAt", time(row.getLong(12)));
            out.writeStringField("triedAt", row.getLong(13) == 0 ? null : time(row.getLong(13)));
            out.writeStringField("dueAt", state == DeliveryTable.WAITING ? time(row.getLong(9)) : null);
            out.writeNumberField("status", row.getInt(10));
            out.writeStringField("error", row.getString(11));
            out.writeEndObject();
        } catch (SQLException e) {
            throw new IOException(e);
        }
    }

    private static String time(long millis) {
        return Instant.ofEpochMilli(millis).toString();
    }

    private static JsonObject page(List<Line> lines, int limit) {
        boolean more = lines.size() > limit;
        List<Line> shown = more ? lines.subList(0, limit) : lines;
        byte[] page = Json.bytes(out -> {
            out.writeStartObject();
            out.writeFieldName("items");
            out.writeStartArray();
            for (Line line : shown) {
                out.writeRawValue(line.json());
            }
            out.writeEndArray();
            out.writeStringField(
                    "next", more ? Delivery.message(shown.get(limit - 1).id()) : null);
            out.writeEndObject();
        });
        return new JsonObject(new String(page, StandardCharsets.UTF_8));
    }
}
