/* Copyright the Guildhall authors. SPDX-License-Identifier: Apache-2.0 */
package org.guildhall.persistence.internal;

import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.guildhall.api.platform.Table;
import org.guildhall.api.platform.Table.Column;
import org.guildhall.api.platform.Table.Index;
import org.guildhall.api.platform.Table.Type;

/** What the databases do differently. */
enum Dialect {
    DERBY("jdbc:derby:", "org.apache.derby.jdbc.EmbeddedDriver", "derby") {
        @Override
        String type(Column column) {
            return column.type() == Type.LONG_TEXT ? "clob" : super.type(column);
        }

        @Override
        String forUpdate() {
            // Its locks end with the statement else.
            return " for update with rs";
        }

        @Override
        boolean missesDuplicates() {
            return true;
        }

        @Override
        Set<String> uniqueConstraints(Connection connection) throws SQLException {
            return names(
                    connection,
                    "select g.conglomeratename from sys.sysconstraints c join sys.syskeys k"
                            + " on k.constraintid = c.constraintid join sys.sysconglomerates g"
                            + " on g.conglomerateid = k.conglomerateid where c.type = 'U'");
        }

        @Override
        String rename(String table, String from, String to) {
            return "rename column " + table + "." + from + " to " + to;
        }

        @Override
        String widen(String table, Column column) {
            return "alter table " + table + " alter column " + column.name() + " set data type " + type(column);
        }

        @Override
        String limit() {
            return " fetch first ? rows only";
        }

        @Override
        String limit(int rows) {
            return " fetch first " + rows + " rows only";
        }

        @Override
        boolean joinsEmptyAsGreatest() {
            return true;
        }

        @Override
        boolean ignoresTrailingBlanks() {
            return true;
        }

        @Override
        String lengthOf(String column) {
            return "length(" + column + ")";
        }

        @Override
        int compare(String one, String other) {
            // By UTF-16 units.
            return one.compareTo(other);
        }

        @Override
        String behind(String prefix) {
            int end = prefix.length();
            while (end > 0 && prefix.charAt(end - 1) == Character.MAX_VALUE) {
                end--;
            }
            return end == 0 ? null : prefix.substring(0, end - 1) + (char) (prefix.charAt(end - 1) + 1);
        }

        @Override
        boolean wantsHints() {
            return true;
        }

        @Override
        String hint(String index) {
            return " --DERBY-PROPERTIES index=" + index.toUpperCase(java.util.Locale.ROOT) + "\n";
        }

        @Override
        String hashed(String index) {
            return " --DERBY-PROPERTIES joinStrategy=HASH, index=" + index.toUpperCase(java.util.Locale.ROOT) + "\n";
        }

        @Override
        String inThisOrder() {
            return " --DERBY-PROPERTIES joinOrder=FIXED\n";
        }

        @Override
        String rowByRow() {
            return " --DERBY-PROPERTIES joinStrategy=NESTEDLOOP\n";
        }

        /** It reads an index forwards only: what is sorted upwards wants another to be sorted downwards. */
        @Override
        List<Index> indexes(Table table) {
            List<Index> indexes = new ArrayList<>(table.indexes());
            for (Index index : table.indexes()) {
                if (!index.unique() && index.columns().get(0).equals(TableModel.BIN)) {
                    Index reversed = new Index(
                            false,
                            index.columns().stream()
                                    .map(column -> column.equals(TableModel.BIN)
                                            ? column
                                            : column.startsWith("-") ? column.substring(1) : "-" + column)
                                    .toList());
                    if (!List.of("owner", "team").contains(index.columns().get(1)) && !indexes.contains(reversed)) {
                        indexes.add(reversed);
                    }
                }
            }
            return indexes;
        }

        @Override
        String utcNow() {
            return "values current_timestamp";
        }
    },
    POSTGRESQL("jdbc:postgresql:", "org.postgresql.Driver", "postgres") {
        @Override
        String type(Column column) {
            return switch (column.type()) {
                case LONG_TEXT -> "text";
                // By code points, whatever the database's own order is.
                case TEXT, SORT_KEY -> super.type(column) + " collate \"C\"";
                case TIMESTAMP -> "timestamp(6)";
                default -> super.type(column);
            };
        }

        @Override
        String widen(String table, Column column) {
            return "alter table " + table + " alter column " + column.name() + " type " + type(column);
        }

        @Override
        boolean comparesRows() {
            return true;
        }

        @Override
        String emptyLast(String column, boolean descending) {
            return column + (descending ? " desc nulls last" : "");
        }

        @Override
        String concurrently() {
            return "concurrently ";
        }

        @Override
        Set<String> halfMadeIndexes(Connection connection) throws SQLException {
            return names(
                    connection,
                    "select c.relname from pg_index i join pg_class c on c.oid = i.indexrelid"
                            + " join pg_namespace n on n.oid = c.relnamespace"
                            + " where not i.indisvalid and n.nspname = current_schema()");
        }

        @Override
        List<String> shortWaits(boolean on) {
            return List.of(on ? "set lock_timeout = '800ms'" : "reset lock_timeout");
        }

        @Override
        String url(String configured, int answerSeconds) {
            // Its messages would carry refused values, people's data, into the log.
            return with(with(configured, "logServerErrorDetail", "false"), "socketTimeout", "" + answerSeconds);
        }

        @Override
        String utcNow() {
            return "select current_timestamp at time zone 'UTC'";
        }

        @Override
        String encodingQuery() {
            return "show server_encoding";
        }

        @Override
        String encoding() {
            return "UTF8";
        }
    },
    /** MySQL too, through the same driver; there it is not tested. */
    MARIADB("jdbc:mariadb:", "org.mariadb.jdbc.Driver", "mariadb") {
        @Override
        String url(String configured, int answerSeconds) {
            return with(configured, "socketTimeout", "" + answerSeconds * 1_000L);
        }

        @Override
        String type(Column column) {
            return switch (column.type()) {
                case LONG_TEXT -> "longtext";
                case TIMESTAMP -> "datetime(6)";
                case BOOLEAN -> "tinyint(1)";
                default -> super.type(column);
            };
        }

        @Override
        String widen(String table, Column column) {
            return "alter table " + table + " modify column " + column.name() + " " + type(column);
        }

        @Override
        List<String> shortWaits(boolean on) {
            // A whole second is the shortest wait; with none at all a busy table would never be reached.
            return List.of("set session lock_wait_timeout = " + (on ? "1" : "default"));
        }

        @Override
        boolean rangesOverAlternatives() {
            return true;
        }

        @Override
        String emptyLast(String column, boolean descending) {
            return descending ? column + " desc" : column + " is null, " + column;
        }

        @Override
        boolean ignoresTrailingBlanks() {
            return true;
        }

        @Override
        String lengthOf(String column) {
            return "octet_length(" + column + ")";
        }

        @Override
        int length(String text) {
            return text.getBytes(StandardCharsets.UTF_8).length;
        }

        @Override
        String tableSuffix() {
            return " engine=InnoDB default charset=utf8mb4 collate=utf8mb4_bin";
        }

        @Override
        String utcNow() {
            return "select utc_timestamp(6)";
        }

        @Override
        String encodingQuery() {
            return "select @@character_set_database";
        }

        @Override
        String encoding() {
            return "utf8mb4";
        }
    };

