/* Copyright the Guildhall authors. SPDX-License-Identifier: Apache-2.0 */
package org.guildhall.benchmarks;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import javax.sql.DataSource;
import javax.ws.rs.BadRequestException;
import javax.ws.rs.Consumes;
import javax.ws.rs.GET;
import javax.ws.rs.HeaderParam;
import javax.ws.rs.NotFoundException;
import javax.ws.rs.POST;
import javax.ws.rs.Path;
import javax.ws.rs.PathParam;
import javax.ws.rs.Produces;
import javax.ws.rs.core.Context;
import javax.ws.rs.core.MediaType;
import javax.ws.rs.core.MultivaluedMap;
import javax.ws.rs.core.Response;
import javax.ws.rs.core.UriInfo;

/** Appointments by hand-written JDBC: the rows and the JSON of Guildhall, without its rules. */
@Path("/appointments")
@Produces(MediaType.APPLICATION_JSON)
public final class AppointmentResource {
    private static final String COLUMNS = "r." + Appointment.COLUMNS.replace(", ", ", r.");

    private static final String READ = "select " + COLUMNS + " from clinic_appointment r where r.bin = 0 and r.id = ?";
    private final DataSource pool;
    private final Dialect dialect;
    private final Ids ids;
    private final Callers callers;
    private final Numbers numbers;

    AppointmentResource(DataSource pool, Dialect dialect, Ids ids, Callers callers) {
        this.pool = pool;
        this.dialect = dialect;
        this.ids = ids;
        this.callers = callers;
        this.numbers = new Numbers(pool);
    }

    @POST
    @Consumes(MediaType.APPLICATION_JSON)
    public Response create(@HeaderParam("Authorization") String authorization, InputStream body)
            throws IOException, SQLException {
        Appointment.Sent sent = Appointment.parse(body);
        String number = String.format(Locale.ROOT, "A-%06d", numbers.next());
        List<Appointment.Supply> supplies = new ArrayList<>();
        for (Appointment.Supply supply : sent.supplies()) {
            supplies.add(new Appointment.Supply(ids.next(), supply.name(), supply.quantity()));
        }
        try (Connection connection = pool.getConnection()) {
            connection.setAutoCommit(false);
            Stamps stamps = Stamps.ofNew(ids.next(), callers.of(connection, authorization));
            Appointment appointment = new Appointment(stamps, number, sent.values(), supplies);
            require(connection, "customer_contact", sent.values().patient());
            require(connection, "clinic_practitioner", sent.values().practitioner());
            appointment.insert(connection);
            Writes.side(connection, "clinic_appointment_x", stamps.id());
            Writes.journal(connection, ids.next(), "clinic.appointment", stamps, appointment.changes());
            connection.commit();
            return Response.created(URI.create("/appointments/" + Ids.format(stamps.id())))
                    .entity(Json.bytes(appointment))
                    .build();
        }
    }

    private static void require(Connection connection, String table, long id) throws SQLException {
        if (new Select("select r.id from " + table + " r where r.bin = 0 and r.id = ?")
                .add("", id)
                .rows(connection, row -> row.getLong(1))
                .isEmpty()) {
            throw new BadRequestException();
        }
    }

    @GET
    @Path("/{id}")
    public Response read(@HeaderParam("Authorization") String authorization, @PathParam("id") String id)
            throws IOException, SQLException {
        try (Connection connection = pool.getConnection()) {
            callers.of(connection, authorization);
            Appointment appointment = new Select(READ)
                    .add("", Ids.parse(id)).rows(connection, Appointment::read).stream()
                            .findFirst()
                            .orElseThrow(NotFoundException::new);
            Appointment.readSupplies(connection, List.of(appointment));
            return Response.ok(Json.bytes(appointment)).build();
        }
    }

    /** The appointments of patients of a city or of a name. */
    @GET
    public Response list(@HeaderParam("Authorization") String authorization, @Context UriInfo uri)
            throws IOException, SQLException {
        MultivaluedMap<String, String> asked = uri.getQueryParameters();
        try (Connection connection = pool.getConnection()) {
            callers.of(connection, authorization);
            boolean byCity = asked.containsKey("patientCity");
            String column = byCity ? "city_key" : "last_name_key";
            String key = Keys.of(asked.getFirst(byCity ? "patientCity" : "patientLastName"));
            Select select = new Select("select " + COLUMNS + " from ");
            if (dialect.isSlowByRow()) {
                // A city has many patients, a name has few.
                String index = "i_clinic_appointment_patient_bin_id";
                joined(
                        select.add("(select r.id from"),
                        column,
                        key,
                        byCity ? dialect.hashed(index) : dialect.rowByRow());
                new Paging("r.id", "r.id", false, asked).add(select, dialect);
                select.add(") f join clinic_appointment r on r.id = f.id where 1 = 1");
            } else {
                joined(select, column, key, "");
            }
            Paging paging = new Paging("r.id", "r.id", false, asked);
            paging.add(select, dialect);
            List<Paging.Row<Appointment>> rows = paging.rows(connection, select, Appointment::read, 1);
            Appointment.readSupplies(
                    connection, rows.stream().map(Paging.Row::item).toList());
            return Response.ok(paging.json(rows, null)).build();
        }
    }

    private void joined(Select select, String column, String key, String howJoined) {
        select.add(
                dialect.inThisOrder() + " customer_contact t" + dialect.hint("i_customer_contact_bin_" + column + "_id")
                        + " join clinic_appointment r" + howJoined + " on r.patient = t.id where t.bin = 0 and t."
                        + column + " = ? and r.bin = 0",
                key);
    }
}
