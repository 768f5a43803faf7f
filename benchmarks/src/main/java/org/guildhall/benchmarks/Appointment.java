/* Copyright the Guildhall authors. SPDX-License-Identifier: Apache-2.0 */
package org.guildhall.benchmarks;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.io.InputStream;
import java.math.BigDecimal;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** An appointment with its supplies, their rows and their JSON. */
record Appointment(Stamps stamps, String number, Values values, List<Supply> supplies) implements Json.Members {
    static final String COLUMNS = Stamps.COLUMNS
            + ", number, patient, practitioner, starts_at, ends_at, status, reason, fee_amount, fee_currency, notes";

    private static final String INSERT = "insert into clinic_appointment (" + COLUMNS
            + ", bin) values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 0)";
    private static final String INSERT_SUPPLY =
            "insert into clinic_supply (id, name, quantity, version, parent, position) values (?, ?, ?, 1, ?, ?)";
    private static final String SUPPLIES =
            "select r.parent, r.id, r.name, r.quantity from clinic_supply r where r.parent in ";

    /** Of the currencies here. */
    private static final int CENTS = 2;

    /** What is sent, apart from the supplies. */
    record Values(
            long patient,
            long practitioner,
            Instant startsAt,
            Instant endsAt,
            String status,
            String reason,
            BigDecimal amount,
            String currency,
            String notes) {
        void write(JsonGenerator out, boolean empty) throws IOException {
            out.writeStringField("patient", Ids.format(patient));
            out.writeStringField("practitioner", Ids.format(practitioner));
            out.writeStringField("startsAt", startsAt.toString());
            if (endsAt != null || empty) {
                out.writeStringField("endsAt", endsAt == null ? null : endsAt.toString());
            }
            out.writeStringField("status", status);
            if (reason != null || empty) {
                out.writeStringField("reason", reason);
            }
            if (amount != null) {
                BigDecimal shortest = amount.stripTrailingZeros();
                out.writeObjectFieldStart("fee");
                out.writeStringField(
                        "amount",
                        shortest.setScale(Math.max(CENTS, shortest.scale())).toPlainString());
                out.writeStringField("currency", currency);
                out.writeEndObject();
            } else if (empty) {
                out.writeNullField("fee");
            }
            if (notes != null || empty) {
                out.writeStringField("notes", notes);
            }
        }
    }

    record Supply(long id, String name, BigDecimal quantity) {
        void write(JsonGenerator out) throws IOException {
            BigDecimal shortest = quantity.stripTrailingZeros();
            out.writeStringField("name", name);
            out.writeNumberField("quantity", shortest.setScale(Math.max(0, shortest.scale())));
        }
    }

    /** What was sent; the supplies have no ids yet. */
    record Sent(Values values, List<Supply> supplies) {}

    static Sent parse(InputStream body) throws IOException {
        Map<String, String> texts = new HashMap<>();
        List<Supply> supplies = new ArrayList<>();
        try (JsonParser in = Json.FACTORY.createParser(body)) {
            in.nextToken();
            while (in.nextToken() == JsonToken.FIELD_NAME) {
                String name = in.currentName();
                JsonToken token = in.nextToken();
                if (token == JsonToken.START_ARRAY) {
                    while (in.nextToken() == JsonToken.START_OBJECT) {
                        Map<String, String> supply = texts(in);
                        supplies.add(new Supply(0, supply.get("name"), new BigDecimal(supply.get("quantity"))));
                    }
                } else if (token == JsonToken.START_OBJECT) {
                    texts.putAll(texts(in));
                } else {
                    texts.put(name, in.getText());
                }
            }
        }
        String amount = texts.get("amount");
        return new Sent(
                new Values(
                        Ids.parse(texts.get("patient")),
                        Ids.parse(texts.get("practitioner")),
                        Instant.parse(texts.get("startsAt")),
                        instant(texts.get("endsAt")),
                        texts.getOrDefault("status", "requested"),
                        texts.get("reason"),
                        amount == null ? null : new BigDecimal(amount),
                        texts.get("currency"),
                        texts.get("notes")),
                supplies);
    }

