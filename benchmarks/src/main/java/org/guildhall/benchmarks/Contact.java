/* Copyright the Guildhall authors. SPDX-License-Identifier: Apache-2.0 */
package org.guildhall.benchmarks;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.io.InputStream;
import java.sql.Connection;
import java.sql.Date;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;

/** A contact, its row and its JSON. */
record Contact(Stamps stamps, String[] values) implements Json.Members {
    private static final List<String> FIELDS = List.of(
            "firstName",
            "lastName",
            "email",
            "phone",
            "birthDate",
            "street",
            "city",
            "state",
            "postalCode",
            "country",
            "nationalId");
    /** The places of the fields that have sort keys and whose words are found. */
    private static final int[] KEYED = {0, 1, 2, FIELDS.indexOf("city")};

    private static final int BIRTH_DATE = FIELDS.indexOf("birthDate");

    static final String COLUMNS = Stamps.COLUMNS
            + ", first_name, last_name, email, phone, birth_date, street, city, state, postal_code, country,"
            + " national_id";
    /** The index of the first column behind these. */
    static final int NEXT = Stamps.NEXT + 11;

    private static final String INSERT = "insert into customer_contact (" + COLUMNS
            + ", first_name_key, last_name_key, email_key, city_key, bin)"
            + " values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 0)";

    static String[] parse(InputStream body) throws IOException {
        String[] values = new String[FIELDS.size()];
        try (JsonParser in = Json.FACTORY.createParser(body)) {
            in.nextToken();
            while (in.nextToken() == JsonToken.FIELD_NAME) {
                int field = FIELDS.indexOf(in.currentName());
                values[field] = in.nextTextValue();
            }
        }
        return values;
    }

    static Contact read(ResultSet row) throws SQLException {
        String[] values = new String[FIELDS.size()];
        for (int i = 0; i < values.length; i++) {
            if (i == BIRTH_DATE) {
                Date date = row.getDate(Stamps.NEXT + i);
                values[i] = date == null ? null : date.toLocalDate().toString();
            } else {
                values[i] = row.getString(Stamps.NEXT + i);
            }
        }
        return new Contact(Stamps.read(row), values);
    }

    void insert(Connection connection) throws SQLException {
        try (PreparedStatement insert = connection.prepareStatement(INSERT)) {
            stamps.bind(insert);
            for (int i = 0; i < FIELDS.size(); i++) {
                String value = values[i];
                if (i == BIRTH_DATE) {
                    insert.setDate(Stamps.NEXT + i, value == null ? null : Date.valueOf(LocalDate.parse(value)));
                } else {
                    insert.setString(Stamps.NEXT + i, value);
                }
            }
            for (int i = 0; i < KEYED.length; i++) {
                insert.setString(NEXT + i, Keys.of(values[KEYED[i]]));
            }
            insert.executeUpdate();
        }
    }

    void insertWords(Connection connection) throws SQLException {
        StringBuilder sql = new StringBuilder("insert into customer_contact_w (record_id, word, field_name) values ");
        List<String> cells = new ArrayList<>();
        for (int field : KEYED) {
            for (String word : Keys.words(values[field])) {
                sql.append(cells.isEmpty() ? "(?, ?, ?)" : ", (?, ?, ?)");
                cells.add(word);
                cells.add(FIELDS.get(field));
            }
        }
        if (cells.isEmpty()) {
            return;
        }
        try (PreparedStatement insert = connection.prepareStatement(sql.toString())) {
            int parameter = 1;
            for (int i = 0; i < cells.size(); i += 2) {
                insert.setLong(parameter++, stamps.id());
                insert.setString(parameter++, cells.get(i));
                insert.setString(parameter++, cells.get(i + 1));
            }
            insert.executeUpdate();
        }
    }

    @Override
    public void write(JsonGenerator out) throws IOException {
        stamps.write(out);
        for (int i = 0; i < FIELDS.size(); i++) {
            out.writeStringField(FIELDS.get(i), values[i]);
        }
    }

    /** What was sent, as the journal keeps it. */
    String changes() throws IOException {
        return Json.text(out -> {
            out.writeStringField("owner", Ids.format(stamps.owner()));
            for (int i = 0; i < FIELDS.size(); i++) {
                if (values[i] != null) {
                    out.writeStringField(FIELDS.get(i), values[i]);
                }
            }
        });
    }
}
