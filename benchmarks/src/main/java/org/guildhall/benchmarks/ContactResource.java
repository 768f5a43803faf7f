/* Copyright the Guildhall authors. SPDX-License-Identifier: Apache-2.0 */
package org.guildhall.benchmarks;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.StringWriter;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.sql.Connection;
import java.sql.Date;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.sql.Types;
import java.time.Instant;
import java.time.LocalDate;
import java.time.temporal.ChronoUnit;
import java.util.HexFormat;
import java.util.List;
import java.util.UUID;
import javax.sql.DataSource;
import javax.ws.rs.Consumes;
import javax.ws.rs.GET;
import javax.ws.rs.HeaderParam;
import javax.ws.rs.NotAuthorizedException;
import javax.ws.rs.NotFoundException;
import javax.ws.rs.POST;
import javax.ws.rs.Path;
import javax.ws.rs.PathParam;
import javax.ws.rs.Produces;
import javax.ws.rs.core.MediaType;
import javax.ws.rs.core.Response;

/** Contacts by hand-written JDBC: the rows and the JSON of Guildhall, without its rules. */
@Path("/contacts")
@Produces(MediaType.APPLICATION_JSON)
public final class ContactResource {
    private static final JsonFactory JSON = new JsonFactory();

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
    private static final int BIRTH_DATE = FIELDS.indexOf("birthDate");

    private static final String COLUMNS = "id, version, owner, team, created_at, created_by, changed_at, changed_by,"
            + " first_name, last_name, email, phone, birth_date, street, city, state, postal_code, country,"
            + " national_id";
    private static final int FIRST_FIELD = 9;

    private static final String CALLER = "select u.id, t.expires_at from gh_token t"
            + " join gh_user u on u.id = t.user_id where t.hash = ? and u.active = ?";
    private static final String SELECT = "select " + COLUMNS + " from customer_contact where bin = 0 and id = ?";
    private static final String INSERT = "insert into customer_contact (" + COLUMNS
            + ", bin) values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 0)";
    private static final String INSERT_JOURNAL = "insert into gh_journal (id, occurred_at, record_type, record_id,"
            + " record_version, verb, actor_id, request_id, changes) values (?, ?, ?, ?, ?, ?, ?, ?, ?)";

    private final DataSource pool;
    private final Ids ids;

    private record Contact(
            long id,
            long version,
            Long owner,
            Long team,
            Instant createdAt,
            long createdBy,
            Instant changedAt,
            long changedBy,
            String[] values) {}

    ContactResource(DataSource pool, Ids ids) {
        this.pool = pool;
        this.ids = ids;
    }

    @POST
    @Consumes(MediaType.APPLICATION_JSON)
    public Response create(@HeaderParam("Authorization") String authorization, InputStream body)
            throws IOException, SQLException {
        String[] values = parse(body);
        // The pool rolls back what was not committed.
        try (Connection connection = pool.getConnection()) {
            connection.setAutoCommit(false);
            long caller = caller(connection, authorization);
            Instant now = Instant.now().truncatedTo(ChronoUnit.MICROS);
            Contact contact = new Contact(ids.next(), 1, null, null, now, caller, now, caller, values);
            insert(connection, contact);
            insertJournal(connection, contact);
            connection.commit();
            return Response.created(URI.create("/contacts/" + Ids.format(contact.id())))
                    .entity(json(contact))
                    .build();
        }
    }

    @GET
    @Path("/{id}")
    public Response read(@HeaderParam("Authorization") String authorization, @PathParam("id") String id)
            throws IOException, SQLException {
        try (Connection connection = pool.getConnection()) {
            caller(connection, authorization);
            try (PreparedStatement select = connection.prepareStatement(SELECT)) {
                select.setLong(1, Ids.parse(id));
                try (ResultSet row = select.executeQuery()) {
                    if (!row.next()) {
                        throw new NotFoundException();
                    }
                    return Response.ok(json(contact(row))).build();
                }
            }
        }
    }

    private static long caller(Connection connection, String authorization) throws SQLException {
        try (PreparedStatement select = connection.prepareStatement(CALLER)) {
            select.setString(1, hash(authorization.substring("Bearer ".length())));
            select.setBoolean(2, true);
            try (ResultSet row = select.executeQuery()) {
                if (row.next() && row.getTimestamp(2).toInstant().isAfter(Instant.now())) {
                    return row.getLong(1);
                }
                throw new NotAuthorizedException("Bearer");
            }
        }
    }