    private final String urlPrefix;
    private final String driver;
    private final String dictionary;

    Dialect(String urlPrefix, String driver, String dictionary) {
        this.urlPrefix = urlPrefix;
        this.driver = driver;
        this.dictionary = dictionary;
    }

    static Dialect of(String url) {
        for (Dialect dialect : values()) {
            if (url.startsWith(dialect.urlPrefix)) {
                return dialect;
            }
        }
        throw new Refusal("The url in etc/org.guildhall.database.cfg must begin with jdbc:derby:, jdbc:postgresql: or"
                + " jdbc:mariadb:, and begins with " + url.replaceAll("^([^:]*:[^:]*:?).*$", "$1") + ".");
    }

    /**
     * The configured URL with what the server wants of the driver, unless the configuration says otherwise.
     *
     * @param answerSeconds how long an answer is waited for: a connection that was cut silently would hang for ever
     */
    String url(String configured, int answerSeconds) {
        return configured;
    }

    private static String with(String url, String option, String value) {
        return url.contains(option + "=") ? url : url + (url.contains("?") ? "&" : "?") + option + "=" + value;
    }

    String driver() {
        return driver;
    }

    /** OpenJPA's name for the database. */
    String dictionary() {
        return dictionary;
    }

    String type(Column column) {
        return switch (column.type()) {
            case TEXT, SORT_KEY -> "varchar(" + column.length() + ")";
            case INTEGER -> "bigint";
            case DECIMAL -> "decimal(" + column.length() + "," + column.scale() + ")";
            case BOOLEAN -> "boolean";
            case DATE -> "date";
            case TIMESTAMP -> "timestamp";
            case LONG_TEXT -> throw new IllegalStateException(column.name());
        };
    }

    String rename(String table, String from, String to) {
        return "alter table " + table + " rename column " + from + " to " + to;
    }

    /** Lets a column take longer texts. */
    abstract String widen(String table, Column column);

    /** What makes the creation of an index let writers through, where that is not so anyway. */
    String concurrently() {
        return "";
    }

    /** Indexes whose creation was cut short and that are not used. */
    Set<String> halfMadeIndexes(Connection connection) throws SQLException {
        return Set.of();
    }

    /**
     * Whether a row that is changed back to a key that it once had is let through though another has the key by now. So
     * Derby (10.14 to 10.16) with a unique constraint over columns that may be null.
     */
    boolean missesDuplicates() {
        return false;
    }

    /** Indexes that hold rows to be unique and that the catalogue does not call unique. */
    Set<String> uniqueConstraints(Connection connection) throws SQLException {
        return Set.of();
    }

