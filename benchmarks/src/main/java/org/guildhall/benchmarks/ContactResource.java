/* Copyright the Guildhall authors. SPDX-License-Identifier: Apache-2.0 */
package org.guildhall.benchmarks;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import javax.sql.DataSource;
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

/** Contacts by hand-written JDBC: the rows and the JSON of Guildhall, without its rules. */
@Path("/contacts")
@Produces(MediaType.APPLICATION_JSON)
public final class ContactResource {
    private static final String COLUMNS = "r." + Contact.COLUMNS.replace(", ", ", r.");

    private static final String READ = "select " + COLUMNS + " from customer_contact r where r.bin = 0 and r.id = ?";

    private static final String WITHOUT_EARLIER_WORD = " and w.word >= ? and w.word < ?"
            + " and not exists (select 1 from customer_contact_w v where v.record_id = w.record_id and v.word >= ?"
            + " and (v.word < w.word or (v.word = w.word and v.field_name < w.field_name)))";

    private static final String HAS_WORD = " and exists (select 1 from customer_contact_w w1"
            + " where w1.record_id = w.record_id and w1.word >= ? and w1.word < ?)";

    private final DataSource pool;
    private final Dialect dialect;
    private final Ids ids;
    private final Callers callers;

    ContactResource(DataSource pool, Dialect dialect, Ids ids, Callers callers) {
        this.pool = pool;
        this.dialect = dialect;
        this.ids = ids;
        this.callers = callers;
    }

    @POST
    @Consumes(MediaType.APPLICATION_JSON)
    public Response create(@HeaderParam("Authorization") String authorization, InputStream body)
            throws IOException, SQLException {
        String[] values = Contact.parse(body);
        // The pool rolls back what was not committed.
        try (Connection connection = pool.getConnection()) {
            connection.setAutoCommit(false);
            Contact contact = new Contact(Stamps.ofNew(ids.next(), callers.of(connection, authorization)), values);
            contact.insert(connection);
            Writes.side(connection, "customer_contact_x", contact.stamps().id());
            contact.insertWords(connection);
            Writes.journal(connection, ids.next(), "customer.contact", contact.stamps(), contact.changes());
            connection.commit();
            return Response.created(URI.create(
                            "/contacts/" + Ids.format(contact.stamps().id())))
                    .entity(Json.bytes(contact))
                    .build();
        }
    }

    @GET
    @Path("/{id}")
    public Response read(@HeaderParam("Authorization") String authorization, @PathParam("id") String id)
            throws IOException, SQLException {
        try (Connection connection = pool.getConnection()) {
            callers.of(connection, authorization);
            Contact contact = new Select(READ)
                    .add("", Ids.parse(id)).rows(connection, Contact::read).stream()
                            .findFirst()
                            .orElseThrow(NotFoundException::new);
            return Response.ok(Json.bytes(contact)).build();
        }
    }

    /** The shapes of queries that are compared, each with its parameters: one at a time. */
    @GET
    public Response list(@HeaderParam("Authorization") String authorization, @Context UriInfo uri)
            throws IOException, SQLException {
        MultivaluedMap<String, String> asked = uri.getQueryParameters();
        String sort = asked.getFirst("sort");
        List<String> words = asked.containsKey("q") ? Keys.wanted(asked.getFirst("q")) : List.of();
        try (Connection connection = pool.getConnection()) {
            long caller = callers.of(connection, authorization);
            boolean own = callers.seesOwnOnly(caller);
            String column = column(sort, !words.isEmpty());
            Select select = new Select("select " + COLUMNS + ", " + column + " from ");
            if (!words.isEmpty()) {
                byWords(select, words);
            } else if (sort == null && asked.containsKey("lastNamePrefix")) {
                idsFirst(select, asked);
            } else {
                select.add("customer_contact r" + hint(sort, own, asked) + " where r.bin = 0");
                filter(select, asked);
            }
            if (own) {
                select.add(" and r.owner = ?", caller);
            }
            if (column.endsWith("_key")) {
                select.add(" and " + column + " is not null");
            }
            Paging paging = new Paging(
                    column, words.isEmpty() ? "r.id" : "w.record_id", sort != null && sort.startsWith("-"), asked);
            paging.add(select, dialect);
            List<Paging.Row<Contact>> rows = paging.rows(connection, select, Contact::read, Contact.NEXT);
            Integer count = asked.containsKey("count") ? (Integer) count(connection, asked) : null;
            return Response.ok(paging.json(rows, count)).build();
        }
    }