    private static Instant instant(String text) {
        return text == null ? null : Instant.parse(text);
    }

    private static Instant instant(Timestamp time) {
        return time == null ? null : time.toInstant();
    }

    private static Map<String, String> texts(JsonParser in) throws IOException {
        Map<String, String> texts = new HashMap<>();
        while (in.nextToken() == JsonToken.FIELD_NAME) {
            String name = in.currentName();
            in.nextToken();
            texts.put(name, in.getText());
        }
        return texts;
    }

    /** Reads a row, without the supplies. */
    static Appointment read(ResultSet row) throws SQLException {
        int next = Stamps.NEXT;
        return new Appointment(
                Stamps.read(row),
                row.getString(next),
                new Values(
                        row.getLong(next + 1),
                        row.getLong(next + 2),
                        row.getTimestamp(next + 3).toInstant(),
                        instant(row.getTimestamp(next + 4)),
                        row.getString(next + 5),
                        row.getString(next + 6),
                        row.getBigDecimal(next + 7),
                        row.getString(next + 8),
                        row.getString(next + 9)),
                new ArrayList<>());
    }

    /** Reads the supplies of all of them. */
    static void readSupplies(Connection connection, List<Appointment> appointments) throws SQLException {
        if (appointments.isEmpty()) {
            return;
        }
        Map<Long, Appointment> byId = new HashMap<>();
        appointments.forEach(appointment -> byId.put(appointment.stamps().id(), appointment));
        new Select(SUPPLIES)
                .addAll(appointments.stream()
                        .map(appointment -> appointment.stamps().id())
                        .toList())
                .add(" order by r.parent, r.position, r.id")
                .rows(connection, row -> byId.get(row.getLong(1))
                        .supplies()
                        .add(new Supply(row.getLong(2), row.getString(3), row.getBigDecimal(4))));
    }

    void insert(Connection connection) throws SQLException {
        try (PreparedStatement insert = connection.prepareStatement(INSERT)) {
            stamps.bind(insert);
            int next = Stamps.NEXT;
            insert.setString(next, number);
            insert.setLong(next + 1, values.patient());
            insert.setLong(next + 2, values.practitioner());
            insert.setTimestamp(next + 3, Timestamp.from(values.startsAt()));
            insert.setTimestamp(next + 4, values.endsAt() == null ? null : Timestamp.from(values.endsAt()));
            insert.setString(next + 5, values.status());
            insert.setString(next + 6, values.reason());
            insert.setBigDecimal(next + 7, values.amount());
            insert.setString(next + 8, values.currency());
            insert.setString(next + 9, values.notes());
            insert.executeUpdate();
        }
        if (supplies.isEmpty()) {
            return;
        }
        try (PreparedStatement insert = connection.prepareStatement(INSERT_SUPPLY)) {
            for (int position = 0; position < supplies.size(); position++) {
                Supply supply = supplies.get(position);
                insert.setLong(1, supply.id());
                insert.setString(2, supply.name());
                insert.setBigDecimal(3, supply.quantity());
                insert.setLong(4, stamps.id());
                insert.setLong(5, position);
                insert.addBatch();
            }
            insert.executeBatch();
        }
    }

    @Override
    public void write(JsonGenerator out) throws IOException {
        stamps.write(out);
        out.writeStringField("number", number);
        values.write(out, true);
        out.writeArrayFieldStart("supplies");
        for (Supply supply : supplies) {
            out.writeStartObject();
            out.writeStringField("id", Ids.format(supply.id()));
            supply.write(out);
            out.writeEndObject();
        }
        out.writeEndArray();
    }

    /** What was sent, as the journal keeps it. */
    String changes() throws IOException {
        return Json.text(out -> {
            out.writeStringField("owner", Ids.format(stamps.owner()));
            out.writeStringField("number", number);
            values.write(out, false);
            out.writeArrayFieldStart("supplies");
            for (Supply supply : supplies) {
                Json.object(out, supply::write);
            }
            out.writeEndArray();
        });
    }
}