    private static Set<String> names(Connection connection, String query) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(query)) {
            Set<String> names = new HashSet<>();
            while (rows.next()) {
                names.add(rows.getString(1));
            }
            return names;
        }
    }

    /** Lets the connection wait less than a second for a table, or as long as usual again. */
    List<String> shortWaits(boolean on) {
        return List.of();
    }

    String tableSuffix() {
        return "";
    }

    /** Ends a select with the most rows as a parameter. */
    String limit() {
        return " limit ?";
    }

    /** Ends a select with the most rows as text of ours, so that the database plans for that many. */
    String limit(int rows) {
        return " limit " + rows;
    }

    /** An order by a column in which empty fields come last. */
    String emptyLast(String column, boolean descending) {
        return column + (descending ? " desc nulls last" : "");
    }

    /**
     * Whether some joins take an empty field for one above every value. So Derby (10.14) where it joins by hash and reads the
     * range of an index.
     */
    boolean joinsEmptyAsGreatest() {
        return false;
    }

    /** Whether texts are equal that differ in blanks at their end. */
    boolean ignoresTrailingBlanks() {
        return false;
    }

    /** How long a text in a column is, in units of {@link #length}. */
    String lengthOf(String column) {
        throw new IllegalStateException(column);
    }

    int length(String text) {
        return text.length();
    }

    /** Compares texts as the database does: by code points. */
    int compare(String one, String other) {
        int length = Math.min(one.length(), other.length());
        for (int i = 0; i < length; i++) {
            char first = one.charAt(i);
            char second = other.charAt(i);
            if (first != second) {
                boolean differ = Character.isSurrogate(first) != Character.isSurrogate(second);
                return differ ? (Character.isSurrogate(first) ? 1 : -1) : Character.compare(first, second);
            }
        }
        return Integer.compare(one.length(), other.length());
    }

    /** The least text above all that begin with a prefix, as the database compares; null where there is none. */
    String behind(String prefix) {
        return SortKey.behind(prefix);
    }

    /** Whether {@code (a, b) > (?, ?)} is a range of an index. */
    boolean comparesRows() {
        return false;
    }

    /** Whether {@code a > ? or (a = ? and b > ?)} is a range of an index. */
    boolean rangesOverAlternatives() {
        return false;
    }

    /**
     * Whether it has to be told which index gives an order and which table to begin with; and whether it is faster to ask
     * first for the ids of what is behind a reference or has a word.
     */
    boolean wantsHints() {
        return false;
    }

    /** Has the tables that follow joined in this order. */
    String inThisOrder() {
        return " ";
    }

    /** Has the table that stands before looked up for each row of those before it. */
    String rowByRow() {
        return "";
    }

    /** Has the table that stands before read once by an index, and its rows found by hash. */
    String hashed(String index) {
        return "";
    }

    /** Names an index for the table that stands before. */
    String hint(String index) {
        return "";
    }

    /** The indexes of a table with those that the database needs besides. */
    List<Index> indexes(Table table) {
        return table.indexes();
    }

    /** Whether a statement was ended because it took too long. */
    static boolean isTimeout(SQLException failure) {
        String state = failure.getSQLState();
        return failure instanceof java.sql.SQLTimeoutException
                || "57014".equals(state)
                || "XCL52".equals(state)
                || "70100".equals(state)
                || failure.getErrorCode() == 1969;
    }

    /** Ends a select that locks its rows until the end of the transaction. */
    String forUpdate() {
        return " for update";
    }

    /** Asks the database for the time in UTC: one clock for the servers on it. */
    abstract String utcNow();

    /** Asks for the database's encoding; null where there is only one. */
    String encodingQuery() {
        return null;
    }

    String encoding() {
        return null;
    }

    /** Whether a statement gave up because a table was in use. */
    static boolean isWaitTooLong(SQLException failure) {
        String state = failure.getSQLState();
        return "55P03".equals(state) || "40XL1".equals(state) || failure.getErrorCode() == 1205;
    }

    /** SQL state 23505, or 23000 as MariaDB says. */
    static boolean isDuplicate(SQLException failure) {
        String state = failure.getSQLState();
        return "23505".equals(state) || ("23000".equals(state) && failure.getErrorCode() == 1062);
    }

    /** Whether a disk of the database has no room: PostgreSQL's state, Derby's of its log and files, MariaDB's errors. */
    static boolean isFull(SQLException failure) {
        String state = String.valueOf(failure.getSQLState());
        int error = failure.getErrorCode();
        return "53100".equals(state)
                || state.startsWith("XSLA")
                || state.startsWith("XSDF")
                || "XSDG1".equals(state)
                || error == 1021
                || error == 1026
                || error == 1114;
    }

    /** Class 08, a pool without a free connection in time, and PostgreSQL's shutdown states. */
    static boolean isUnreachable(SQLException failure) {
        String state = failure.getSQLState();
        return failure instanceof java.sql.SQLTransientConnectionException
                || failure instanceof java.sql.SQLNonTransientConnectionException
                || (state != null && (state.startsWith("08") || state.startsWith("57P")));
    }
}