    private static String column(String sort, boolean byWord) {
        if (byWord) {
            return "w.word";
        }
        return switch (sort == null ? "" : sort) {
            case "" -> "r.id";
            case "lastName", "-lastName" -> "r.last_name_key";
            case "-changedAt" -> "r.changed_at";
            default -> throw new IllegalArgumentException(sort);
        };
    }

    private String hint(String sort, boolean own, MultivaluedMap<String, String> asked) {
        if (asked.containsKey("lastName") || asked.containsKey("lastNamePrefix") || asked.containsKey("city")) {
            return "";
        }
        return dialect.hint("i_customer_contact_bin_"
                + switch (sort == null ? "" : sort) {
                    case "lastName" -> "last_name_key_id";
                    case "-lastName" -> "last_name_key_desc_id_desc";
                    case "-changedAt" -> "changed_at_desc_id_desc";
                    default -> own ? "owner_id" : "id";
                });
    }

    private void byWords(Select select, List<String> words) {
        String index = "i_customer_contact_w_word_record_id";
        String first = words.get(0);
        if (dialect.isSlowByRow() && words.size() == 2) {
            String second = words.get(1);
            select.add("(select x.record_id, min(x.word) word from" + dialect.inThisOrder() + " customer_contact_w y"
                            + dialect.hint(index) + " join customer_contact_w x" + dialect.hashed(index))
                    .add(" on x.record_id = y.record_id where x.word >= ? and x.word < ?", first, Keys.behind(first))
                    .add(" and y.word >= ? and y.word < ? group by x.record_id) w", second, Keys.behind(second))
                    .add(" join customer_contact r" + dialect.rowByRow() + " on r.id = w.record_id where r.bin = 0");
            return;
        }
        select.add(dialect.inThisOrder() + " customer_contact_w w" + dialect.hint(index) + " join customer_contact r"
                + dialect.rowByRow() + " on r.id = w.record_id where r.bin = 0");
        for (String word : words.subList(1, words.size())) {
            select.add(HAS_WORD, word, Keys.behind(word));
        }
        select.add(WITHOUT_EARLIER_WORD, first, Keys.behind(first), first);
    }

    /** The first page of those with a prefix: their ids come from the index alone. */
    private void idsFirst(Select select, MultivaluedMap<String, String> asked) {
        select.add("(select r.id from customer_contact r" + dialect.hint("i_customer_contact_bin_last_name_key_id")
                + " where r.bin = 0");
        filter(select, asked);
        new Paging("r.id", "r.id", false, asked).add(select, dialect);
        select.add(") f join customer_contact r on r.id = f.id where 1 = 1");
    }

    private static void filter(Select select, MultivaluedMap<String, String> asked) {
        String prefix = asked.getFirst("lastNamePrefix");
        if (prefix != null) {
            String key = Keys.of(prefix);
            select.add(" and r.last_name_key >= ? and r.last_name_key < ?", key, Keys.behind(key));
        }
        if (asked.containsKey("lastName")) {
            select.add(" and r.last_name_key = ?", Keys.of(asked.getFirst("lastName")));
        }
        if (asked.containsKey("city")) {
            select.add(" and r.city_key = ?", Keys.of(asked.getFirst("city")));
        }
        if (asked.containsKey("country")) {
            select.add(" and r.country = ?", asked.getFirst("country"));
        }
    }

    private int count(Connection connection, MultivaluedMap<String, String> asked) throws SQLException {
        Select select = new Select("select count(*) from (select r.id from customer_contact r"
                + hint(null, false, asked) + " where r.bin = 0");
        filter(select, asked);
        select.add(" fetch first " + (Paging.MOST_COUNTED + 1) + " rows only) c");
        return select.rows(connection, row -> row.getInt(1)).get(0);
    }
}