    static String hash(String token) {
        try {
            return HexFormat.of()
                    .formatHex(MessageDigest.getInstance("SHA-256").digest(token.getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    private static void insert(Connection connection, Contact contact) throws SQLException {
        try (PreparedStatement insert = connection.prepareStatement(INSERT)) {
            insert.setLong(1, contact.id());
            insert.setLong(2, contact.version());
            insert.setNull(3, Types.BIGINT);
            insert.setNull(4, Types.BIGINT);
            insert.setTimestamp(5, Timestamp.from(contact.createdAt()));
            insert.setLong(6, contact.createdBy());
            insert.setTimestamp(7, Timestamp.from(contact.changedAt()));
            insert.setLong(8, contact.changedBy());
            for (int i = 0; i < FIELDS.size(); i++) {
                String value = contact.values()[i];
                if (i == BIRTH_DATE) {
                    insert.setDate(FIRST_FIELD + i, value == null ? null : Date.valueOf(LocalDate.parse(value)));
                } else {
                    insert.setString(FIRST_FIELD + i, value);
                }
            }
            insert.executeUpdate();
        }
    }

    private void insertJournal(Connection connection, Contact contact) throws IOException, SQLException {
        try (PreparedStatement insert = connection.prepareStatement(INSERT_JOURNAL)) {
            insert.setLong(1, ids.next());
            insert.setTimestamp(2, Timestamp.from(contact.createdAt()));
            insert.setString(3, "customer.contact");
            insert.setLong(4, contact.id());
            insert.setLong(5, contact.version());
            insert.setString(6, "create");
            insert.setLong(7, contact.createdBy());
            insert.setString(8, UUID.randomUUID().toString());
            insert.setString(9, changes(contact.values()));
            insert.executeUpdate();
        }
    }

    private static Contact contact(ResultSet row) throws SQLException {
        String[] values = new String[FIELDS.size()];
        for (int i = 0; i < values.length; i++) {
            if (i == BIRTH_DATE) {
                Date date = row.getDate(FIRST_FIELD + i);
                values[i] = date == null ? null : date.toLocalDate().toString();
            } else {
                values[i] = row.getString(FIRST_FIELD + i);
            }
        }
        return new Contact(
                row.getLong(1),
                row.getLong(2),
                reference(row, 3),
                reference(row, 4),
                row.getTimestamp(5).toInstant(),
                row.getLong(6),
                row.getTimestamp(7).toInstant(),
                row.getLong(8),
                values);
    }

    private static Long reference(ResultSet row, int column) throws SQLException {
        long id = row.getLong(column);
        return row.wasNull() ? null : (Long) id;
    }

    private static String[] parse(InputStream body) throws IOException {
        String[] values = new String[FIELDS.size()];
        try (JsonParser in = JSON.createParser(body)) {
            in.nextToken();
            while (in.nextToken() == JsonToken.FIELD_NAME) {
                int field = FIELDS.indexOf(in.currentName());
                values[field] = in.nextTextValue();
            }
        }
        return values;
    }

    private static byte[] json(Contact contact) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(1_024);
        try (JsonGenerator out = JSON.createGenerator(bytes)) {
            out.writeStartObject();
            out.writeStringField("id", Ids.format(contact.id()));
            out.writeNumberField("version", contact.version());
            out.writeStringField("owner", contact.owner() == null ? null : Ids.format(contact.owner()));
            out.writeStringField("team", contact.team() == null ? null : Ids.format(contact.team()));
            out.writeStringField("createdAt", contact.createdAt().toString());
            out.writeStringField("createdBy", Ids.format(contact.createdBy()));
            out.writeStringField("changedAt", contact.changedAt().toString());
            out.writeStringField("changedBy", Ids.format(contact.changedBy()));
            for (int i = 0; i < FIELDS.size(); i++) {
                out.writeStringField(FIELDS.get(i), contact.values()[i]);
            }
            out.writeEndObject();
        }
        return bytes.toByteArray();
    }

    /** What was sent, as the journal keeps it. */
    private static String changes(String[] values) throws IOException {
        StringWriter text = new StringWriter(256);
        try (JsonGenerator out = JSON.createGenerator(text)) {
            out.writeStartObject();
            for (int i = 0; i < FIELDS.size(); i++) {
                if (values[i] != null) {
                    out.writeStringField(FIELDS.get(i), values[i]);
                }
            }
            out.writeEndObject();
        }
        return text.toString();
    }
}
